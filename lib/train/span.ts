/** How long something took, in the unit that a person would choose. */
export interface Span {
  readonly unit: 'seconds' | 'minutes' | 'hours' | 'days';
  readonly number: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const SECONDS = { unit: 'seconds', length: 1000 } as const;
const UNITS = [
  { unit: 'days', length: DAY },
  { unit: 'hours', length: HOUR },
  { unit: 'minutes', length: MINUTE },
] as const;

/** A length of time, ms, with two digits that count; the units begin at two of them. */
export function spanOf(ms: number): Span {
  const { unit, length } = UNITS.find(({ length: one }) => ms >= 2 * one) ?? SECONDS;
  return { unit, number: Number((ms / length).toPrecision(2)) };
}
