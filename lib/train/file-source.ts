import type { Tag } from '../plant/dictionary';
import type { NamedColumns } from '../stream/columns';
import type { WindowSettings } from '../stream/settings';

/** A historian's file to learn from, and how it is cut into windows. Plain data. */
export interface FileSource {
  /** Where it is; only ever read. */
  readonly path: string;
  /** What it is called in reports. */
  readonly name: string;
  /** The plant's tags; without them every column with numbers is one, as it is learned in a first pass. */
  readonly tags: readonly Tag[] | undefined;
  readonly windows: WindowSettings;
  /** IANA zone of times without an offset. */
  readonly timeZone: string;
  /** Time and label column; empty for "find it". */
  readonly columns: NamedColumns;
  /** One window in so many is learned; more where the rows would not fit. */
  readonly stride: number;
  /** Most rows to learn from. */
  readonly rows: number;
}
