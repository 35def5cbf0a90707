/** No shorter than this, ms. */
const SHORTEST = 10_000;
/** No longer than this, ms: what the screens offer at most. */
const LONGEST = 24 * 3_600_000;

/** A span with these ends in the right order, not shorter and not longer than what is shown; times in ms. */
export function spanOf(one, other) {
  const middle = (one + other) / 2;
  const half = Math.min(LONGEST, Math.max(SHORTEST, Math.abs(one - other))) / 2;
  return { from: Math.round(middle - half), to: Math.round(middle + half) };
}

/** The span so many times as long, around a time in it. */
export function zoomed({ from, to }, factor, around) {
  const at = around >= from && around <= to ? around : (from + to) / 2;
  return spanOf(at - (at - from) * factor, at + (to - at) * factor);
}

/** The span half of its length earlier (-1) or later (1), but not past the newest time. */
export function moved({ from, to }, direction, newest) {
  const by = Math.min(((to - from) / 2) * direction, Math.max(0, newest - to));
  return { from: Math.round(from + by), to: Math.round(to + by) };
}
