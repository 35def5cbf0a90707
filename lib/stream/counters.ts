import type { Unusable } from './reason';

/** At most this many names of unknown tags are kept. */
const MAX_NAMES = 10;
/** A name is cut here: keys of a payload can be of any length. */
const MAX_NAME_LENGTH = 64;

/** What has been seen since the node started: every case that a policy dealt with is counted here. */
export class StreamCounters implements Record<Unusable, number> {
  /** Frames taken into a window; by time, instants of the grid that something was read for. */
  frames = 0;
  /** Instants of the grid that nothing was read for, filled with last known values. */
  filled = 0;
  /** Single readings taken. */
  readings = 0;
  /** Windows given. */
  windows = 0;
  /** Values that were absent, empty or null. */
  missing = 0;
  /** Values that are no number. */
  notNumeric = 0;
  /** Numbers outside of the tag's range. */
  outOfRange = 0;
  /** Values that their source calls bad or uncertain, and those it says it has no communication for. */
  badQuality = 0;
  noCommunication = 0;
  /** Tags that went bad because nothing was heard of them. */
  stale = 0;
  /** Values that a check has marked as standing still, and as said again. */
  stuck = 0;
  replayed = 0;
  /** Keys of payloads, and topics of readings, that name no tag. */
  unknownTag = 0;
  /** Inputs that came too late, and were not used. */
  late = 0;
  /** Inputs with a wrong time stamp far ahead, not used. */
  timeJumps = 0;
  /** Inputs older than one before, taken at their place. */
  outOfOrder = 0;
  /** Inputs that said again what was known for their instant; and those that said something else. */
  duplicate = 0;
  conflicting = 0;
  /** Readings that came again with the very same source time. */
  repeated = 0;
  /** Windows started anew after a gap in time, and after time had gone back. */
  gaps = 0;
  rewinds = 0;
  /** Times that an asset's waiting frames were taken because it had gone silent. */
  flushed = 0;
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
