/** Why a value of a frame could not be used. */
export type Unusable = 'missing' | 'notNumeric' | 'outOfRange';

/** At most this many names of unknown tags are kept. */
const MAX_NAMES = 10;
/** A name is cut here: keys of a payload can be of any length. */
const MAX_NAME_LENGTH = 64;

/** What has been seen since the node started: every case that a policy dealt with is counted here. */
export class StreamCounters {
  /** Frames taken into a window. */
  frames = 0;
  /** Values that were absent, empty or null. */
  missing = 0;
  /** Values that are no number. */
  notNumeric = 0;
  /** Numbers outside of the tag's range. */
  outOfRange = 0;
  /** Keys of payloads that name no tag. */
  unknownTag = 0;
  /** Frames refused because they were older than the one before. */
  outOfOrder = 0;
  /** Windows started anew after a gap in time, and after time had gone back. */
  gaps = 0;
  rewinds = 0;
  /** Assets forgotten because they were idle. */
  expired = 0;
  /** The first few unknown names. */
  readonly unknownNames: string[] = [];

  /** True while there is room for more names. */
  get wantsNames(): boolean {
    return this.unknownNames.length < MAX_NAMES;
  }

  /** Keeps the name of an unknown tag, once. */
  noteUnknown(name: string): void {
    const short = name.slice(0, MAX_NAME_LENGTH);
    if (this.wantsNames && !this.unknownNames.includes(short)) this.unknownNames.push(short);
  }
}
