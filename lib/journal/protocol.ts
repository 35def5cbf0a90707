import type { Head, JournalEntry, JournalQuery } from './journal';
import type { PageText } from './page-text';

/** Where a journal is kept. */
export type JournalPlace =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'postgres';
      /** `postgresql://user:password@host:port/database`; a secret. */
      readonly url: string;
      /** Where the module `pg` is looked for. */
      readonly folders: readonly string[];
      /** Where the last hash is written down, apart from the database. */
      readonly headPath: string;
    };

/** What the thread of a journal is started with. */
export interface JournalThreadInput {
  readonly place: JournalPlace;
  /** Records are removed so many days after they were logged; 0 keeps them for good. */
  readonly retentionDays: number;
}

/** What it is asked. */
export type JournalRequest = { readonly id: number } & (
  | { readonly ask: 'append'; readonly entries: readonly JournalEntry[] }
  | { readonly ask: 'query'; readonly query: JournalQuery }
  | { readonly ask: 'prune'; readonly before: number; readonly now: number }
  | { readonly ask: 'verify'; readonly known: Head | undefined }
  | { readonly ask: 'stats' | 'close' }
);

/** What it answers, and what it has to say unasked. */
export type JournalReply =
  /** A piece of the answer to `query`; its `result` follows the last one. */
  | { readonly id: number; readonly part: PageText }
  | { readonly id: number; readonly result: unknown }
  | {
      readonly id: number;
      readonly code: string;
      readonly details: Readonly<Record<string, string | number | boolean>>;
    }
  | { readonly news: JournalNews };

/** Something that a person should know of a journal. */
export type JournalNews =
  | { readonly code: 'set-aside'; readonly path: string; readonly detail: string }
  | { readonly code: 'end-missing'; readonly last: number; readonly known: number }
  | { readonly code: 'pruned'; readonly removed: number };
