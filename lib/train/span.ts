/** How long something took, in the unit that a person would choose. */
export interface Span {
  readonly unit: 'seconds' | 'minutes' | 'hours';
  readonly number: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A length of time, ms, with two digits that count; the units begin at two of them. */
export function spanOf(ms: number): Span {
  const unit = ms >= 2 * HOUR ? 'hours' : ms >= 2 * MINUTE ? 'minutes' : 'seconds';
  const length = unit === 'hours' ? HOUR : unit === 'minutes' ? MINUTE : 1000;
  return { unit, number: Number((ms / length).toPrecision(2)) };
}
