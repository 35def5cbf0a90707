import { h } from './render.js';
import { text } from './texts.js';
import { ENDS, fieldTime, spanIn } from './trend-zoom.js';

/** Two fields for the first and the last time to show. They follow what is shown until somebody changes them. */
export class SpanForm {
  #changed;
  #chosen;
  /** What stands in the fields while somebody is at them, and what stood there before. */
  #fields;
  #before = {};
  #wrong = '';

  /**
   * @param changed called when it is to be drawn anew
   * @param chosen called with `{from, to}`, ms
   */
  constructor(changed, chosen) {
    this.#changed = changed;
    this.#chosen = chosen;
  }

  /** The fields follow what is shown again. */
  reset() {
    this.#fields = undefined;
    this.#wrong = '';
  }

  /** Says why a span was not shown. */
  refuse(why) {
    this.#wrong = why;
  }

  view({ from, to }) {
    const shown = { from: fieldTime(from), to: fieldTime(to) };
    const fields = this.#fields ?? shown;
    const field = (end) =>
      h(
        'label',
        {},
        text(`trend.${end}`),
        h('input', {
          type: 'datetime-local', step: 1, name: end, value: fields[end], max: '9999-12-31T23:59:59',
          'aria-invalid': String(this.#wrong !== ''), 'aria-describedby': this.#wrong === '' ? undefined : 'span-wrong',
          onfocus: () => this.#entered(shown),
          oninput: (event) => (this.#fields = { ...this.#fields, [end]: event.target.value }),
        }),
      ); // prettier-ignore
    return h(
      'form',
      {
        key: 'span', class: 'group span', novalidate: true, 'aria-label': text('trend.span'),
        onsubmit: (event) => this.#submit(event, this.#fields ?? shown),
        onfocusout: (event) => this.#left(event),
      },
      ENDS.map(field),
      h('button', { type: 'submit' }, text('trend.showSpan')),
      this.#wrong !== '' && h('p', { class: 'wrong', id: 'span-wrong', role: 'alert' }, this.#wrong),
    ); // prettier-ignore
  }

  #entered(shown) {
    if (this.#fields === undefined) this.#fields = this.#before = shown;
  }

  #submit(event, fields) {
    event.preventDefault();
    const { wrong, ...span } = spanIn(fields);
    this.#wrong = wrong === undefined ? '' : text(`trend.${wrong}`);
    if (wrong === undefined) {
      this.#fields = undefined;
      this.#chosen(span);
    }
    this.#changed();
  }

  /** Where nothing was changed, the fields go on with what is shown. */
  #left({ relatedTarget, currentTarget }) {
    const isChanged = this.#fields !== undefined && ENDS.some((end) => this.#fields[end] !== this.#before[end]);
    if (!isChanged && !currentTarget.contains(relatedTarget)) this.#fields = undefined;
  }
}
