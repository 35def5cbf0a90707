import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journal as command } from '../../../lib/cli/journal';
import { errorText } from '../../../lib/cli/terminal';
import { ThreadedJournal } from '../../../lib/journal/threaded';
import { openSqlite } from '../../../lib/platform/sqlite';
import { entry } from '../journal/contract-entry';

describe('swat journal', () => {
  let dir: string;
  let journal: ThreadedJournal;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'swat-cli-'));
    const path = join(dir, 'swat', 'journal', 'journal.db');
    journal = new ThreadedJournal({ place: { kind: 'file', path }, retentionDays: 0 }, () => undefined);
    await journal.append([
      entry(1),
      entry(2, { comment: '=1+1, "so"' }),
      entry(3, { tag: 'AIT202', tags: ['AIT202'] }),
    ]);
  });
  afterEach(async () => {
    await journal.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const run = async (...args: string[]): Promise<{ code: number; lines: string[] }> => {
    const lines: string[] = [];
    const code = await command([...args, '--dir', dir], { result: (line) => lines.push(line), progress: () => undefined }); // prettier-ignore
    return { code, lines };
  };
  const tamper = async (sql: string): Promise<void> => {
    await journal.close();
    const db = openSqlite(join(dir, 'swat', 'journal', 'journal.db'));
    await db.all(sql);
    await db.close();
  };

  it('checks the journal of a process that is writing to it, and prints its head', async () => {
    const { code, lines } = await run('verify');
    assert.equal(code, 0);
    assert.equal(lines[0], 'checked    3 records');
    assert.match(lines[1], /^head {7}3:[0-9a-f]{64}$/);
    assert.equal(await journal.append([entry(4)]), 1, 'which is not held up');
    assert.equal((await run('verify', '--head', lines[1].slice(11))).code, 0);
  });

  it('tells the first broken record, and an end that is missing', async () => {
    await tamper("UPDATE swat_journal SET comment = 'x' WHERE n = 2");
    assert.deepEqual(await run('verify'), { code: 1, lines: ['checked    1 records', 'BROKEN     changed at record 2'] }); // prettier-ignore
    await tamper('DELETE FROM swat_journal WHERE n > 1');
    assert.deepEqual((await run('verify')).lines.at(-1), 'BROKEN     end-removed at record 2');
  });

  it('searches and exports', async () => {
    const { lines } = await run('query', '--tag', 'AIT202');
    assert.equal(lines.length, 1);
    assert.match(lines[0], /^2026-01-01T00:00:03.000Z {2}raised .* line-1 AIT202/);
    const out = join(dir, 'out.csv');
    assert.equal((await run('export', '--out', out)).code, 0);
    const csv = readFileSync(out, 'utf8').split('\r\n');
    assert.equal(csv.length, 5);
    assert.ok(csv[2].includes(`,"'=1+1, ""so""",`), csv[2]);
    const json = JSON.parse((await run('export', '--form', 'json', '--limit', '2')).lines.join('\n')) as {
      n: number;
    }[];
    assert.deepEqual(json.map(({ n }) => n), [1, 2]); // prettier-ignore
  });

  it('takes a time that begins with a minus, as the help shows it', async () => {
    await journal.append([entry(4, { time: Date.now() - 60_000, asset: 'line-2' })]);
    assert.equal((await run('query', '--from', '-24h')).lines.length, 1);
    assert.equal((await run('query', '--from=-24h', '--to', '-1h')).lines.length, 0);
  });

  it('shows a record on one line, whatever its names and comments hold', async () => {
    await journal.append([entry(4, { asset: 'x\r\n2026-01-01 cleared', comment: '\u001b[2Jgone\u2028\u202egnp' })]);
    const { lines } = await run('query', '--limit', '1');
    assert.equal(lines.length, 1);
    assert.match(lines[0], /x 2026-01-01 cleared/);
    assert.match(lines[0], / \[2Jgone gnp/);
  });

  it('says what is wrong with what it was told', async () => {
    const text = async (...args: string[]): Promise<string> => run(...args).then(() => '', errorText);
    assert.match(await text('erase'), /verify\|query\|export/);
    assert.match(await text('query', '--from', 'yesterday'), /no time/);
    assert.match(await text('verify', '--head', '12'), /no head/);
    assert.match(await text('export', '--form', 'xml'), /csv, json/);
    assert.match(await text('verify', '--pg', 'postgresql://a:b@127.0.0.1:1/c'), /^The journal cannot be read: /);
    await assert.rejects(command(['verify'], { result: () => undefined, progress: () => undefined }), /journal-place/);
  });
});
