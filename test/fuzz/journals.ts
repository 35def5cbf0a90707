import { readFileSync, writeFileSync } from 'node:fs';
import { Database } from 'node-sqlite3-wasm';
import { disk } from '../../lib/platform/files';
import type { Random } from '../../lib/kernels/random';
import { openJournal } from '../../lib/journal/opened';
import { hashOf, GENESIS, type Row } from '../../lib/journal/record';
import { entry, T0 } from '../lib/journal/contract-entry';
import { pick } from './hostile';

/** The files of a journal. */
export interface JournalFiles {
  readonly db: Buffer;
  /** What was not taken over into the file yet. */
  readonly wal?: Buffer;
  readonly head: string;
}

const RECORDS = 120;
const PAGE = 4096;

/** Two journals with the same records: one that was closed, and one of a process that was killed. */
export async function soundJournals(path: string): Promise<JournalFiles[]> {
  const opened = await openJournal({ kind: 'file', path }, disk, T0, () => undefined);
  const { journal, head } = opened;
  await journal.append(Array.from({ length: RECORDS }, (_, index) => entry(index + 1, { body: { seq: index, text: 'x'.repeat(index * 3) } }))); // prettier-ignore
  const last = await journal.head();
  if (last !== undefined) await head.write(last);
  const killed = filesOf(path);
  await opened.close();
  return [filesOf(path), killed];
}

function filesOf(path: string): JournalFiles {
  let wal: Buffer | undefined;
  try {
    wal = readFileSync(`${path}-wal`);
  } catch {
    // It was closed.
  }
  return { db: readFileSync(path), head: readFileSync(path.replace(/\.db$/, '.head'), 'utf8'), ...(wal && { wal }) };
}

/** Puts a damaged journal in its place; says what was done to it, and whether its records say other things than before. */
export function putDamaged(
  random: Random,
  path: string,
  sound: readonly JournalFiles[],
): { how: string; isRewritten: boolean } {
  const { db, wal, head } = pick(random, sound);
  writeFileSync(path.replace(/\.db$/, '.head'), random() < 0.9 ? head : pick(random, HEADS));
  if (wal === undefined && random() < 0.45) {
    writeFileSync(path, db);
    const how = pick(random, STATEMENTS);
    rewritten(path, how, random() < 0.5);
    return { how, isRewritten: true };
  }
  const inWal = wal !== undefined && random() < 0.7;
  const [how, bytes] = damaged(random, inWal ? wal : db, inWal ? db : (wal ?? db));
  writeFileSync(path, inWal ? db : bytes);
  if (wal !== undefined) writeFileSync(`${path}-wal`, inWal ? bytes : wal);
  if (random() < 0.05) writeFileSync(`${path}-journal`, damaged(random, db, db)[1]);
  return { how: `${inWal ? 'log' : 'file'} ${how}`, isRewritten: false };
}

const HEADS = ['', 'x', `99999999:${'f'.repeat(64)}`, `1:${'0'.repeat(64)}`, '-1:', '9'.repeat(1000)];

function damaged(random: Random, input: Buffer, other: Buffer): [how: string, bytes: Buffer] {
  const bytes = Buffer.from(input);
  const page = (): number => Math.floor((random() * bytes.length) / PAGE) * PAGE;
  const within = (most: number): number => Math.floor(random() * Math.min(most, bytes.length));
  switch (Math.floor(random() * 9)) {
    case 0:
      for (let left = 1 + Math.floor(random() * 8); left > 0; left -= 1) bytes[within(bytes.length)] ^= 1 << Math.floor(random() * 8); // prettier-ignore
      return ['with flipped bits', bytes];
    case 1:
      bytes[within(100)] = Math.floor(random() * 256);
      return ['with another head', bytes];
    case 2:
      return ['cut', bytes.subarray(0, within(bytes.length))];
    case 3:
      return ['cut between pages', bytes.subarray(0, page())];
    case 4: {
      const [a, b] = [page(), page()];
      input.copy(bytes, a, b, b + PAGE);
      input.copy(bytes, b, a, a + PAGE);
      return ['with pages swapped', bytes];
    }
    case 5: {
      const at = page();
      bytes.fill(pick(random, [0, 0xff, 0x5a]), at, Math.min(at + PAGE, bytes.length));
      return ['with a page overwritten', bytes];
    }
    case 6: {
      const [at, from] = [page(), Math.floor(random() * other.length)];
      other.copy(bytes, at, from, from + PAGE);
      return ['with a page of another file', bytes];
    }
    case 7: {
      // The head of a page and the places of its cells are what SQLite goes by.
      const at = page() + Math.floor(random() * 64);
      if (at < bytes.length) bytes[at] = pick(random, [0, 1, 2, 5, 10, 13, 0x7f, 0x80, 0xff]);
      return ['with another head of a page', bytes];
    }
    default:
      return ['twice', Buffer.concat([bytes, bytes])];
  }
}

const ENDLESS = 'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)';
const COLUMNS = 'time, logged, seq, source, event, alarm, asset, tag, tags, state, level, priority, operator, comment, body, digest, hash'; // prettier-ignore

/** What somebody can do to a journal with SQL. */
const STATEMENTS: readonly string[] = [
  ...['no json', '', 'null', '{"a":', '"\ud800"', '[[1]]', '],[', '1],["x"'].map((body) => `UPDATE swat_journal SET body = '${body}' WHERE n % 7 = 3`),
  `UPDATE swat_journal SET body = '${'['.repeat(20_000)}${']'.repeat(20_000)}' WHERE n = 5`,
  `UPDATE swat_journal SET body = '"' || replace(hex(zeroblob(1500000)), '0', 'x') || '"' WHERE n = 5`,
  `UPDATE swat_journal SET event = 'pruned', body = 'null' WHERE n = 9`,
  `UPDATE swat_journal SET event = 'pruned', body = 'x' WHERE n = 9`,
  `UPDATE swat_journal SET time = 'abc'`,
  `UPDATE swat_journal SET time = 9e999 WHERE n > 5`,
  `UPDATE swat_journal SET time = -8e300, logged = 9e999`,
  `UPDATE swat_journal SET seq = 9223372036854775807 WHERE n = 4`,
  `UPDATE swat_journal SET seq = 'x', source = 5, tags = 17 WHERE n = 4`,
  `UPDATE swat_journal SET tags = x'fffe2c', asset = x'00ff' WHERE n % 5 = 1`,
  `UPDATE swat_journal SET asset = CAST(x'fffefd' AS TEXT), comment = char(0) || 'x'`,
  `UPDATE swat_journal SET n = 9223372036854775807 WHERE n = 120`,
  `UPDATE swat_journal SET n = 9007199254740993 WHERE n = 120`,
  `UPDATE swat_journal SET n = -n`,
  `UPDATE swat_journal SET hash = 'x' WHERE n = 120`,
  `UPDATE swat_journal SET hash = x'00', digest = 5`,
  `DELETE FROM swat_journal WHERE n BETWEEN 20 AND 40`,
  `DELETE FROM swat_journal`,
  `DELETE FROM swat_journal_meta`,
  ...['', '{', 'null', '"x"', '0', '2', '1.5', '1e999', '[1]', 'true'].map((value) => `UPDATE swat_journal_meta SET value = '${value}'`),
  ...['', 'null', '{}', '[]', '{"n":"5","hash":"x","count":1,"at":1}', '{"n":1e300,"hash":"x","count":1,"at":1}', '{"n":5,"hash":5,"count":-1,"at":null}', '{"n":50,"hash":"x","count":50,"at":1}', '{"__proto__":{"n":5}}'].map(
    (value) => `INSERT INTO swat_journal_meta VALUES ('anchor', '${value}')`,
  ),
  `DROP TABLE swat_journal`,
  `DROP TABLE swat_journal; CREATE TABLE swat_journal (a, b, c)`,
  `DROP TABLE swat_journal; CREATE TABLE swat_journal (n TEXT, ${COLUMNS})`,
  `DROP TABLE swat_journal; CREATE VIEW swat_journal AS ${ENDLESS} SELECT n, ${COLUMNS.replaceAll(/\w+/g, (name) => `n AS ${name}`)} FROM c`,
  `DROP TABLE swat_journal_meta; CREATE VIEW swat_journal_meta AS ${ENDLESS} SELECT 'format' AS name, n AS value FROM c`,
  `CREATE TRIGGER t AFTER INSERT ON swat_journal BEGIN DELETE FROM swat_journal WHERE n IN (${ENDLESS} SELECT n FROM c LIMIT 1000000000000); END`,
  `CREATE TRIGGER t BEFORE INSERT ON swat_journal BEGIN SELECT raise(IGNORE); END`,
  `ALTER TABLE swat_journal ADD COLUMN more TEXT`,
  `ALTER TABLE swat_journal ADD COLUMN more TEXT GENERATED ALWAYS AS (body || body) VIRTUAL`,
  `ALTER TABLE swat_journal RENAME COLUMN body TO content`,
  `DROP INDEX swat_journal_time`,
  `DROP INDEX swat_journal_source; CREATE UNIQUE INDEX swat_journal_source ON swat_journal (source)`,
  `PRAGMA writable_schema = 1; UPDATE sqlite_master SET rootpage = 3 WHERE name = 'swat_journal'`,
  `PRAGMA writable_schema = 1; UPDATE sqlite_master SET sql = 'CREATE TABLE swat_journal (x)' WHERE name = 'swat_journal'`,
  `PRAGMA writable_schema = 1; DELETE FROM sqlite_master WHERE type = 'index'`,
]; // prettier-ignore

/** @param anew whether the chain is made to fit again */
function rewritten(path: string, statements: string, anew: boolean): void {
  const db = new Database(path);
  // It writes ahead, which only one at a time can do here.
  db.exec('PRAGMA locking_mode = EXCLUSIVE');
  try {
    for (const each of statements.split('; ')) db.exec(each);
    if (!anew) return;
    let before = GENESIS;
    // A view may never end.
    if (db.all("SELECT type FROM sqlite_master WHERE name = 'swat_journal'")[0]?.type !== 'table') return;
    for (const row of db.all('SELECT * FROM swat_journal ORDER BY n')) {
      before = hashOf(before, row as unknown as Row);
      db.run('UPDATE swat_journal SET hash = ? WHERE n = ?', [before, row.n as number]);
    }
  } catch {
    // What SQLite does not let anybody do, or what can no longer be read: it stays as it is by then.
  } finally {
    db.close();
  }
}
