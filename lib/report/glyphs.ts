/** A piece of text, and whether the font for Chinese and for signs is to draw it. */
export interface Run {
  readonly text: string;
  readonly isWide: boolean;
}

/** What the font for Latin, Greek and Cyrillic letters has no picture of: arrows, shapes, Chinese, full-width forms. */
const WIDE =
  /[\u2190-\u21ff\u2460-\u25c9\u25cb-\u27bf\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u{20000}-\u{3ffff}]+/gu;

/** A text in runs of one font each. */
export function runsOf(text: string): Run[] {
  const runs: Run[] = [];
  let end = 0;
  for (const { 0: wide, index } of text.matchAll(WIDE)) {
    if (index > end) runs.push({ text: text.slice(end, index), isWide: false });
    runs.push({ text: wide, isWide: true });
    end = index + wide.length;
  }
  if (end < text.length || runs.length === 0) runs.push({ text: text.slice(end), isWide: false });
  return runs;
}
