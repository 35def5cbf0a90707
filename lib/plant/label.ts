/**
 * What is true of a frame, for evaluation only: a detector never reads it. `msg.label` has this shape; where nothing
 * is known (a record without a label column) there is no label at all.
 */
export interface Label {
  /** The number of the attack under way; `true` for one that has none (historian); `null` in normal operation. */
  readonly attack: number | true | null;
  /** When that attack began, event time in ms since the epoch; `null` in normal operation. */
  readonly since: number | null;
}
