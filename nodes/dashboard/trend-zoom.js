/** No shorter than this, ms. */
const SHORTEST = 10_000;
/** No longer than this, ms: what swat-history keeps, unless it is told otherwise. */
const LONGEST = 31 * 24 * 3_600_000;

/** A span with these ends in the right order, not shorter than ten seconds and not longer than `longest`; times in ms. */
export function spanOf(one, other, longest = LONGEST) {
  const middle = (one + other) / 2;
  const half = Math.min(longest, Math.max(SHORTEST, Math.abs(one - other))) / 2;
  return { from: Math.round(middle - half), to: Math.round(middle + half) };
}

/** The span so many times as long, around a time in it. */
export function zoomed({ from, to }, factor, around) {
  const at = around >= from && around <= to ? around : (from + to) / 2;
  return spanOf(at - (at - from) * factor, at + (to - at) * factor, Math.max(LONGEST, to - from));
}

/** The span half of its length earlier (-1) or later (1), but not past the newest time. */
export function moved({ from, to }, direction, newest) {
  const by = Math.min(((to - from) / 2) * direction, Math.max(0, newest - to));
  return { from: Math.round(from + by), to: Math.round(to + by) };
}

/** The names of the two ends of a span. */
export const ENDS = ['from', 'to'];

/** A time as the browser's own field for it writes it: of the local clock, to the second, and without that where it is 0. */
export function fieldTime(time) {
  const date = new Date(Math.floor(time / 1000) * 1000);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace(/:00$/, '');
}

/**
 * The span that two fields name, ms.
 * @returns `{from, to}`, or `{wrong}` with the key of a text
 */
export function spanIn(fields) {
  const [from, to] = ENDS.map((end) => new Date(fields[end]).getTime());
  if (Number.isNaN(from) || Number.isNaN(to)) return { wrong: 'spanMissing' };
  return from < to ? { from, to } : { wrong: 'spanOrder' };
}
