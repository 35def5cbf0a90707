import { count, duration, moment } from './format.js';
import { mark } from './level.js';
import { h } from './render.js';
import { text } from './texts.js';

/** How much a person at the desk has to do, after ISA-18.2, and of which alarms nobody is told. */
export class DeskLoad {
  #metrics;
  #silences = [];

  /** @param payload the answer to `metrics` or to `silences` */
  take({ metrics, silences }) {
    if (metrics !== undefined) this.#metrics = metrics;
    else if (Array.isArray(silences)) this.#silences = silences;
  }

  /** @param act `{isViewOnly, end(id), isSent(id)}` */
  view(act) {
    return [this.#silences.map((silence) => row(silence, act)), this.#rates()];
  }

  /** More alarms than a person can handle: said above everything. */
  flood() {
    if (this.#metrics?.flood.now !== true) return null;
    return h('p', { key: 'flood', class: 'told', role: 'status' }, mark('bad-data'), text('desk.flood', { n: count(this.#metrics.per10Min.now) })); // prettier-ignore
  }

  #rates() {
    if (this.#metrics === undefined) return null;
    const { perHour, per10Min, timeToAcknowledge } = this.#metrics;
    const { meanS } = timeToAcknowledge;
    const told = [
      text('desk.rates', { hour: count(perHour.now), peak: count(perHour.peak), ten: count(per10Min.now) }),
    ];
    if (meanS !== null) told.push(text('desk.answered', { time: duration(meanS) }));
    return h('p', { key: 'rates', class: 'quiet rates' }, told.join(' · '));
  }
}

function row({ id, matchers, from, until, user, comment }, { isViewOnly, end, isSent }) {
  const now = Date.now();
  const which = matchers.map(({ label, op, value }) => `${label} ${op} ${value}`).join(', ') || text('desk.everything');
  const time = { until: moment(until, now), left: duration((until - now) / 1000), from: moment(from, now), which };
  const said = [user, comment].filter((each) => each !== '').join(': ');
  return h(
    'p',
    { key: `silence ${id}`, class: 'silence' },
    mark('held'),
    h('span', {}, text(from > now ? 'desk.silenceLater' : 'desk.silence', time), said && h('span', { class: 'quiet' }, ` (${said})`)), // prettier-ignore
    !isViewOnly && h('button', { type: 'button', 'aria-label': `${text('desk.endSilence')}: ${which}`, disabled: isSent(id), onclick: () => end(id) }, text('desk.endSilence')), // prettier-ignore
  );
}
