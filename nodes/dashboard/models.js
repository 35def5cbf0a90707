import { together } from '../../lib/alarm/together';
import { count, duration, moment, number, percent } from './format.js';
import { SwatElement } from './element.js';
import { mark } from './level.js';
import { records } from './records.js';
import { h } from './render.js';
import { text } from './texts.js';
import styles from './models.css';

const KINDS = ['autoencoder', 'pca', 'iforest'];
const PROGRESS = new Set(['collecting', 'checking', 'reading', 'training']);
/** What is over changes what there is to see: asked for at once. */
const OVER = new Set(['trained', 'activated', 'cancelled', 'failed', 'checked']);
const SHOWN = 8;

/**
 * The detectors: which version scores, how a training goes, which versions there are, and whether what comes has drifted. `data`:
 * answers to `versions` and events of learning, both with `kind`, of detectors.
 */
export class SwatModels extends SwatElement {
  static styles = styles;
  static askMs = 5000;

  #kinds = new Map();

  questions() {
    return [{ command: 'versions' }];
  }

  take(payload) {
    const { kind } = payload;
    if (!KINDS.includes(kind)) return false;
    const known = this.#kinds.get(kind) ?? {};
    if (payload.command === 'versions') {
      const isIdle = payload.learning === 'idle';
      this.#kinds.set(kind, { ...known, now: payload, ...(isIdle && { progress: undefined }) });
      return true;
    }
    if (PROGRESS.has(payload.event)) this.#kinds.set(kind, { ...known, progress: payload, told: undefined });
    else if (OVER.has(payload.event)) {
      this.#kinds.set(kind, { ...known, progress: undefined, told: payload });
      this.ask();
    } else return false;
    return true;
  }

  view() {
    const cards = KINDS.filter((kind) => this.#kinds.has(kind)).map((kind) => this.#card(kind, this.#kinds.get(kind)));
    return [h('div', { class: 'cards' }, cards), h('p', { class: 'quiet note' }, text('models.where'))];
  }

  #card(kind, { now, progress, told }) {
    const active = now?.versions.find((each) => each.active);
    return h(
      'section',
      { key: kind, class: 'card' },
      h('h3', {}, text(`models.kind.${kind}`)),
      active === undefined
        ? h('p', { class: 'active' }, mark('no-data'), text(now === undefined ? 'connection.waiting' : 'models.noActive')) // prettier-ignore
        : h('p', { class: 'active' }, h('b', {}, nameOf(active.version)), ' ', h('span', { class: 'quiet' }, text('models.since', { made: originOf(active) }))), // prettier-ignore
      learning(progress, told),
      now && drift(now.drift),
      now && baseline(now.baseline),
      now && versions(now.versions),
    );
  }
}

/** The name that a training gave begins with the time, which stands beside it. */
function nameOf(version) {
  return version.length > 24 ? `${version.slice(0, 23)}…` : version;
}

function originOf(version) {
  return version.origin === 'reference' ? text('models.shipped') : text('models.madeAt', { time: madeAt(version) });
}

function madeAt({ created, origin }) {
  if (origin === 'reference') return text('models.shipped');
  return created === undefined ? '–' : moment(created);
}

function learning(progress, told) {
  if (progress !== undefined) {
    const { event, collected, wanted, fraction, secondsLeft, epoch } = progress;
    const share = event === 'collecting' ? collected / Math.max(1, wanted) : (fraction ?? 0);
    const rest = typeof secondsLeft === 'number' ? text('models.left', { time: duration(secondsLeft) }) : '';
    const words = text(`models.${event}`, { collected: count(collected), wanted: count(wanted), epoch: count(epoch) });
    return h('div', { class: 'learning' }, h('p', {}, together([words, percent(share), rest])), h('progress', { max: 1, value: share, 'aria-label': words })); // prettier-ignore
  }
  if (told?.event === 'failed')
    return h('p', { class: 'learning' }, mark('WARNING'), told.text ?? text('models.failed'));
  return h('p', { class: 'quiet' }, text('models.idle'));
}

function drift({ state, found = [], reason }) {
  if (state === 'ok') return h('p', { class: 'quiet' }, mark('normal'), text('models.driftOk'));
  if (state === 'unknown') return h('p', { class: 'quiet' }, mark('no-data'), text(`models.driftUnknown.${reason}`));
  return found.map(
    (each) =>
    h('p', { class: 'drift' }, mark('WARNING'), text(each.of === 'input' ? 'models.driftInput' : 'models.driftScore', { tags: each.tags.join(', '), since: moment(each.since) })), // prettier-ignore
  );
}

function baseline({ state, tag, by, travel }) {
  if (state === 'off' || state === 'waiting') return null;
  return h('p', { class: 'quiet' }, text(`models.baseline.${state}`, { tag, by: number(by), travel: number(travel) }));
}

function versions(all) {
  if (all.length === 0) return null;
  const columns = ['version', 'made', 'rows', 'perDay', 'use'];
  const rows = all.slice(0, SHOWN).map((each) => ({
    key: each.version,
    class: each.active ? 'in-force' : '',
    title: each.version,
    cells: [
      nameOf(each.version),
      madeAt(each),
      each.rows === undefined ? '–' : count(each.rows),
      each.expected === undefined ? '–' : number(each.expected.perDay),
      useOf(each),
    ],
  }));
  const more = all.length - SHOWN;
  return [
    records(text('models.versions'), columns.map((each) => text(`models.${each}`)), rows), // prettier-ignore
    more > 0 && h('p', { class: 'quiet' }, text('models.more', { n: count(more) })),
  ];
}

function useOf({ active, shadow, problem }) {
  if (problem !== undefined) return [mark('bad-data'), text('models.damaged')];
  if (active) return text('models.inForce');
  return shadow ? text('models.inShadow') : '';
}
