import { DeskHistory } from './desk-history.js';
import { alarmRow } from './desk-alarm.js';
import { DeskLoad } from './desk-load.js';
import { SwatElement } from './element.js';
import { count } from './format.js';
import { mark } from './level.js';
import { OperatorBar } from './operator-bar.js';
import { newCommandId, onOperator, signOut } from './operator.js';
import { h } from './render.js';
import { text } from './texts.js';
import styles from './desk.css';
import operatorStyles from './operator.css';

/** What was refused stays to be read for so long, ms. */
const TOLD_MS = 15_000;
/** Events of alarms come in bursts: the list is asked for once for those that come together, ms. */
const TOGETHER_MS = 300;
/** A double click is one: so long after a command the same one is not sent again, ms. */
const SENT_MS = 3000;
const ANSWERS = new Set(['list', 'journal']);

/** The alarm desk: what stands, what to do, and what happened. `data`: answers of swat-alert to `list` and `journal`, and its alarm events. */
export class SwatDesk extends SwatElement {
  static styles = `${operatorStyles}${styles}`;
  static askMs = 3000;

  #list;
  #operator = new OperatorBar(() => this.update());
  #history = new DeskHistory(this);
  #load = new DeskLoad();
  /** The form that is open: `{id, command}` with what was typed. */
  #open;
  /** Commands on their way: keys of alarm and command, with the time. */
  #sent = new Map();
  #problem;
  #soon;
  #unlisten;

  connectedCallback() {
    super.connectedCallback();
    this.#unlisten = onOperator(() => this.update());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#unlisten?.();
    clearTimeout(this.#soon);
  }

  questions() {
    return [{ command: 'list' }, { command: 'silences' }, { command: 'metrics' }, ...this.#history.questions()];
  }

  take(payload) {
    if (payload.event !== undefined && payload.seq !== undefined) {
      this.#askSoon();
      return this.#list !== undefined;
    }
    if (payload.command === 'list' && Array.isArray(payload.alarms)) {
      this.#list = payload;
      return true;
    }
    if (payload.command === 'silences' || payload.command === 'metrics') {
      this.#load.take(payload);
      return this.#list !== undefined;
    }
    if (payload.command === 'journal') return this.#history.take(payload);
    if (payload.ok !== true || ANSWERS.has(payload.command)) return false;
    this.#sent.clear();
    this.#open = undefined;
    this.#problem = undefined;
    this.#askSoon();
    return true;
  }

  refused({ command, error, code }) {
    this.#sent.clear();
    // Without a journal there is no history to show.
    if (command === 'journal') this.#history.missing(String(error ?? ''));
    else this.#problem = { told: String(error ?? ''), at: performance.now() };
    if (code === 'operator-session' && this.#list !== undefined) signOut(this.#list.actors.node);
  }

  view() {
    if (this.#list === undefined) return h('p', { class: 'nothing' }, text('connection.waiting'));
    const { alarms, actors } = this.#list;
    const { told } = this.#problem !== undefined && performance.now() - this.#problem.at < TOLD_MS ? this.#problem : {};
    const isViewOnly = this.isLost || this.#operator.isViewOnly(actors);
    return [
      h(
        'header',
        { class: 'bar' },
        h('div', { class: 'counts' }, this.#counts(alarms)),
        h('span', { class: 'spread' }),
        this.#operator.view(actors),
      ),
      told && h('p', { key: 'problem', class: 'told', role: 'alert' }, mark('bad-data'), told),
      this.#load.flood(),
      alarms.length === 0
        ? h('p', { key: 'none', class: 'nothing quiet' }, text('desk.none'))
        : h('ul', { key: 'alarms', class: 'alarms' }, [...alarms].sort(byUrgency).map((alarm) => this.#row(alarm, isViewOnly))), // prettier-ignore
      this.#load.view({
        isViewOnly,
        end: (id) => this.#send(id, 'unsilence'),
        isSent: (id) => this.#isSent(id, 'unsilence'),
      }),
      this.#history.view(),
    ];
  }

  #counts(alarms) {
    const waiting = alarms.filter(({ state }) => state.endsWith('unacknowledged')).length;
    const held = alarms.filter(({ hold }) => hold !== undefined).length;
    return text('desk.counts', { open: count(alarms.length - held), waiting: count(waiting), held: count(held) });
  }

  #row(alarm, isViewOnly) {
    const form = this.#open?.id === alarm.id ? this.#open : undefined;
    return alarmRow(alarm, {
      shelve: this.#list.shelve,
      muting: this.#list.alarms.find(({ id }) => id === alarm.by),
      isViewOnly,
      form,
      isSent: (command) => this.#isSent(alarm.id, command),
      open: (command) => {
        this.#open = command && { id: alarm.id, command, comment: '', minutes: String(this.#list.shelve.minutes) };
        this.update();
      },
      send: (command, more) => this.#send(alarm.id, command, more),
    });
  }

  #isSent(id, command) {
    return performance.now() - (this.#sent.get(`${id} ${command}`) ?? -Infinity) < SENT_MS;
  }

  #send(id, command, more = {}) {
    const credentials = this.#operator.credentials(this.#list.actors);
    if (credentials === undefined) {
      this.#problem = { told: text('operator.first'), at: performance.now() };
      this.update();
      return;
    }
    this.#problem = undefined;
    this.#sent.set(`${id} ${command}`, performance.now());
    this.command({ command, id, ...more, ...credentials, commandId: newCommandId() });
    this.update();
  }

  #askSoon() {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.ask();
    }, TOGETHER_MS);
  }
}

const RANK = ['critical', 'high', 'medium', 'low'];

/** What waits for a person comes first, then what stands, then the priority, then the newest. */
function byUrgency(left, right) {
  const order = (alarm) => [
    alarm.hold === undefined ? 0 : 1,
    alarm.state.endsWith('unacknowledged') ? 0 : 1,
    alarm.level === 'NONE' ? 1 : 0,
    RANK.indexOf(alarm.priority),
    -alarm.since,
  ];
  const [a, b] = [order(left), order(right)];
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : a[at] - b[at];
}
