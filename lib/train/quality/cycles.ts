/** A swing counts when it goes this far beyond the mean on both sides, in standard deviations. */
const SWING = 0.5;

/**
 * How often a series went from below its mean to above it, by half a standard deviation each way: small ripples do not
 * count. NaN is passed over.
 */
export function cyclesOf(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value / known.length, 0);
  const spread = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2 / known.length, 0));
  let cycles = 0;
  let below = false;
  for (const value of known) {
    if (value < mean - SWING * spread) below = true;
    else if (below && value > mean + SWING * spread) {
      below = false;
      cycles += 1;
    }
  }
  return cycles;
}
