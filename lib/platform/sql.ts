/** What a column holds. */
export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** Runs statements. Parameters are `$1`, `$2` …, each first used in that order. */
export interface SqlRunner {
  all(sql: string, values?: readonly SqlValue[]): Promise<SqlRow[]>;
}

/** How the SQL of one database differs from that of the other. */
export interface Dialect {
  /** An integer that can be a primary key. */
  readonly integer: string;
  /** To be run first in a transaction that writes, so that only one writer extends the chain. */
  readonly lock: string | undefined;
  /** Bytes that a table and its indices take, as `bytes`. */
  size(table: string): string;
  /** A JSON array of columns, as text: one value is read far faster than many. Of numbers, only whole ones are exact … */
  array(columns: readonly string[]): string;
  /** … and others in this form, a number or a text that `Number` takes. */
  exact(column: string): string;
  /** A text in the form in which it is read quickest. */
  quick(text: string): string;
  /** Whether a column contains a text, both SQL expressions. */
  contains(column: string, text: string): string;
  /**
   * What goes by the name of a table, as `kind` and `name`: itself as `table`, its `column`s, and what a table of ours has none of.
   * Only where a whole database may come from elsewhere, as a file may.
   */
  makeup?(table: string): string;
}

/**
 * A database that was opened. Statements and transactions follow one another. Every method throws SwatError: `journal-full`
 * {detail}, `journal-damaged` {detail}, `journal-store` {detail}.
 */
export interface Sql extends SqlRunner {
  readonly dialect: Dialect;
  /** All of it or nothing; resolves once it would outlive a power cut. */
  transaction<T>(work: (runner: SqlRunner) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Lets one work after the other be done. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
