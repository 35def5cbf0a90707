/** A quantile of sorted values; the lower of the two nearest where none is exact. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)];
}
