import { count, duration, megabytes, moment, number } from './format.js';
import { SwatElement } from './element.js';
import { mark } from './level.js';
import { h } from './render.js';
import { text } from './texts.js';
import styles from './streams.css';

/** An event loop that is later than this makes messages wait, ms. */
const SLOW_MS = 100;
/** What has grown is compared with what it was so long ago, ms. */
const WHILE_MS = 60_000;
/** Counts that tell of trouble when they grow. */
const TROUBLE = new Set([
  'errors',
  'late',
  'bad',
  'missing',
  'historyDropped',
  'historyLeftOut',
  'kafkaMissedRecords',
  'kafkaDeadLetters',
  'kafkaFenced',
  'kafkaRefusedRecords',
  'kafkaRetries',
]);
/** What is 1 or 0, and which of them is trouble. */
const FLAGS = {
  notReady: 1,
  communicationLost: 1,
  detectorReady: 0,
  alarmFlood: 1,
  recordFailed: 1,
  channelFailing: 1,
  kafkaProblem: 1,
};
const isBytes = (key) => key.endsWith('Bytes');
/** Sums that say nothing: of what is always 1. */
const LEFT_OUT = new Set(['kafkaState', 'kafkaLanes']);

/** How the messages and the process fare. `data`: a `streams` of swat-history. */
export class SwatStreams extends SwatElement {
  static styles = styles;
  static askMs = 2000;

  #now;
  #past = [];

  questions() {
    return [{ command: 'streams' }];
  }

  take(payload) {
    if (!Array.isArray(payload.topics) || payload.eventLoop === undefined) return false;
    this.#now = payload;
    const at = performance.now();
    this.#past.push({ at, payload });
    while (this.#past.length > 1 && at - this.#past[1].at >= WHILE_MS) this.#past.shift();
    return true;
  }

  view() {
    const { topics, figures, eventLoop, memory, uptime } = this.#now;
    return [
      this.#process(eventLoop, memory, uptime),
      h('section', {}, h('h3', {}, text('streams.topics')), topics.length === 0 ? h('p', { class: 'quiet' }, text('streams.noTopic')) : this.#topics(topics)), // prettier-ignore
      h('section', {}, h('h3', {}, text('streams.nodes')), figures.length === 0 ? h('p', { class: 'quiet' }, text('streams.noNode')) : this.#nodes(figures)), // prettier-ignore
    ];
  }

  #process(eventLoop, memory, uptime) {
    const isSlow = eventLoop.p99 > SLOW_MS;
    const fact = (key, shown, hint) => h('div', { class: 'fact' }, h('dt', {}, text(`streams.${key}`)), h('dd', {}, shown, hint)); // prettier-ignore
    const ms = (value) => text('streams.ms', { n: number(value) });
    return h(
      'section',
      {},
      h('h3', {}, text('streams.process')),
      h(
        'dl',
        { class: `facts ${isSlow ? 'slow' : ''}` },
        fact('loopUsual', ms(eventLoop.p50)),
        fact('loopSlow', ms(eventLoop.p99), isSlow && h('span', { class: 'hint' }, mark('WARNING'), text('streams.isSlow', { ms: SLOW_MS }))), // prettier-ignore
        fact('loopWorst', ms(eventLoop.max)),
        fact('memory', megabytes(memory.rss)),
        fact('heap', megabytes(memory.heapUsed)),
        fact('buffers', megabytes(memory.external)),
        fact('uptime', duration(uptime)),
      ),
    );
  }

  #topics(topics) {
    const columns = ['topic', 'rate', 'count', 'latest', 'message'];
    const rows = topics.map(({ topic, rate, count: all, time, last }) =>
      h(
        'tr',
        { key: topic },
        h('th', { scope: 'row' }, topic === '' ? text('streams.noName') : topic),
        h('td', { class: 'figure', 'data-unit': text('streams.rate') }, number(rate)),
        h('td', { class: 'figure', 'data-unit': text('streams.count') }, count(all)),
        h('td', { class: 'figure' }, moment(time), h('span', { class: 'quiet age' }, ` ${text('streams.ago', { for: duration((Date.now() - time) / 1000) })}`)), // prettier-ignore
        h(
          'td',
          { class: 'message' },
          h('details', {}, h('summary', {}, h('code', {}, last)), h('code', { class: 'whole' }, last)),
        ),
      ),
    );
    return list(columns, rows, new Set(['rate', 'count', 'latest']));
  }

  #nodes(figures) {
    const before = new Map((this.#past[0]?.payload.figures ?? []).map((each) => [each.node, each.values]));
    return h(
      'ul',
      { class: 'nodes' },
      figures.map(({ node, name, type, values }) => {
        const old = before.get(node) ?? {};
        const facts = Object.entries(values)
          .filter(([key]) => !LEFT_OUT.has(key))
          .map(
            ([key, value]) =>
            h('div', { class: 'fact', key }, h('dt', {}, text(`figure.${key}`, {}, key)), h('dd', {}, shown(key, value), hint(key, value, old[key]))), // prettier-ignore
          );
        return h('li', { key: node }, h('b', {}, name || type), name ? h('span', { class: 'quiet' }, ` ${type}`) : null, h('dl', { class: 'facts' }, facts)); // prettier-ignore
      }),
    );
  }
}

function shown(key, value) {
  if (key in FLAGS) return text(value > 0 ? 'streams.yes' : 'streams.no');
  if (isBytes(key)) return megabytes(value);
  return Number.isInteger(value) ? count(value) : number(value);
}

/** What is the matter with a figure, where something is. */
function hint(key, value, before) {
  if (key in FLAGS) return value > 0 === FLAGS[key] > 0 && h('span', { class: 'hint' }, mark('WARNING'));
  const grown = TROUBLE.has(key) && before !== undefined ? value - before : 0;
  return grown > 0 && h('span', { class: 'hint' }, mark('WARNING'), text('streams.grown', { n: count(grown) }));
}

function list(columns, rows, figures) {
  const head = columns.map((column) => h('th', { scope: 'col', class: figures.has(column) ? 'figure' : '' }, text(`streams.${column}`))); // prettier-ignore
  return h('div', { class: 'scroll topics', tabindex: 0, role: 'region', 'aria-label': text('streams.topics') }, h('table', {}, h('thead', {}, h('tr', {}, head)), h('tbody', {}, rows))); // prettier-ignore
}
