import { together } from '../../lib/alarm/together';
import { count, moment, number } from './format.js';
import { SwatElement } from './element.js';
import { badge, levelWord } from './level.js';
import { h } from './render.js';
import { text } from './texts.js';
import { LEFT, pictures, RIGHT } from './trend-chart.js';
import { legend } from './trend-legend.js';
import { bucketAt, paceOf, scale } from './trend-scale.js';
import { SpanForm } from './trend-span.js';
import { expectedWord, valueWord } from './trend-states.js';
import { moved, spanOf, zoomed } from './trend-zoom.js';
import { unitOf } from './plant-tag.js';
import styles from './trend.css';

const HOUR = 3_600_000;
const RANGES = { minutes15: HOUR / 4, hour1: HOUR, hours8: 8 * HOUR, hours24: 24 * HOUR };
/** Ratios at which swat-severity begins a level, unless its dialog says otherwise. */
const LEVELS = { INFO: 1, WARNING: 1.5, CRITICAL: 2 };
/** A pointer that has moved less than this has not dragged, px. */
const DRAG = 8;

/**
 * The score of an asset against its threshold, and the tags that were most to blame, over a span of time. `data`: a `trend` or an
 * `assets` of swat-history. Attribute `levels`: the ratios of INFO, WARNING and CRITICAL, where they are not 1, 1.5 and 2.
 */
export class SwatTrend extends SwatElement {
  static styles = styles;
  static askMs = 5000;

  #trend;
  #assets = [];
  #asset;
  /** The length that follows the newest data; `undefined` while a span of the past is shown. */
  #length = HOUR;
  #span;
  #cursor;
  #drag;
  #width = 800;
  #drawn;
  #form = new SpanForm(
    () => this.update(),
    (span) => this.#look(span),
  );
  #observer;

  connectedCallback() {
    super.connectedCallback();
    this.#observer = new ResizeObserver(([{ contentRect }]) => {
      if (Math.abs(contentRect.width - this.#width) < 1 || contentRect.width === 0) return;
      this.#width = Math.round(contentRect.width);
      this.update();
    });
    this.#observer.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#observer.disconnect();
  }

  questions() {
    const points = Math.min(1200, Math.max(200, Math.round(this.#width - LEFT - RIGHT)));
    const asset = this.#asset === undefined ? {} : { asset: this.#asset };
    return [{ command: 'trend', ...asset, ...this.#asked(), points }, { command: 'assets' }];
  }

  take(payload) {
    if (payload.command === 'assets' && Array.isArray(payload.assets)) {
      this.#assets = payload.assets;
      return true;
    }
    if (!Array.isArray(payload.score)) return false;
    const isFirst = this.#trend === undefined && this.#length !== HOUR;
    this.#trend = payload;
    if (payload.asset !== '') this.#asset ??= payload.asset;
    if (isFirst) this.ask();
    return true;
  }

  refused(payload) {
    if (payload.command === 'trend' && this.#span !== undefined) this.#form.refuse(String(payload.error ?? ''));
    else super.refused(payload);
  }

  view() {
    const trend = this.#trend;
    if (trend === undefined || trend.asset === '') {
      return h('div', { class: 'nothing' }, h('p', {}, text('trend.empty')), h('p', { class: 'quiet' }, text('overview.emptyHint'))); // prettier-ignore
    }
    return [this.#bar(), this.#summary(trend), this.#charts(trend), this.#episodes(trend)];
  }

  /** What is shown, ms. */
  get #shown() {
    if (this.#span !== undefined) return this.#span;
    const { to } = this.#trend;
    return { from: to - this.#length, to };
  }

  /** The newest event time that is known of the asset, ms. */
  get #newest() {
    return this.#assets.find(({ asset }) => asset === this.#asset)?.last ?? this.#trend?.to;
  }

  #asked() {
    if (this.#span !== undefined) return this.#span;
    const newest = this.#newest;
    return newest === undefined ? {} : { from: newest - this.#length };
  }

  #follow(length) {
    this.#length = length;
    this.#span = undefined;
    this.#cursor = undefined;
    this.#form.reset();
    this.ask();
    this.update();
  }

  #look(span) {
    this.#span = span;
    this.#form.reset();
    this.ask();
    this.update();
  }

  #bar() {
    const button = (key, onclick, pressed) =>
      h('button', { type: 'button', onclick, 'aria-pressed': pressed === undefined ? undefined : String(pressed) }, text(`trend.${key}`)); // prettier-ignore
    const ranges = Object.entries(RANGES).map(([key, length]) =>
      button(key, () => this.#follow(length), this.#span === undefined && this.#length === length),
    );
    const shown = this.#shown;
    const move = (direction) => () => this.#look(moved(shown, direction, this.#newest));
    const zoom = (factor) => () => this.#look(zoomed(shown, factor, this.#cursor));
    return h(
      'div',
      { class: 'bar' },
      this.#assets.length > 1 && this.#choice(),
      h('div', { class: 'group', role: 'group', 'aria-label': text('trend.last') }, h('span', { class: 'quiet' }, text('trend.last')), ranges), // prettier-ignore
      h(
        'div',
        { class: 'group', role: 'group', 'aria-label': text('trend.view') },
        button('earlier', move(-1)),
        button('later', move(1)),
        button('zoomIn', zoom(0.5)),
        button('zoomOut', zoom(2)),
      ),
      this.#form.view(shown),
    );
  }

  #choice() {
    const choose = (event) => {
      this.#asset = event.target.value;
      this.#follow(this.#length);
    };
    const options = this.#assets.map(({ asset }) => h('option', { value: asset, key: asset }, asset));
    return h('label', {}, text('overview.asset'), ' ', h('select', { value: this.#asset, onchange: choose }, options));
  }

  /** What the pictures show, in words; of the past with the way back. */
  #summary(trend) {
    const said = this.#said(trend);
    if (this.#span === undefined) return h('p', { key: 'summary', class: 'summary', role: 'status' }, said);
    const back = h('button', { type: 'button', onclick: () => this.#follow(this.#length) }, text('trend.now'));
    return [
      h('p', { key: 'past', class: 'past' }, h('b', {}, text('trend.past')), back),
      h('p', { key: 'summary', class: 'summary', role: 'status' }, said),
    ];
  }

  #said(trend) {
    const { from, to } = this.#shown;
    const inside = trend.score.filter(([time]) => time + trend.step >= from && time <= to);
    const isOneDay = new Date(from).toDateString() === new Date(to).toDateString();
    const span = { from: moment(from, to), to: isOneDay ? moment(to) : moment(to, from), asset: trend.asset };
    if (inside.length === 0) {
      const first = this.#assets.find(({ asset }) => asset === this.#asset)?.first;
      const none = text('trend.summaryNone', span);
      return to > first || first === undefined
        ? none
        : together([none, text('trend.oldest', { first: moment(first) })]);
    }
    const top = inside.reduce((most, bucket) => (bucket[2] > most[2] ? bucket : most));
    const highest = text('trend.summary', { ...span, ratio: number(top[2]), at: moment(top[0], to) });
    const blamed = trend.tags.map(({ tag }) => tag).join(', ');
    if (trend.episodes.length === 0) return together([highest, text(top[2] < 1 ? 'trend.noEpisode' : 'trend.briefly')]);
    return together([highest, text('trend.someEpisodes', { n: count(trend.episodes.length), tags: blamed })]);
  }

  #charts(trend) {
    const { from, to } = this.#shown;
    const width = this.#width;
    const key = `${from} ${to} ${width} ${this.getAttribute('levels')} ${text('trend.threshold')}`;
    if (this.#drawn?.trend !== trend || this.#drawn.key !== key) {
      this.#drawn = { trend, key, rows: pictures(trend, { from, to, width, levels: this.#levels() }) };
    }
    const x = scale(from, to, LEFT, width - RIGHT);
    const time = scale(LEFT, width - RIGHT, from, to);
    const at = this.#cursor;
    const isShown = at >= from && at <= to;
    const rows = this.#drawn.rows.map(({ key: name, trace, height, shapes }) => [
      this.#reading(trend, trace, isShown ? at : to),
      h(
        'svg',
        { key: name, class: 'chart', viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true' }, // prettier-ignore
        shapes,
        isShown && h('path', { class: 'cursor', d: `M${x(at)} 0V${height}` }),
        this.#drag && h('rect', { class: 'selection', x: Math.min(this.#drag.start, this.#drag.end), y: 0, width: Math.abs(this.#drag.end - this.#drag.start), height }), // prettier-ignore
      ),
    ]);
    return [
      h('div', { key: 'charts', class: 'charts', ...this.#pointer(time) }, rows),
      this.#slider(trend, from, to, isShown ? at : to),
      legend(trend),
    ];
  }

  #levels() {
    const given = (this.getAttribute('levels') ?? '').split(',').map(Number);
    if (given.length !== 3 || given.some((each) => !(each > 0))) return LEVELS;
    return { INFO: given[0], WARNING: given[1], CRITICAL: given[2] };
  }

  /** What there is at a time; at the end of what is shown, the latest. */
  #bucket(buckets, at) {
    return (
      bucketAt(buckets, paceOf(buckets, this.#trend.step), at) ?? (at === this.#shown.to ? buckets.at(-1) : undefined)
    );
  }

  /** The name of a picture, and the value under the cursor: without one, the latest. */
  #reading(trend, trace, at) {
    const bucket = this.#bucket(trace?.values ?? trend.score, at);
    const name = trace === undefined ? text('trend.score') : [trace.stage, trace.tag].filter(Boolean).join(' ');
    const said = (value) =>
      trace === undefined ? `${number(value)} ${text('trend.times')}` : valueWord(trace, value, unitOf(trace));
    const expected = bucket && bucketAt(trace?.expected ?? [], paceOf(trend.score, trend.step), bucket[0]);
    return h(
      'p',
      { key: `reading ${trace?.tag ?? 'score'}`, class: 'reading' },
      h('b', {}, name),
      bucket === undefined ? h('span', { class: 'quiet' }, text('trend.noValue')) : h('span', {}, said(bucket[3])),
      expected && h('span', { class: 'quiet' }, expectedWord(trace, expected)),
      bucket && trace === undefined && h('span', { class: 'quiet' }, moment(bucket[0], this.#shown.to)),
    ); // prettier-ignore
  }

  /** The cursor for a keyboard and for a screen reader. */
  #slider(trend, from, to, at) {
    const { step } = trend;
    const bucket = this.#bucket(trend.score, at);
    const said = [
      moment(at, to),
      bucket && text('trend.scoreIs', { ratio: number(bucket[3]) }),
      ...trend.tags.map((trace) => {
        const found = this.#bucket(trace.values, at);
        return found && `${trace.tag} ${valueWord(trace, found[3], unitOf(trace))}`;
      }),
    ].filter(Boolean);
    const slide = (event) => {
      this.#cursor = Math.min(to, from + Number(event.target.value) * step);
      this.update();
    };
    const most = Math.max(1, Math.floor((to - from) / step));
    return h(
      'label',
      { key: 'slider', class: 'slider' },
      h('span', { class: 'quiet' }, text('trend.cursor')),
      h('input', { type: 'range', min: 0, max: most, step: 1, value: String(Math.round((at - from) / step)), oninput: slide, 'aria-valuetext': said.join(', ') }), // prettier-ignore
    );
  }

  #pointer(time) {
    const placeOf = (event) => {
      const { left, width } = event.currentTarget.getBoundingClientRect();
      const place = ((event.clientX - left) * this.#width) / width;
      return Math.min(this.#width - RIGHT, Math.max(LEFT, place));
    };
    return {
      onpointerdown: (event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const place = placeOf(event);
        this.#drag = { start: place, end: place };
      },
      onpointermove: (event) => {
        const place = placeOf(event);
        this.#cursor = time(place);
        if (this.#drag) this.#drag.end = place;
        this.update();
      },
      onpointerup: () => {
        const drag = this.#drag;
        this.#drag = undefined;
        if (drag && Math.abs(drag.end - drag.start) >= DRAG) this.#look(spanOf(time(drag.start), time(drag.end)));
        this.update();
      },
      onpointercancel: () => {
        this.#drag = undefined;
        this.update();
      },
    };
  }

  #episodes(trend) {
    if (trend.episodes.length === 0) return null;
    const { to: end } = this.#shown;
    const rows = [...trend.episodes].reverse().map((episode) => {
      const { from, to, level, open } = episode;
      const room = Math.max(60_000, (to - from) * 0.5);
      const name = text('trend.zoomTo', { level: levelWord(level), time: moment(from, end) });
      return h(
        'li',
        { key: `${from} ${level}`, class: level },
        badge(level),
        h('span', { class: 'when' }, `${moment(from, end)} – ${open ? text('trend.lasts') : moment(to, end)}`),
        h('span', { class: 'what' }, episode.text ?? ''),
        h('button', { type: 'button', 'aria-label': name, onclick: () => this.#look(spanOf(from - room, to + room)) }, text('trend.show')), // prettier-ignore
      );
    });
    return h('section', { class: 'episodes', 'aria-label': text('trend.episodes') }, h('h3', {}, text('trend.episodes')), h('ul', {}, rows)); // prettier-ignore
  }
}
