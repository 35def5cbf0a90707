/**
 * Why a value could not be used. `badQuality`: its source calls it bad or uncertain. `noCommunication`: its source says that
 * it does not reach the instrument. `stale`: nothing was heard of the tag for longer than its maximum age.
 * `stuck`, `replayed`: a check has found that the value stands still, or says again what was said before.
 */
export const UNUSABLE = [
  'missing',
  'notNumeric',
  'outOfRange',
  'badQuality',
  'noCommunication',
  'stale',
  'stuck',
  'replayed',
] as const;
export type Unusable = (typeof UNUSABLE)[number];

/** In an array of reasons: nothing was said of the tag. Read back, it is a missing value. */
export const UNSAID = 0;

/** A reason as a small number, never {@link UNSAID}. */
export function codeOf(reason: Unusable): number {
  return UNUSABLE.indexOf(reason) + 1;
}

/** The reason that a number stands for. */
export function reasonOf(code: number): Unusable {
  return UNUSABLE[Math.max(0, code - 1)];
}

/** A reason that a value's own status can give. */
export type Blamed = Extract<Unusable, 'badQuality' | 'noCommunication' | 'stuck' | 'replayed'>;
