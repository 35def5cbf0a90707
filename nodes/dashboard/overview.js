import { duration, moment, percent } from './format.js';
import { SwatElement } from './element.js';
import { badge, byWorst, levelWord, mark, markOf } from './level.js';
import { anyStage } from './plant-any.js';
import { isSwat, swatStage } from './plant-swat.js';
import { doubtOf, isBlamed, unitOf, valueOf, withLeaders } from './plant-tag.js';
import { h } from './render.js';
import { text } from './texts.js';
import styles from './overview.css';

const LEVELS = new Set(['INFO', 'WARNING', 'CRITICAL']);
/** From so far on, plant time is not taken for the time of day, s. */
const OTHER_CLOCK_S = 120;
const isRaised = (level) => LEVELS.has(level);

/** How the plant stands now: its stages, what is to blame, and its alarms. `data`: an `overview` or an `assets` of swat-history. */
export class SwatOverview extends SwatElement {
  static styles = styles;
  static askMs = 4000;

  #now;
  #assets = [];
  #asset;
  #isTable = false;

  questions() {
    const { asset } = this.#asset === undefined ? {} : { asset: this.#asset };
    return [{ command: 'overview', ...(asset !== undefined && { asset }) }, { command: 'assets' }];
  }

  take(payload) {
    if (Array.isArray(payload.assets) && payload.command === 'assets') {
      this.#assets = payload.assets;
      return true;
    }
    if (!Array.isArray(payload.stages) || !Array.isArray(payload.tags)) return false;
    // What is pushed is of every asset; the first that was answered stays until a person chooses another.
    if (this.#asset !== undefined && payload.asset !== this.#asset) return false;
    if (payload.asset !== '') this.#asset = payload.asset;
    this.#now = { ...payload, tags: withLeaders(payload.tags) };
    return true;
  }

  view() {
    const now = this.#now;
    if (now === undefined || now.tags.length === 0) {
      return h('div', { class: 'nothing' }, h('p', {}, text('overview.empty')), h('p', { class: 'quiet' }, text('overview.emptyHint'))); // prettier-ignore
    }
    return [
      this.#head(now),
      this.#elsewhere(now),
      h('div', { class: 'plant' }, h('div', { class: 'stages' }, this.#stages(now)), this.#alarms(now)),
      this.#table(now),
    ];
  }

  #head(now) {
    const level = isSilent(now) && !isRaised(now.level) ? 'no-data' : now.ready ? now.level : 'no-data';
    return h(
      'header',
      { class: `head ${level}` },
      h('div', { class: 'state', role: 'status' }, mark(level), h('b', {}, now.ready || isSilent(now) ? levelWord(level) : text('overview.notJudged'))), // prettier-ignore
      h('p', { class: 'sentence' }, this.#sentence(now)),
      this.#assets.length > 1 && this.#choice(now),
      h(
        'p',
        { class: 'quiet when' },
        text('overview.dataOf', { asset: now.asset, time: moment(now.time) }),
        plantClock(now.time),
      ),
    );
  }

  #sentence(now) {
    if (isSilent(now)) return text('overview.silent', { at: moment(now.time) });
    if (!now.ready) return now.text || text('overview.notJudgedHint');
    if (isRaised(now.level) && now.text !== '') return now.text;
    return text('overview.below', { share: percent(now.ratio) });
  }

  #choice(now) {
    const options = this.#assets.map(({ asset, level }) =>
      h('option', { value: asset, key: asset }, isRaised(level) ? `${asset}: ${levelWord(level)}` : asset),
    );
    const choose = (event) => this.#show(event.target.value);
    return h('label', { class: 'choice' }, text('overview.asset'), ' ', h('select', { value: now.asset, onchange: choose }, options)); // prettier-ignore
  }

  /** Another asset is worse than the one that is shown. */
  #elsewhere(now) {
    const worse = this.#assets.find(({ asset, level }) => asset !== now.asset && isRaised(level) && byWorst(level, now.level) < 0); // prettier-ignore
    if (worse === undefined) return null;
    return h(
      'p',
      { class: 'told' },
      badge(worse.level),
      text('overview.elsewhere', { asset: worse.asset }),
      h('button', { type: 'button', onclick: () => this.#show(worse.asset) }, text('overview.show')),
    );
  }

  #show(asset) {
    this.#asset = asset;
    this.ask();
  }

  #stages(now) {
    const tags = new Map(now.tags.map((tag) => [tag.tag, tag]));
    const isPreset = isSwat(tags);
    return now.stages.map(({ stage, health, why }) => {
      const own = now.tags.filter((tag) => tag.stage === stage);
      const isAlong = isRaised(health) && !own.some(({ leads }) => leads);
      const shown = isAlong ? 'involved' : health;
      const name = stage === '' ? text('overview.noStage') : stage;
      const title = isPreset ? text(`stage.${stage}`, {}, name) : name;
      const level = isRaised(health) ? health : now.level;
      return h(
        'section',
        { key: `stage ${stage}`, class: `stage ${shown}`, 'aria-label': title },
        h('div', { class: 'title' }, h('h3', {}, title), badge(shown)),
        why !== undefined && why !== '' && h('p', { class: 'why' }, text(isAlong ? 'overview.along' : 'overview.why', { tags: why })), // prettier-ignore
        (isPreset && swatStage(stage, tags, level)) || anyStage(own, level),
      );
    });
  }

  #alarms(now) {
    const rows = [...now.alarms]
      .sort((a, b) => byWorst(markOf(a), markOf(b)))
      .map((alarm) =>
        h(
          'li',
          { key: alarm.id, class: `alarm ${markOf(alarm)}` },
          h('div', { class: 'line' }, badge(markOf(alarm), alarm.level), h('span', { class: 'quiet' }, text('overview.since', { time: moment(alarm.since, now.time), for: duration((now.time - alarm.since) / 1000) }))), // prettier-ignore
          h('p', {}, alarm.text),
          h('p', { class: 'quiet' }, text(`alarm.state.${alarm.state}`)),
        ),
      );
    const none = h('p', { class: 'quiet' }, text('overview.noAlarm'));
    return h(
      'section',
      { class: 'alarms', 'aria-label': text('overview.alarms') },
      h('h3', {}, text('overview.alarms'), rows.length > 0 && ` (${rows.length})`),
      rows.length === 0 ? none : h('ul', {}, rows),
    );
  }

  /** Every tag with its value: what a drawing cannot hold, and what a screen reader can read row by row. */
  #table(now) {
    const open = (event) => {
      this.#isTable = event.target.open;
      this.update();
    };
    return h(
      'details',
      { class: 'all', ontoggle: open },
      h('summary', {}, text('overview.allTags', { n: now.tags.length })),
      this.#isTable && h('div', { class: 'scroll' }, table(now.tags)),
    );
  }
}

/** Node-RED answers, and nothing comes of the plant: what was judged last says nothing of now. */
function isSilent({ stages }) {
  return stages.length > 0 && stages.every(({ health }) => health === 'no-data');
}

/** That the times of the plant are not those of the clock on the wall: of a simulation that runs fast, or of a record of the past. */
function plantClock(time) {
  const ahead = (time - Date.now()) / 1000;
  if (Math.abs(ahead) < OTHER_CLOCK_S) return null;
  return ` · ${text(ahead > 0 ? 'overview.clockAhead' : 'overview.clockBehind', { by: duration(Math.abs(ahead)) })}`;
}

function table(tags) {
  const head = ['stage', 'tag', 'value', 'quality', 'share'].map((column) =>
    h('th', { scope: 'col', class: column === 'value' || column === 'share' ? 'figure' : '' }, text(`table.${column}`)),
  );
  const rows = tags.map((tag) =>
    h(
      'tr',
      { key: tag.tag },
      h('td', {}, tag.stage),
      h('th', { scope: 'row' }, tag.tag),
      h('td', { class: 'figure' }, valueOf(tag), tag.state === undefined && ` ${unitOf(tag)}`),
      h('td', {}, doubtOf(tag) || text('quality.good')),
      h('td', { class: 'figure' }, isBlamed(tag) ? percent(tag.share) : ''),
    ),
  );
  return h('table', {}, h('thead', {}, h('tr', {}, head)), h('tbody', {}, rows));
}
