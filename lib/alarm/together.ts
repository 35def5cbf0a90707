/** Full-width punctuation brings its own room: after what closes, and before what opens. */
const CLOSES = /[。，、；：！？）》”]$/;
const OPENS = /^[（《“]/;

/** Sentences, or other parts of a text, as one: a space between, but none beside full-width punctuation. Empty ones are left out. */
export function together(parts: readonly string[]): string {
  return parts.reduce((told, part) => {
    if (told === '' || part === '') return told + part;
    return CLOSES.test(told) || OPENS.test(part) ? told + part : `${told} ${part}`;
  }, '');
}
