/** The longest texts of an entry, characters; what is longer is cut. */
export const LONGEST = { source: 64, event: 64, alarm: 128, asset: 128, tag: 128, state: 64, level: 16, priority: 16, user: 64, comment: 500 } as const; // prettier-ignore

/** What is to be recorded of one alarm event or operator action. */
export interface JournalEntry {
  /** Event time, ms since the epoch. */
  readonly time: number;
  /** When it was decided, wall-clock time, ms since the epoch. */
  readonly logged: number;
  /** Id of the node that it comes from. */
  readonly source: string;
  /** Rises with every event of a source. */
  readonly seq: number;
  readonly event: string;
  /** Id of the alarm; empty for what is about none. */
  readonly alarm: string;
  readonly asset: string;
  /** The tag that came first; empty where none is to blame. */
  readonly tag: string;
  /** Every tag that is blamed. */
  readonly tags: readonly string[];
  /** The alarm's state after the event. */
  readonly state: string;
  readonly level: string;
  readonly priority: string;
  readonly user: string;
  readonly comment: string;
  /** The whole event: plain data. */
  readonly body: unknown;
}

/** An entry as it stands in the journal. */
export interface JournalRecord extends JournalEntry {
  /** Its place, from 1, without gaps. */
  readonly n: number;
  /** SHA-256 over the hash of the record before and this record, 64 hex digits. */
  readonly hash: string;
}

/** What is asked for; everything that is left out does not matter. */
export interface JournalQuery {
  /** Event time, ms since the epoch; both ends belong to it. */
  readonly from?: number;
  readonly to?: number;
  readonly asset?: string;
  /** A tag that came first or is blamed. */
  readonly tag?: string;
  readonly state?: string;
  readonly event?: string;
  /** Id of an alarm. */
  readonly alarm?: string;
  readonly order?: 'newest' | 'oldest';
  /** At most so many records, 1 … 10,000; 100 unless given. */
  readonly limit?: number;
  /** Leaves the bodies out (`{}` instead): much less to read where only a list is wanted. */
  readonly brief?: boolean;
  /** Goes on where an answer ended: its {@link JournalPage.next}. */
  readonly after?: string;
}

/** Records in the order of their event time, the newest first unless asked otherwise. */
export interface JournalPage {
  readonly records: readonly JournalRecord[];
  /** Where there is more: what to give as `after`. */
  readonly next?: string;
}

/** A place in the chain that was written down elsewhere. */
export interface Head {
  readonly n: number;
  readonly hash: string;
}

/** What retention has left in place of the records it removed. */
export interface Anchor extends Head {
  /** How many records were removed so far. */
  readonly count: number;
  /** When the last ones were, ms since the epoch. */
  readonly at: number;
}

/** What is wrong with a chain, by the first record where it shows. */
export interface Breach {
  /**
   * `changed`: the record, or the hash of the one before it, is not what was written. `missing`: no such record.
   * `start-removed`: records before it are gone, and no retention of this journal says so. `end-removed`: the journal ends
   * before a record that is known to have been there. `rewritten`: that record is there with another hash.
   */
  readonly problem: 'changed' | 'missing' | 'start-removed' | 'end-removed' | 'rewritten';
  readonly n: number;
}

export interface Verification {
  /** How many records were checked. */
  readonly records: number;
  /** The last one that is in order; `undefined` where there is none. */
  readonly head: Head | undefined;
  readonly anchor: Anchor | undefined;
  readonly breach: Breach | undefined;
  /** Whether the end could be held against a head known from elsewhere. */
  readonly endKnown: boolean;
}

export interface JournalStats {
  readonly records: number;
  /** What the store takes, bytes. */
  readonly bytes: number;
  readonly head: Head | undefined;
  readonly anchor: Anchor | undefined;
}

/** An append-only record of alarm events and operator actions; see `docs/journal.md`. */
export interface Journal {
  /**
   * Resolves once the entries would outlive a power cut; all of them or none. One that is there already, by source, `seq`
   * and content, is not written again.
   * @returns how many were written
   * @throws SwatError `journal-full`, `journal-damaged`, `journal-store`, `journal-gone`
   */
  append(entries: readonly JournalEntry[]): Promise<number>;
  /** @throws SwatError `journal-cursor`, `setting-number` for a limit; and as {@link append} */
  query(query: JournalQuery): Promise<JournalPage>;
  /**
   * Removes the oldest records, up to the first that was logged at `before` or later, and says so in a record of its own.
   * @param before, now ms since the epoch
   * @returns how many were removed
   */
  prune(before: number, now: number): Promise<number>;
  /** Goes through the whole chain. `known`: a head that was written down elsewhere. */
  verify(known?: Head): Promise<Verification>;
  stats(): Promise<JournalStats>;
  close(): Promise<void>;
}
