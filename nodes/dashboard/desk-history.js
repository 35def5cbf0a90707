import { moment } from './format.js';
import { records } from './records.js';
import { h } from './render.js';
import { text } from './texts.js';

const PERIODS = { hour: '-1h', shift: '-8h', day: '-24h', week: '-7d', all: '' };
const EVENTS = [
  'raised',
  're-raised',
  'escalated',
  'acknowledged',
  'cleared',
  'shelved',
  'unshelved',
  'commented',
  'recorded',
];
const PAGE = 25;

/** What happened, from the journal, with filters; a page at a time. */
export class DeskHistory {
  #element;
  #isOpen = true;
  #filter = { period: 'day', event: '', tag: '' };
  #records;
  #next;
  #why = '';
  /** The place from which older ones were asked for; while it is set nothing is asked for by itself. */
  #after;

  constructor(element) {
    this.#element = element;
  }

  questions() {
    return this.#isOpen && this.#after === undefined ? [this.#question()] : [];
  }

  take({ records, next }) {
    if (!Array.isArray(records)) return false;
    this.#records = this.#after === undefined ? records : [...(this.#records ?? []), ...records];
    this.#next = next;
    this.#why = '';
    return true;
  }

  missing(why) {
    this.#why = why;
  }

  view() {
    if (this.#why !== '') return h('section', { key: 'history', class: 'history' }, h('h3', {}, text('history.title')), h('p', { class: 'quiet' }, this.#why)); // prettier-ignore
    return h(
      'section',
      { key: 'history', class: 'history' },
      h('div', { class: 'bar' }, h('h3', {}, text('history.title')), h('span', { class: 'spread' }), this.#filters()),
      this.#table(),
    );
  }

  #question(after) {
    const { period, event, tag } = this.#filter;
    return {
      command: 'journal',
      brief: true,
      limit: PAGE,
      ...(PERIODS[period] === '' ? {} : { from: PERIODS[period] }),
      ...(event === '' ? {} : { event }),
      ...(tag.trim() === '' ? {} : { tag: tag.trim().toUpperCase() }),
      ...(after === undefined ? {} : { after }),
    };
  }

  #filters() {
    const choose = (name) => (event) => {
      this.#filter[name] = event.target.value;
      this.#after = undefined;
      this.#records = undefined;
      this.#element.command(this.#question());
      this.#element.update();
    };
    const { period, event, tag } = this.#filter;
    const option = (value, shown) => h('option', { value }, shown);
    return [
      h('label', {}, text('history.period'), h('select', { name: 'period', value: period, onchange: choose('period') }, Object.keys(PERIODS).map((each) => option(each, text(`history.${each}`))))), // prettier-ignore
      h('label', {}, text('history.event'), h('select', { name: 'event', value: event, onchange: choose('event') }, option('', text('history.every')), EVENTS.map((each) => option(each, text(`alarm.event.${each}`))))), // prettier-ignore
      h('label', {}, text('history.tag'), h('input', { type: 'text', name: 'tag', size: 8, placeholder: 'LIT101', value: tag, oninput: (happened) => (this.#filter.tag = happened.target.value), onchange: choose('tag') })), // prettier-ignore
    ];
  }

  #table() {
    if (this.#records === undefined) return h('p', { class: 'quiet' }, text('connection.waiting'));
    if (this.#records.length === 0) return h('p', { class: 'quiet' }, text('history.none'));
    const columns = ['time', 'what', 'where', 'who'];
    const rows = this.#records.map(({ n, logged, event, asset, tag, level, user, comment }) => ({
      key: String(n),
      cells: [
        moment(logged),
        [text(`alarm.event.${event}`, {}, event), level === '' || level === 'NONE' ? '' : h('span', { class: 'quiet' }, ` ${level}`)], // prettier-ignore
        [asset, tag].filter((each) => each !== '').join(', '),
        user && comment ? `${user}: ${comment}` : user || comment,
      ],
    }));
    const older = () => {
      this.#after = this.#next;
      this.#element.command(this.#question(this.#next));
    };
    const newest = () => {
      this.#after = undefined;
      this.#element.ask();
    };
    return [
      records(text('history.title'), columns.map((each) => text(`history.${each}`)), rows), // prettier-ignore
      h(
        'p',
        { class: 'pages' },
        this.#next !== undefined && h('button', { type: 'button', onclick: older }, text('history.older')),
        this.#after !== undefined && h('button', { type: 'button', onclick: newest }, text('history.newest')),
      ),
    ];
  }
}
