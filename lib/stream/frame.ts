/** Why a value in a frame is what it is. Ordered: anything above `held` must not be scored. */
export const Quality = {
  /** Read now, numeric, within the tag's range. */
  good: 0,
  /** Missing, unreadable or out of range now; the last good value stands in, not older than its maximum age. */
  held: 1,
  /** No usable value: never seen, or held for longer than its maximum age. */
  bad: 2,
} as const;
export type Quality = (typeof Quality)[keyof typeof Quality];

/** The values of all tags of one asset at one instant, in the order of the plant's dictionary. */
export interface Frame {
  readonly asset: string;
  /** Event time, ms since the epoch. */
  readonly time: number;
  /** One value per tag, in its unit. A `bad` value is the last known one, or 0 when none was ever seen. */
  readonly values: Float64Array;
  /** One {@link Quality} per tag. */
  readonly quality: Uint8Array;
}
