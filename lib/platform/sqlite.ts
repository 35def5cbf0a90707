import { mkdirSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Database, type QueryResult, type Statement } from 'node-sqlite3-wasm';
import { detailOf, SwatError } from '../errors';
import { Turns, type Dialect, type Sql, type SqlRow, type SqlValue } from './sql';

const DIALECT: Dialect = {
  integer: 'INTEGER',
  lock: undefined,
  size: () => 'SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()',
  array: (columns) => `json_array(${columns.join(', ')})`,
  exact: (column) => `quote(${column})`,
  // A text is searched for its end byte by byte, in JavaScript; a blob says how long it is.
  quick: (text) => `CAST(${text} AS BLOB)`,
  contains: (column, text) => `instr(${column}, ${text}) > 0`,
  makeup: (table) =>
    `SELECT type AS kind, name FROM sqlite_master WHERE lower(tbl_name) = '${table}' AND type <> 'index' ` +
    `UNION ALL SELECT iif(hidden = 0, 'column', 'computed'), name FROM pragma_table_xinfo('${table}')`,
};
const MOST_STATEMENTS = 64;
/** What SQLite says of a file that is not whole, or holds what was never written; of texts, it says so of a blob in their place. */
const DAMAGE = /malformed|not a database|corrupt|unsupported file format|JSON cannot hold BLOB/i;

/**
 * Opens an SQLite file in this thread, for this process alone; folders are made as needed. Statements block the thread.
 *
 * It writes ahead (WAL) and holds the file's lock all the time: with this build of SQLite, which finds its own lock when it
 * looks whether a rollback journal is left over, a transaction that a killed process had begun would not be rolled back.
 * @throws SwatError `journal-damaged`, `journal-full`, `journal-store`
 */
export function openSqlite(path: string): Sql {
  mkdirSync(dirname(path), { recursive: true });
  const db = attempt(path, () => opened(path));
  const statements = new Map<string, Statement>();
  const turns = new Turns();
  const prepared = (sql: string): Statement => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    for (const [oldest, statement] of statements) {
      if (statements.size < MOST_STATEMENTS) break;
      statements.delete(oldest);
      finalized(statement);
    }
    const statement = db.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const run = (sql: string, values: readonly SqlValue[] = []): SqlRow[] =>
    attempt(path, () => {
      const statement = prepared(sql);
      try {
        return statement.all([...values]).map(readable);
      } catch (cause) {
        // It can neither be run again nor say once more why.
        statements.delete(sql);
        finalized(statement);
        throw cause;
      }
    });
  const runner = { all: (sql: string, values?: readonly SqlValue[]) => Promise.resolve().then(() => run(sql, values)) };
  return {
    dialect: DIALECT,
    all: (sql, values) => turns.take(() => runner.all(sql, values)),
    transaction: (work) =>
      turns.take(async () => {
        run('BEGIN IMMEDIATE');
        try {
          const result = await work(runner);
          run('COMMIT');
          return result;
        } catch (cause) {
          // A disk that is full may have ended the transaction already.
          if (db.inTransaction) run('ROLLBACK');
          throw cause;
        }
      }),
    close: () =>
      turns.take(() => {
        for (const statement of statements.values()) finalized(statement);
        statements.clear();
        attempt(path, () => db.close());
        return Promise.resolve();
      }),
  };
}

function opened(path: string): Database {
  const db = new Database(path);
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = FULL');
    db.exec('PRAGMA cache_size = -16000');
    db.exec('PRAGMA journal_size_limit = 16000000');
    return db;
  } catch (cause) {
    db.close();
    throw cause;
  }
}

/** A blob is a text in disguise: see `quick` of the dialect. A number beyond what is exact is none that was written. */
function readable(row: QueryResult): SqlRow {
  const columns = row as Record<string, SqlValue | Uint8Array | bigint>;
  for (const name in columns) {
    const value = columns[name];
    if (value instanceof Uint8Array)
      columns[name] = Buffer.from(value.buffer, value.byteOffset, value.length).toString();
    else if (typeof value === 'bigint') columns[name] = Number(value);
  }
  return columns as SqlRow;
}

/** It throws what its last run has failed with, once more. */
function finalized(statement: Statement): void {
  try {
    statement.finalize();
  } catch {
    // Whoever ran it knows.
  }
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof SwatError) throw cause;
    const detail = detailOf(cause);
    const code = DAMAGE.test(detail)
      ? 'journal-damaged'
      : /disk is full/i.test(detail) || (/disk I\/O error/i.test(detail) && hasNoRoom(path))
        ? 'journal-full'
        : 'journal-store';
    throw new SwatError(code, { detail }, { cause });
  }
}

/** This build of SQLite speaks of an I/O error where a write finds no room. */
function hasNoRoom(path: string): boolean {
  try {
    return statfsSync(dirname(path)).bavail === 0;
  } catch {
    return false;
  }
}
