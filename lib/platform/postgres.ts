import type { Client, ClientConfig } from 'pg';
import { SwatError } from '../errors';
import { optionalModule } from './optional-module';
import { Turns, type Dialect, type Sql, type SqlRow, type SqlRunner, type SqlValue } from './sql';

const DIALECT: Dialect = {
  integer: 'BIGINT',
  // Any number will do, as long as every writer takes the same.
  lock: 'SELECT pg_advisory_xact_lock(7203581)',
  size: (table) => `SELECT pg_total_relation_size('${table}') AS bytes`,
  array: (columns) => `json_build_array(${columns.join(', ')})::text`,
  exact: (column) => column,
  quick: (text) => text,
  contains: (column, text) => `strpos(${column}, ${text}) > 0`,
};
const CONNECT_MS = 10_000;
const STATEMENT_MS = 60_000;
/** The type of whole numbers of 64 bits; ours fit into a number. */
const INT8 = 20;

/** The part of `pg` that is used. */
interface PgModule {
  readonly Client: new (config: Omit<ClientConfig, 'types'> & { types: PgTypes }) => Client;
  readonly types: PgTypes;
}
interface PgTypes {
  getTypeParser: (oid: number, format?: string) => (value: string) => unknown;
}

/**
 * A PostgreSQL database, connected to when it is first asked, and again after the connection was lost.
 * @param url `postgresql://user:password@host:port/database?sslmode=…`
 * @param folders where the module `pg` is looked for
 * @throws SwatError `journal-pg-missing` where there is none
 */
export function openPostgres(url: string, folders: readonly string[]): Sql {
  const module = optionalModule('pg', folders);
  if (module.path === undefined) throw new SwatError('journal-pg-missing');
  const pg = module.load() as PgModule;
  const turns = new Turns();
  let open: Client | undefined;

  const client = async (): Promise<Client> => {
    if (open !== undefined) return open;
    const fresh = new pg.Client({
      connectionString: url,
      application_name: 'swat-journal',
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      query_timeout: STATEMENT_MS,
      keepAlive: true,
      types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) },
    });
    fresh.on('error', () => {
      if (open === fresh) open = undefined;
    });
    await fresh.connect();
    open = fresh;
    return fresh;
  };
  const run = async (on: Client, sql: string, values: readonly SqlValue[] = []): Promise<SqlRow[]> => {
    try {
      return (await on.query<SqlRow>(sql, [...values])).rows;
    } catch (cause) {
      // What is no error of the statement is one of the connection: the next one is to find a new one.
      if (!isStatementError(cause)) {
        if (open === on) open = undefined;
        void on.end().catch(() => undefined);
      }
      throw failure(cause);
    }
  };
  const connected = (): Promise<Client> =>
    client().catch((cause: unknown) => {
      throw failure(cause);
    });
  return {
    dialect: DIALECT,
    all: (sql, values) => turns.take(async () => run(await connected(), sql, values)),
    transaction: (work) =>
      turns.take(async () => {
        // One connection for all of it: half a transaction on another one would stand for itself.
        const on = await connected();
        const runner: SqlRunner = { all: (sql, values) => run(on, sql, values) };
        await run(on, 'BEGIN');
        try {
          const result = await work(runner);
          await run(on, 'COMMIT');
          return result;
        } catch (cause) {
          if (open === on) await run(on, 'ROLLBACK').catch(() => undefined);
          throw cause;
        }
      }),
    close: () =>
      turns.take(async () => {
        const last = open;
        open = undefined;
        await last?.end().catch(() => undefined);
      }),
  };
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}

/** Five characters of SQLSTATE, but for class 08 (connection) and 57P (the server was shut down). */
function isStatementError(cause: unknown): boolean {
  return /^(?!08|57P)[0-9A-Z]{5}$/.test(codeOf(cause));
}

function failure(cause: unknown): SwatError {
  const code = codeOf(cause);
  const detail = cause instanceof Error ? cause.message || code : String(cause);
  return new SwatError(code === '53100' ? 'journal-full' : 'journal-store', { detail }, { cause });
}
