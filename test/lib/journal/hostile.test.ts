import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from 'node-sqlite3-wasm';
import { SwatError } from '../../../lib/errors';
import { exported } from '../../../lib/journal/export';
import { openJournal, type OpenedJournal } from '../../../lib/journal/opened';
import { pageText, recordOf } from '../../../lib/journal/page-text';
import type { JournalNews } from '../../../lib/journal/protocol';
import { GENESIS, hashOf, type Row } from '../../../lib/journal/record';
import { disk } from '../../../lib/platform/files';
import { entry, T0 } from './contract-entry';

const NOW = T0 + 1_000_000;

describe('a journal file that somebody else has written to', () => {
  let folder: string;
  let path: string;
  let news: JournalNews[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'swat-journal-'));
    path = join(folder, 'journal.db');
    news = [];
    const opened = await open();
    const { journal } = opened;
    await journal.append(Array.from({ length: 20 }, (_, index) => entry(index + 1)));
    await opened.close();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = (): Promise<OpenedJournal> => openJournal({ kind: 'file', path }, disk, NOW, (each) => news.push(each));
  /** @param anew whether the chain is made to fit again */
  const change = (statements: readonly string[], anew = false): void => {
    const db = new Database(path);
    // It writes ahead, which only one at a time can do here.
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    for (const each of statements) db.exec(each);
    let before = GENESIS;
    for (const row of anew ? db.all('SELECT * FROM swat_journal ORDER BY n') : []) {
      before = hashOf(before, row as unknown as Row);
      db.run('UPDATE swat_journal SET hash = ? WHERE n = ?', [before, row.n as number]);
    }
    db.close();
  };

  for (const [what, statements] of [
    [
      'has a view without end under its name',
      [
        'DROP TABLE swat_journal',
        'CREATE VIEW swat_journal AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c',
      ],
    ],
    ['has a trigger', ['CREATE TRIGGER t BEFORE INSERT ON swat_journal BEGIN SELECT raise(IGNORE); END']],
    ['has other columns', ['DROP TABLE swat_journal', 'CREATE TABLE swat_journal (a, b)']],
    [
      'has a column that is computed',
      ['ALTER TABLE swat_journal ADD COLUMN more TEXT GENERATED ALWAYS AS (body || body) VIRTUAL'],
    ],
    ['has a format that is none', [`UPDATE swat_journal_meta SET value = '{' WHERE name = 'format'`]],
    ['has a format that is no number', [`UPDATE swat_journal_meta SET value = '"x"' WHERE name = 'format'`]],
    ['has an anchor that is none', [`INSERT INTO swat_journal_meta VALUES ('anchor', '{"n":"5"}')`]],
    ['has records without a time', [`UPDATE swat_journal SET time = 'abc'`]],
    ['has bytes where a text belongs, in its last record', [`UPDATE swat_journal SET asset = x'00ff' WHERE n = 20`]],
    ['ends at a number that nothing can follow', ['UPDATE swat_journal SET n = 9223372036854775807 WHERE n = 20']],
  ] as const)
    // prettier-ignore
    it(`is put aside where it ${what}, and a new one is written to`, async () => {
      change(statements);
      const opened = await open();
      const { journal } = opened;
      assert.deepEqual(news.map(({ code }) => code), ['set-aside']); // prettier-ignore
      assert.equal(await journal.append([entry(21)]), 1);
      await opened.close();
      assert.equal(readdirSync(folder).filter((name) => name.includes('.damaged-')).length, 1);
    });

  it('is left alone where a later version made it', async () => {
    change([`UPDATE swat_journal_meta SET value = '2' WHERE name = 'format'`]);
    await assert.rejects(open(), (error) => error instanceof SwatError && error.code === 'journal-newer');
  });

  it('tells the first record that was changed, whatever stands in it', async () => {
    for (const statement of [
      `UPDATE swat_journal SET seq = 9223372036854775807 WHERE n = 4`,
      `UPDATE swat_journal SET tags = 17, source = 5 WHERE n = 3`,
    ]) {
      change([statement]);
      const opened = await open();
      const { journal } = opened;
      assert.equal((await journal.verify()).breach?.problem, 'changed');
      const { records } = await journal.query({ limit: 100 });
      assert.equal(records.length, 20);
      assert.ok(records.every(({ tags, source, seq }) => Array.isArray(tags) && typeof source === 'string' && typeof seq === 'number')); // prettier-ignore
      await opened.close();
    }
  });

  it('is not believed to have been cut by retention where a record that says so says nothing', async () => {
    for (const body of ['null', 'no json']) {
      change(
        [`DELETE FROM swat_journal_meta WHERE name = 'anchor'`, `UPDATE swat_journal SET event = 'pruned', body = '${body}' WHERE n = 9`],
        true,
      ); // prettier-ignore
      change([`INSERT INTO swat_journal_meta SELECT 'anchor', json_object('n', n, 'hash', hash, 'count', n, 'at', 1) FROM swat_journal WHERE n = 5`]); // prettier-ignore
      const opened = await open();
      const { journal } = opened;
      assert.equal((await journal.verify()).breach?.problem, 'start-removed');
      await opened.close();
    }
  });

  it('is read and exported though a body is deeper than anything is written', async () => {
    change([`UPDATE swat_journal SET body = '${'['.repeat(200_000)}${']'.repeat(200_000)}' WHERE n = 5`]);
    const opened = await open();
    const { journal } = opened;
    for (const form of ['csv', 'json'] as const) {
      let text = '';
      for await (const piece of exported(journal, {}, form)) text += piece;
      assert.ok(text.includes('line-1/20'));
    }
    await opened.close();
  });

  it('tells damage as such each time that it is asked, and not only the first time', async () => {
    change([`UPDATE swat_journal SET asset = x'00ff' WHERE n = 10`]);
    const opened = await open();
    const { journal } = opened;
    const codes: unknown[] = [];
    for (let time = 0; time < 3; time += 1)
      await journal.query({ limit: 100 }).catch((error: unknown) => codes.push((error as SwatError).code));
    assert.deepEqual(codes, ['journal-damaged', 'journal-damaged', 'journal-damaged']);
    assert.equal(await journal.append([entry(21)]), 1);
    await opened.close();
  });
});

describe('the record that a text stands for', () => {
  it('is refused as damage where a page would end at one without a time', () => {
    const fields = Array.from({ length: 16 }, () => 'x');
    const rows = [1, 2].map(() => ({ text: JSON.stringify([fields, {}]) }));
    assert.throws(() => pageText(rows, 1), (error) => error instanceof SwatError && error.code === 'journal-damaged'); // prettier-ignore
    assert.equal(pageText(rows, 2).texts.length, 2);
  });

  it('is refused as damage where there is none', () => {
    for (const text of ['null', '[]', '[null]', '[[]]', '[[1,2],3]', 'x', '', '[[1],', '5', '"x"'])
      assert.throws(() => recordOf(text), (error) => error instanceof SwatError && error.code === 'journal-damaged', text); // prettier-ignore
  });

  it('has texts where texts belong, whatever stands there', () => {
    const record = recordOf(
      JSON.stringify([[1, 2, 3, null, 'x', 5, null, {}, [], null, true, 1, 2, 3, 4, null], 'body']),
    );
    const { tags, event, alarm, state, hash, seq, body } = record;
    assert.deepEqual({ tags, event, alarm, state, hash, seq, body }, { tags: [], event: '5', alarm: '', state: 'true', hash: '', seq: NaN, body: 'body' }); // prettier-ignore
  });
});
