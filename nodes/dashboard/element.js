import base from './base.css';
import { duration, moment } from './format.js';
import { mark } from './level.js';
import { h, render } from './render.js';
import { languageNow, onLanguage, text } from './texts.js';
import { isDark } from './theme.js';

/** So long without an answer, and what is shown is called old, ms. */
const LOST_MS = 8000;
/** So long without a first answer, and what may be the matter is said, ms. */
const PATIENCE_MS = 4000;
const TICK_MS = 1000;

const sheets = new Map();

function sheetOf(css) {
  if (!sheets.has(css)) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    sheets.set(css, sheet);
  }
  return sheets.get(css);
}

/**
 * What the elements of the dashboards share. `data` is the `msg.payload` to show; `swat-command` is fired with a `msg.swat` as its
 * detail. An element asks again every `askMs`, says when nothing is heard any more, and follows the light or dark of the page.
 *
 * A kind of element gives:
 * - `static styles`: its CSS, beside base.css, and `static askMs`
 * - `questions()`: the commands that bring what it shows, such as `[{command: 'streams'}]`
 * - `take(payload)`: keeps what it shows; `false` where the payload is not for it
 * - `view()`: what is to be seen, made with `h`; called only once something was taken
 */
export class SwatElement extends HTMLElement {
  static styles = '';
  static askMs = 5000;

  #root = document.createElement('div');
  #data;
  #heard;
  #asked = -Infinity;
  #since = performance.now();
  #refusal;
  #isWaiting = false;
  #isDark = false;
  #isEnded = false;
  #ends = [];

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: 'open' });
    shadow.adoptedStyleSheets = [sheetOf(base), sheetOf(this.constructor.styles)];
    shadow.append(this.#root);
  }

  get data() {
    return this.#data;
  }

  set data(payload) {
    this.#data = payload;
    if (typeof payload !== 'object' || payload === null) return;
    if (payload.ok === false) this.refused(payload);
    else if (this.take(payload) === false) return;
    else if (payload.command !== undefined) this.#refusal = undefined;
    this.#heard = performance.now();
    this.update();
  }

  connectedCallback() {
    // What was set before the script had come hides the property.
    if (Object.hasOwn(this, 'data')) {
      const { data } = this;
      delete this.data;
      this.data = data;
    }
    this.#since = performance.now();
    const timer = setInterval(() => this.#tick(), TICK_MS);
    const seen = () => document.hidden || this.ask();
    document.addEventListener('visibilitychange', seen);
    this.#ends = [
      onLanguage(() => this.update()),
      () => clearInterval(timer),
      () => document.removeEventListener('visibilitychange', seen),
    ];
    this.update();
  }

  disconnectedCallback() {
    for (const end of this.#ends.splice(0)) end();
  }

  /** Nothing will be heard any more: what is shown is old from now on. */
  set isEnded(isEnded) {
    this.#isEnded = isEnded;
    this.update();
  }

  /** Asks for what it shows; whoever listens for `swat-command` from now on calls this once. */
  ask() {
    this.#asked = performance.now();
    for (const question of this.questions()) this.command(question);
  }

  /** Fires a command: the `msg.swat` that it means. */
  command(swat) {
    this.dispatchEvent(new CustomEvent('swat-command', { detail: swat, bubbles: true, composed: true }));
  }

  /** A command was refused: `{ok: false, command, error}`. Said above everything until the next answer. */
  refused({ error }) {
    this.#refusal = String(error ?? '');
  }

  /** Draws anew, with all else that changes before the next picture. */
  update() {
    if (this.#isWaiting || !this.isConnected) return;
    this.#isWaiting = true;
    requestAnimationFrame(() => {
      this.#isWaiting = false;
      if (this.isConnected) this.#draw();
    });
  }

  /** Seconds since something was last heard; `undefined` before. */
  get silence() {
    return this.#heard === undefined ? undefined : (performance.now() - this.#heard) / 1000;
  }

  /** What is shown may be wrong by now. */
  get isLost() {
    return this.#heard !== undefined && (this.#isEnded || performance.now() - this.#heard > LOST_MS);
  }

  questions() {
    return [];
  }

  take() {
    return true;
  }

  view() {
    return [];
  }

  #tick() {
    if (document.hidden) return;
    if (performance.now() - this.#asked >= this.constructor.askMs) this.ask();
    if (this.isLost || this.#heard === undefined || isDark(this) !== this.#isDark) this.update();
  }

  #draw() {
    const { isLost } = this;
    this.#isDark = isDark(this);
    this.#root.className = `swat ${this.#isDark ? 'dark' : 'light'}${isLost ? ' lost' : ''}`;
    this.#root.lang = languageNow();
    const shown = this.#heard === undefined ? this.#nothing() : h('div', { key: 'view', class: 'view' }, this.view());
    render(this.#root, this.#told(isLost), shown);
  }

  #told(isLost) {
    if (isLost) {
      const at = moment(Date.now() - this.silence * 1000);
      const told = text('connection.lost', { for: duration(this.silence), at });
      return h('p', { key: 'told', class: 'told', role: 'alert' }, mark('no-data'), told);
    }
    if (!this.#refusal) return null;
    return h('p', { key: 'told', class: 'told', role: 'alert' }, mark('bad-data'), this.#refusal);
  }

  #nothing() {
    const isLong = performance.now() - this.#since > PATIENCE_MS;
    return h(
      'div',
      { key: 'nothing', class: 'nothing', role: 'status' },
      h('p', {}, text('connection.waiting')),
      isLong && h('p', { class: 'quiet' }, text('connection.nothing')),
    );
  }
}
