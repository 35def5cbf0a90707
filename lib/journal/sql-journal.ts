import { SwatError } from '../errors';
import type { Dialect, Sql, SqlRow, SqlRunner } from '../platform/sql';
import { shown } from '../shown';
import type { Anchor, Head, Journal, JournalEntry, JournalPage, JournalQuery, JournalStats, Verification } from './journal'; // prettier-ignore
import { damaged, pageText, recordOf, type PageText } from './page-text';
import { canonicalJson, GENESIS, hashOf, rowOf, type Row } from './record';
import { COLUMNS, statementOf, storedRow, TABLE } from './sql-query';
import { verifyChain } from './verify';

const META = 'swat_journal_meta';
const FORMAT = 1;
/** What the journal says of itself comes from this source. */
const OWN = 'journal';
const ROWS_AT_ONCE = 50;
const REMOVED_AT_ONCE = 5000;

/** A journal in an SQL database: one table, its chain, and the anchor that retention leaves. */
export class SqlJournal implements Journal {
  private constructor(private readonly sql: Sql) {}

  /**
   * Opens the journal of a database; makes it where there is none.
   * @throws SwatError `journal-newer` where a later version made it; `journal-full`, `journal-store`; `journal-damaged`, also for what
   * another program has put there under the same names
   */
  static async open(sql: Sql): Promise<SqlJournal> {
    await sql.transaction(async (runner) => {
      if (sql.dialect.lock !== undefined) await runner.all(sql.dialect.lock);
      await requireOurs(sql.dialect, runner);
      for (const statement of tables(sql.dialect.integer)) await runner.all(statement);
      const format = await readMeta(runner, 'format');
      if (format === undefined) await writeMeta(runner, 'format', FORMAT);
      else if (Number.isInteger(format) && Number(format) > FORMAT)
        throw new SwatError('journal-newer', { format: Number(format) });
      else if (format !== FORMAT) throw damaged(`format ${shown(format)}`);
      await readAnchor(runner);
    });
    return new SqlJournal(sql);
  }

  append(entries: readonly JournalEntry[]): Promise<number> {
    return this.#writing(async (runner) => {
      const rows = await unknownOf(runner, entries.map(rowOf));
      return this.#extend(runner, rows);
    });
  }

  /** Records something that concerns the journal itself. */
  note(event: string, body: object, now: number): Promise<number> {
    return this.#writing((runner) => this.#extendByNote(runner, event, body, now));
  }

  async query(query: JournalQuery): Promise<JournalPage> {
    const { texts, next } = await this.queryText(query);
    const records = texts.map(recordOf);
    return next === undefined ? { records } : { records, next };
  }

  /** The same as text, for another thread to read: see {@link recordOf}. */
  async queryText(query: JournalQuery): Promise<PageText> {
    const { sql, values, limit } = statementOf(query, this.sql.dialect);
    return pageText(await this.sql.all(sql, values), limit);
  }

  async prune(before: number, now: number): Promise<number> {
    for (let removed = 0; ;) {
      const some = await this.#writing((runner) => this.#pruneSome(runner, before, now));
      removed += some;
      if (some < REMOVED_AT_ONCE) return removed;
    }
  }

  verify(known?: Head): Promise<Verification> {
    return verifyChain(
      {
        anchor: () => readAnchor(this.sql),
        after: async (n, most) =>
          (
            await this.sql.all(`SELECT ${COLUMNS.join(', ')} FROM ${TABLE} WHERE n > $1 ORDER BY n LIMIT $2`, [n, most])
          ).map(storedRow),
      },
      known,
    );
  }

  async stats(): Promise<JournalStats> {
    const [count] = await this.sql.all(`SELECT count(*) AS records FROM ${TABLE}`);
    const [size] = await this.sql.all(this.sql.dialect.size(TABLE));
    const head = await this.head();
    return { records: Number(count.records), bytes: Number(size.bytes), head, anchor: await readAnchor(this.sql) };
  }

  /** The last record. */
  async head(): Promise<Head | undefined> {
    return lastOf(this.sql);
  }

  close(): Promise<void> {
    return this.sql.close();
  }

  #writing<T>(work: (runner: SqlRunner) => Promise<T>): Promise<T> {
    const { lock } = this.sql.dialect;
    return this.sql.transaction(async (runner) => {
      if (lock !== undefined) await runner.all(lock);
      return work(runner);
    });
  }

  async #extend(runner: SqlRunner, rows: readonly Omit<Row, 'n'>[]): Promise<number> {
    const head = (await lastOf(runner)) ?? (await readAnchor(runner)) ?? { n: 0, hash: GENESIS };
    let { n, hash } = head;
    const whole = rows.map((row) => {
      n += 1;
      const placed: Row = { ...row, n };
      hash = hashOf(hash, placed);
      return { ...placed, hash };
    });
    for (let at = 0; at < whole.length; at += ROWS_AT_ONCE) await insert(runner, whole.slice(at, at + ROWS_AT_ONCE));
    return whole.length;
  }

  #extendByNote(runner: SqlRunner, event: string, body: object, now: number): Promise<number> {
    const nothing = { alarm: '', asset: '', tag: '', tags: [], state: '', level: '', priority: '', user: '', comment: '' }; // prettier-ignore
    return this.#extend(runner, [rowOf({ ...nothing, time: now, logged: now, source: OWN, seq: 0, event, body })]);
  }

  /** The record that says what was removed stands in the chain before anything is removed. */
  async #pruneSome(runner: SqlRunner, before: number, now: number): Promise<number> {
    const some = await runner.all(`SELECT n, logged, hash FROM ${TABLE} ORDER BY n LIMIT $1`, [REMOVED_AT_ONCE]);
    const young = some.findIndex((row) => Number(row.logged) >= before);
    const old = young === -1 ? some : some.slice(0, young);
    const last = old.at(-1);
    if (last === undefined) return 0;
    const through: Head = { n: Number(last.n), hash: String(last.hash) };
    const count = ((await readAnchor(runner))?.count ?? 0) + old.length;
    const anchor: Anchor = { ...through, count, at: now };
    await this.#extendByNote(runner, 'pruned', { ...anchor, before }, now);
    await runner.all(`DELETE FROM ${TABLE} WHERE n <= $1`, [through.n]);
    await writeMeta(runner, 'anchor', anchor);
    return old.length;
  }
}

function tables(integer: string): string[] {
  const index = (name: string, columns: string): string =>
    `CREATE INDEX IF NOT EXISTS ${TABLE}_${name} ON ${TABLE} (${columns})`;
  const texts = ['source', 'event', 'alarm', 'asset', 'tag', 'tags', 'state', 'level', 'priority', 'operator', 'comment', 'body', 'digest', 'hash']; // prettier-ignore
  return [
    `CREATE TABLE IF NOT EXISTS ${META} (name TEXT PRIMARY KEY, value TEXT NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS ${TABLE} (n ${integer} PRIMARY KEY, time DOUBLE PRECISION NOT NULL, logged DOUBLE PRECISION NOT NULL, seq ${integer} NOT NULL, ${texts.map((name) => `${name} TEXT NOT NULL`).join(', ')})`,
    index('time', 'time, n'),
    index('asset', 'asset, time, n'),
    index('alarm', 'alarm'),
    index('source', 'source, seq'),
  ];
}

async function insert(runner: SqlRunner, rows: readonly (Row & { hash: string })[]): Promise<void> {
  let next = 0;
  const places = rows.map(() => `(${COLUMNS.map(() => `$${(next += 1)}`).join(', ')})`);
  const values = rows.flatMap((row) => COLUMNS.map((column) => row[column]));
  await runner.all(`INSERT INTO ${TABLE} (${COLUMNS.join(', ')}) VALUES ${places.join(', ')}`, values);
}

/** Those that are not there yet, each once. */
async function unknownOf(runner: SqlRunner, rows: readonly Omit<Row, 'n'>[]): Promise<Omit<Row, 'n'>[]> {
  const known = new Set<string>();
  for (const source of new Set(rows.map((row) => row.source))) {
    const seqs = [...new Set(rows.filter((row) => row.source === source).map(({ seq }) => seq))];
    for (let at = 0; at < seqs.length; at += ROWS_AT_ONCE) {
      const some = seqs.slice(at, at + ROWS_AT_ONCE);
      const places = some.map((_, index) => `$${index + 2}`).join(', ');
      const sql = `SELECT digest FROM ${TABLE} WHERE source = $1 AND seq IN (${places})`;
      for (const { digest } of await runner.all(sql, [source, ...some])) known.add(String(digest));
    }
  }
  return rows.filter(({ digest }) => !known.has(digest) && known.add(digest));
}

/** Statements on tables of another make could do anything, and take any time. @throws SwatError `journal-damaged` */
async function requireOurs(dialect: Dialect, runner: SqlRunner): Promise<void> {
  if (dialect.makeup === undefined) return;
  for (const [table, columns] of [
    [META, ['name', 'value']],
    [TABLE, COLUMNS],
  ] as const) {
    const found = (await runner.all(dialect.makeup(table))).map(({ kind, name }) => `${kind} ${name}`);
    const ours = [`table ${table}`, ...columns.map((column) => `column ${column}`)];
    const other = found.find((each) => !ours.includes(each)) ?? ours.find((each) => !found.includes(each));
    if (found.length > 0 && other !== undefined) throw damaged(`${table} is of another make (${shown(other)})`);
  }
}

async function lastOf(runner: SqlRunner): Promise<Head | undefined> {
  const [last] = (await runner.all(`SELECT n, hash FROM ${TABLE} ORDER BY n DESC LIMIT 1`)) as (SqlRow | undefined)[];
  if (last === undefined) return undefined;
  const n = Number(last.n);
  if (!isPlace(n)) throw damaged(`last record ${shown(last.n)}`);
  return { n, hash: String(last.hash) };
}

async function readAnchor(runner: SqlRunner): Promise<Anchor | undefined> {
  const anchor = await readMeta(runner, 'anchor');
  if (anchor === undefined) return undefined;
  const { n, hash, count, at } = (anchor ?? {}) as Partial<Record<keyof Anchor, unknown>>;
  if (!isPlace(n) || typeof hash !== 'string' || !isPlace(count) || typeof at !== 'number') throw damaged(`anchor ${shown(anchor)}`); // prettier-ignore
  return { n, hash, count, at };
}

async function readMeta(runner: SqlRunner, name: string): Promise<unknown> {
  const [row] = (await runner.all(`SELECT value FROM ${META} WHERE name = $1`, [name])) as (SqlRow | undefined)[];
  if (row === undefined) return undefined;
  try {
    return JSON.parse(String(row.value)) as unknown;
  } catch {
    throw damaged(`${name} ${shown(row.value)}`);
  }
}

/** The place of a record in the chain. */
function isPlace(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

async function writeMeta(runner: SqlRunner, name: string, value: unknown): Promise<void> {
  await runner.all(`DELETE FROM ${META} WHERE name = $1`, [name]);
  await runner.all(`INSERT INTO ${META} (name, value) VALUES ($1, $2)`, [name, canonicalJson(value)]);
}
