import { ATTACKS } from '../../lib/plant/attacks';
import { SwatElement } from './element.js';
import { count, duration, moment, number } from './format.js';
import { mark } from './level.js';
import { OperatorBar } from './operator-bar.js';
import { newCommandId, onOperator, signOut } from './operator.js';
import { records } from './records.js';
import { h } from './render.js';
import { text } from './texts.js';
import styles from './drill.css';
import operatorStyles from './operator.css';

const TOLD_MS = 15_000;
const PLANT = new Set(['attack-waiting', 'attack-started', 'attack-visible', 'attack-ended', 'drill-started', 'drill-ended', 'started', 'stopped', 'paused', 'resumed']); // prettier-ignore
const SHOWN = 50;
/** A double click is one: so long after a button was pressed none of them can be, ms. */
const SENT_MS = 2000;
/** An attack waits or runs. */
const isUnderWay = ({ event } = {}) => event?.startsWith('attack') === true && event !== 'attack-ended';
/** In the language of the browser, where it has one. */
const titleOf = (id, title) => text(`attacks.${id}`, {}, title ?? '');

/**
 * Attacks on the simulated plant, and what the alarms made of them. `data`: events and scoreboards of swat-source, and of swat-alert the
 * answer to `list`, which says who may act.
 */
export class SwatDrill extends SwatElement {
  static styles = `${operatorStyles}${styles}`;
  static askMs = 5000;

  #actors;
  #board;
  #event;
  #isDrill = false;
  #factor;
  #attack = '16';
  #problem;
  #sent = -Infinity;
  #operator = new OperatorBar(() => this.update());
  #unlisten;

  connectedCallback() {
    super.connectedCallback();
    this.#unlisten = onOperator(() => this.update());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#unlisten?.();
  }

  questions() {
    return [{ command: 'list' }, { command: 'scoreboard' }];
  }

  take(payload) {
    const { event, command, actors, totals } = payload;
    if (command === 'list' && actors !== undefined) this.#actors = actors;
    else if (totals !== undefined && Array.isArray(payload.results)) {
      this.#board = payload;
      this.#now(payload.plant);
    } else if (event === 'scored') this.command({ command: 'scoreboard' });
    else if (PLANT.has(event)) {
      if (event === 'drill-started') this.#isDrill = true;
      if (event === 'drill-ended' || event === 'stopped') this.#isDrill = false;
      this.#event = payload;
    } else return false;
    return true;
  }

  /** What the plant does now, where no event has told it: this page may have been opened later. */
  #now(plant) {
    if (plant === undefined) return;
    this.#isDrill = plant.drill;
    this.#factor = plant.factor;
    if (
      isUnderWay(plant) !== isUnderWay(this.#event) ||
      plant.attack !== this.#event?.attack ||
      this.#event === undefined
    )
      this.#event = plant;
  }

  refused({ error, code }) {
    this.#problem = { told: String(error ?? ''), at: performance.now() };
    if (code === 'operator-session' && this.#actors !== undefined) signOut(this.#actors.node);
  }

  view() {
    const { told } = this.#problem !== undefined && performance.now() - this.#problem.at < TOLD_MS ? this.#problem : {};
    return [
      h('div', { class: 'bar' }, h('p', { class: 'now' }, this.#told()), this.#factor > 1 && h('p', { class: 'quiet' }, text('drill.speed', { factor: count(this.#factor) })), h('span', { class: 'spread' }), this.#operator.view(this.#actors)), // prettier-ignore
      told && h('p', { key: 'problem', class: 'told', role: 'alert' }, mark('bad-data'), told),
      this.isLost || this.#operator.isViewOnly(this.#actors) ? null : this.#controls(),
      this.#score(),
    ];
  }

  #told() {
    const { event, title, waitingFor, attack } = this.#event ?? {};
    if (event === undefined || event === 'started' || event === 'attack-ended' || event === 'drill-ended')
      return [mark('normal'), text(this.#isDrill ? 'drill.between' : 'drill.normal')];
    const shape = event.startsWith('attack') && event !== 'attack-waiting' ? 'WARNING' : 'no-data';
    return [
      mark(shape),
      text(`drill.${event}`, { attack, title: titleOf(attack, title), waitingFor: waitingFor ?? '' }),
    ];
  }

  #controls() {
    // What is chosen counts when a button is pressed, not when it was drawn.
    const send = (key, what) => {
      const attack = ATTACKS.find(({ id }) => String(id) === this.#attack);
      const credentials = this.#operator.credentials(this.#actors);
      if (credentials === undefined) this.#problem = { told: text('operator.first'), at: performance.now() };
      else {
        this.#problem = undefined;
        this.#sent = performance.now();
        setTimeout(() => this.update(), SENT_MS);
        const comment = text(`drill.record.${key}`, { attack: attack.id, title: titleOf(attack.id, attack.title) });
        this.command({ ...what(attack), ...credentials, comment, commandId: newCommandId() });
      }
      this.update();
    };
    const isSent = performance.now() - this.#sent < SENT_MS;
    const runs = isUnderWay(this.#event) || this.#isDrill;
    const button = (key, what, isPossible) => h('button', { type: 'button', 'data-command': key, disabled: isSent || !isPossible, onclick: () => send(key, what) }, text(`drill.${key}`)); // prettier-ignore
    const option = ({ id, title, tags }) =>
      h('option', { value: String(id) }, `${id} · ${titleOf(id, title)} (${tags.join(', ')})`);
    return h(
      'div',
      { key: 'controls', class: 'controls' },
      h('label', {}, text('drill.attack'), h('select', { value: this.#attack, onchange: (event) => (this.#attack = event.target.value) }, ATTACKS.map(option))), // prettier-ignore
      button('start', ({ id }) => ({ command: 'attack', id }), !runs),
      button('stop', () => ({ command: 'stop-attack' }), runs),
      button('drill', () => ({ command: 'drill', count: 5 }), !runs),
      runs && h('p', { class: 'quiet' }, text('drill.endFirst')),
    );
  }

  #score() {
    if (this.#board === undefined) return h('p', { class: 'quiet' }, text('connection.waiting'));
    const { totals, results } = this.#board;
    const { attacks, detected, stageNamed, medianDelayS, falseAlarms, normalHours } = totals;
    const fact = (key, value) => h('div', { class: 'fact' }, h('dt', {}, text(`drill.${key}`)), h('dd', {}, value));
    return h(
      'section',
      { key: 'score' },
      h('h3', {}, text('drill.score')),
      h(
        'dl',
        { class: 'facts' },
        fact('detected', text('drill.of', { n: count(detected), all: count(attacks) })),
        fact('stageNamed', text('drill.of', { n: count(stageNamed), all: count(attacks) })),
        fact('delay', medianDelayS === null ? '–' : duration(medianDelayS)),
        fact('falseAlarms', text('drill.falseIn', { n: count(falseAlarms), hours: number(normalHours) })),
      ),
      results.length === 0 ? h('p', { class: 'quiet' }, text('drill.none')) : this.#results(results),
    );
  }

  #results(results) {
    const columns = ['began', 'what', 'outcome', 'after', 'named'];
    const rows = [...results].reverse().slice(0, SHOWN).map((each) => ({
      key: String(each.started),
      cells: [
        moment(each.started, this.#board.time ?? undefined),
        `${each.attack} · ${titleOf(each.attack, each.title)}`,
        outcomeOf(each),
        each.delayS === null || each.delayS === undefined ? '–' : duration(each.delayS),
        each.named ? `${each.named} (${each.stage ?? '–'})` : '–',
      ],
    })); // prettier-ignore
    return records(
      text('drill.score'),
      columns.map((each) => text(`drill.column.${each}`)),
      rows,
    );
  }
}

function outcomeOf({ detected, firstDifference }) {
  if (detected) return [mark('normal'), text('drill.found')];
  return [mark('WARNING'), text(firstDifference === null ? 'drill.traceless' : 'drill.missed')];
}
