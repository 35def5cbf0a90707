import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { SwatError } from '../../../lib/errors';
import type { JournalEntry, JournalQuery, JournalRecord } from '../../../lib/journal/journal';
import type { SqlJournal } from '../../../lib/journal/sql-journal';
import type { Sql } from '../../../lib/platform/sql';
import { entry, T0 } from './contract-entry';

/** A store as the suite needs it: a new one each time, and the way behind its back. */
export interface Subject {
  /** Opens an empty store. */
  fresh(): Promise<Sql>;
  /** Opens the store of `sql` once more, after it was closed. */
  again(sql: Sql): Promise<Sql>;
}

const list = (count: number, given: (seq: number) => Partial<JournalEntry> = () => ({})): JournalEntry[] =>
  Array.from({ length: count }, (_, index) => entry(index + 1, given(index + 1)));
const seqs = (records: readonly JournalRecord[]): number[] => records.map(({ seq }) => seq);

/** What every store promises. `open` is given, so that the suite can look at the store from below as well. */
export function journalContract(name: string, subject: Subject, open: (sql: Sql) => Promise<SqlJournal>): void {
  describe(`journal in ${name}`, () => {
    let sql: Sql;
    let journal: SqlJournal;
    beforeEach(async () => {
      sql = await subject.fresh();
      journal = await open(sql);
    });
    afterEach(() => journal.close());
    const ask = async (query: JournalQuery): Promise<number[]> =>
      seqs((await journal.query({ order: 'oldest', ...query })).records);

    it('gives back what was written, in every detail', async () => {
      const given = entry(1, {
        time: T0 + 0.25,
        user: 'Ada "A" O’Neil',
        comment: "'); DROP TABLE swat_journal; -- 水 \u{1F6B0}",
        body: { b: [1, 2.5, -1e-9, null], a: { z: 1, y: 'ü\n\u0000' } },
      });
      await journal.append([given]);
      const [{ n, hash, ...rest }] = (await journal.query({})).records;
      assert.equal(n, 1);
      assert.match(hash, /^[0-9a-f]{64}$/);
      assert.deepEqual(rest, given);
    });

    it('gives any time back to its last digit, and a place to go on from that is as exact', async () => {
      const times = [0.1 + 0.2, 1e-300, -1.5, 4e12 + 1 / 3, T0 + 0.123456789, Number.MAX_SAFE_INTEGER, 1e300];
      await journal.append(times.map((time, index) => entry(index + 1, { time, logged: time })));
      const found: number[] = [];
      for (let after: string | undefined; ;) {
        const page = await journal.query({ limit: 1, ...(after === undefined ? {} : { after }) });
        found.push(...page.records.map(({ time }) => time));
        assert.equal(page.records[0].logged, page.records[0].time);
        after = page.next;
        if (after === undefined) break;
      }
      assert.deepEqual(
        found,
        [...times].sort((a, b) => b - a),
      );
    });

    it('shows a body that was changed by hand as the text that it is, whatever that is', async () => {
      const comment = 'so],"x"],{"b":1}';
      await journal.append([entry(1, { comment })]);
      const bodies = ['no JSON', '', '{"a":1', '1,2', '{}],[1', ']', 'a\n\u001f水'];
      for (const body of bodies) {
        await sql.all('UPDATE swat_journal SET body = $1', [body]);
        const [record] = (await journal.query({})).records;
        assert.deepEqual([record.body, record.comment, record.tags], [body, comment, ['LIT101', 'FIT201']]);
      }
    });

    it('keeps texts within bounds and free of what a store would not give back', async () => {
      await journal.append([entry(1, { asset: `a\0\ud800${'x'.repeat(500)}`, comment: 'c'.repeat(9000) })]);
      const [{ asset, comment }] = (await journal.query({})).records;
      assert.equal(asset, `a\ufffd\ufffd${'x'.repeat(125)}`);
      assert.equal(comment.length, 500);
      assert.equal((await journal.verify()).breach, undefined);
    });

    it('leaves the evidence of a body that is too long out, and at last all of it', async () => {
      const evidence = 'e'.repeat(300_000);
      await journal.append([entry(1, { body: { id: 'x', evidence } }), entry(2, { body: { id: evidence } })]);
      const { records } = await journal.query({ order: 'oldest' });
      assert.deepEqual(records.map(({ body }) => body), [{ id: 'x', leftOut: 'evidence' }, { leftOut: 'everything', characters: 300_009 }]); // prettier-ignore
    });

    it('writes an entry once, however often it is given, in one batch or several', async () => {
      assert.equal(await journal.append([entry(1), entry(2), entry(1)]), 2);
      assert.equal(await journal.append([entry(2, { logged: T0 + 9e6 }), entry(3)]), 1);
      assert.deepEqual(await ask({}), [1, 2, 3]);
    });

    it('writes another event that has the same number, as after a state that was lost', async () => {
      await journal.append([entry(1)]);
      assert.equal(await journal.append([entry(1, { asset: 'line-2' })]), 1);
      assert.equal(await journal.append([entry(1, { source: 'other' })]), 1);
      assert.equal((await journal.stats()).records, 3);
    });

    it('is asked by time, asset, tag, state, event and alarm, and by all of them', async () => {
      await journal.append([
        entry(1, { asset: 'a', tag: 'LIT101', tags: ['LIT101', 'FIT201'], state: 'normal' }),
        entry(2, { asset: 'b', tag: 'FIT201', tags: ['FIT201'], event: 'cleared' }),
        entry(3, { asset: 'a', tag: '', tags: [] }),
        entry(4, { asset: 'a', tag: 'LIT1', tags: ['LIT1'] }),
      ]);
      assert.deepEqual(await ask({ from: T0 + 2000, to: T0 + 3000 }), [2, 3]);
      assert.deepEqual(await ask({ asset: 'a' }), [1, 3, 4]);
      assert.deepEqual(await ask({ tag: 'FIT201' }), [1, 2]);
      assert.deepEqual(await ask({ tag: 'LIT1' }), [4]);
      assert.deepEqual(await ask({ tag: '%' }), []);
      assert.deepEqual(await ask({ state: 'normal' }), [1]);
      assert.deepEqual(await ask({ event: 'cleared' }), [2]);
      assert.deepEqual(await ask({ alarm: 'line-1/3' }), [3]);
      assert.deepEqual(
        await ask({ asset: 'a', tag: 'FIT201', state: 'normal', event: 'raised', alarm: 'line-1/1', from: T0 }),
        [1],
      );
      assert.deepEqual(await ask({ asset: "a' OR '1'='1" }), []);
    });

    it('answers in pages that leave nothing out and give nothing twice, in either order', async () => {
      // Many at one time: the place alone tells them apart.
      await journal.append(list(25, (seq) => ({ time: T0 + Math.floor(seq / 10) * 1000 })));
      for (const order of ['newest', 'oldest'] as const) {
        const found: number[] = [];
        for (let after: string | undefined; ;) {
          const page = await journal.query({ order, limit: 7, ...(after === undefined ? {} : { after }) });
          found.push(...seqs(page.records));
          after = page.next;
          if (after === undefined) break;
        }
        const all = list(25).map(({ seq }) => seq);
        assert.deepEqual(found, order === 'oldest' ? all : all.reverse());
      }
    });

    it('leaves the bodies out where a brief answer is asked for, and nothing else', async () => {
      await journal.append(list(3));
      const whole = await journal.query({ limit: 2 });
      const brief = await journal.query({ limit: 2, brief: true });
      assert.ok(whole.records.every(({ body }) => Object.keys(body as object).length > 0));
      assert.deepEqual(brief, { ...whole, records: whole.records.map((record) => ({ ...record, body: {} })) });
    });

    it('refuses a cursor and a limit that are none', async () => {
      const code = (wanted: string) => (error: SwatError) => error.code === wanted;
      await assert.rejects(journal.query({ after: '1; DROP' }), code('journal-cursor'));
      for (const limit of [0, 10_001, 1.5, Number.NaN])
        await assert.rejects(journal.query({ limit }), code('setting-number'));
    });

    it('writes all of a batch or none of it', async () => {
      await journal.append([entry(1)]);
      await assert.rejects(
        sql.transaction(async (runner) => {
          await runner.all('DELETE FROM swat_journal');
          await runner.all('SELECT * FROM no_such_table');
        }),
      );
      assert.deepEqual(await ask({}), [1]);
      assert.equal(await journal.append([entry(2)]), 1);
    });

    it('goes on with its chain when it is opened again', async () => {
      await journal.append(list(3));
      const head = await journal.head();
      await journal.close();
      sql = await subject.again(sql);
      journal = await open(sql);
      assert.deepEqual(await journal.head(), head);
      await journal.append([entry(4)]);
      const { records, breach, head: last } = await journal.verify(head);
      assert.deepEqual([records, breach, last?.n], [4, undefined, 4]);
    });

    it('serves writers side by side with one chain', async () => {
      await Promise.all(list(40).map((each) => journal.append([each])));
      const { records, breach } = await journal.verify();
      assert.deepEqual([records, breach], [40, undefined]);
    });

    describe('the chain', () => {
      beforeEach(() => journal.append(list(10)));
      const breach = async (...statements: string[]): Promise<unknown> => {
        const head = await journal.head();
        for (const statement of statements) await sql.all(statement);
        const found = (await journal.verify(head)).breach;
        return found === undefined ? undefined : [found.problem, found.n];
      };

      it('is whole as it was written', async () => {
        assert.equal(await breach(), undefined);
      });
      for (const [column, value] of Object.entries({
        time: 1,
        logged: 1,
        source: "'x'",
        seq: 77,
        event: "'x'",
        alarm: "'x'",
        asset: "'x'",
        tag: "'x'",
        tags: "'x'",
        state: "'x'",
        level: "'x'",
        priority: "'x'",
        operator: "'x'",
        comment: "'x'",
        body: "'{}'",
        hash: "'x'",
      }))
        // prettier-ignore
        it(`tells the record whose ${column} was changed`, async () => {
          assert.deepEqual(await breach(`UPDATE swat_journal SET ${column} = ${value} WHERE n = 4`), ['changed', 4]);
        });
      it('tells a record that was taken out', async () => {
        assert.deepEqual(await breach('DELETE FROM swat_journal WHERE n = 6'), ['missing', 6]);
      });
      it('tells records that changed places', async () => {
        const moved = ['SET n = 100 WHERE n = 3', 'SET n = 3 WHERE n = 5', 'SET n = 5 WHERE n = 100'];
        assert.deepEqual(await breach(...moved.map((set) => `UPDATE swat_journal ${set}`)), ['changed', 3]);
      });
      it('tells a beginning that was taken away', async () => {
        assert.deepEqual(await breach('DELETE FROM swat_journal WHERE n < 4'), ['missing', 1]);
      });
      it('tells an end that was taken away, where its head is known', async () => {
        assert.deepEqual(await breach('DELETE FROM swat_journal WHERE n > 7'), ['end-removed', 8]);
        const unknown = await journal.verify();
        assert.deepEqual([unknown.breach, unknown.endKnown], [undefined, false]);
      });
      it('tells a journal that was written anew, where its head is known', async () => {
        const head = await journal.head();
        await sql.all('DELETE FROM swat_journal');
        await journal.append(list(12, (seq) => ({ comment: seq === 5 ? 'another' : '' })));
        assert.equal((await journal.verify()).breach, undefined);
        assert.deepEqual((await journal.verify(head)).breach, { problem: 'rewritten', n: 10 });
      });
    });

    describe('retention', () => {
      it('removes what was logged before, says so in a record, and leaves a chain that holds', async () => {
        await journal.append(list(10));
        const head = await journal.head();
        assert.equal(await journal.prune(T0 + 5000, T0 + 1e7), 4);
        assert.deepEqual(await ask({ event: 'raised' }), [5, 6, 7, 8, 9, 10]);
        const { anchor, breach, records } = await journal.verify(head);
        assert.deepEqual([breach, records, anchor?.n, anchor?.count], [undefined, 7, 4, 4]);
        const [{ body, source }] = (await journal.query({ event: 'pruned' })).records;
        assert.equal(source, 'journal');
        assert.deepEqual(body, { n: 4, hash: anchor?.hash, count: 4, at: T0 + 1e7, before: T0 + 5000 });
      });

      it('removes nothing where nothing is old', async () => {
        await journal.append(list(3));
        assert.equal(await journal.prune(T0, T0), 0);
        assert.equal((await journal.stats()).records, 3);
      });

      it('can remove everything, again and again', async () => {
        for (let round = 1; round <= 3; round += 1) {
          await journal.append(list(5, (seq) => ({ comment: `round ${round}/${seq}` })));
          await journal.prune(T0 + round * 1e6, T0 + round * 1e6);
          const { breach, records } = await journal.verify();
          assert.deepEqual([breach, records], [undefined, 1]);
        }
        assert.equal((await journal.verify()).anchor?.count, 5 + 6 + 6);
      });

      it('removes more than it takes at once', async function () {
        this.timeout(60_000);
        for (let at = 0; at < 6; at += 1)
          await journal.append(Array.from({ length: 1000 }, (_, index) => entry(at * 1000 + index + 1)));
        assert.equal(await journal.prune(T0 + 5_500_000, T0 + 1e7), 5499);
        const { breach, anchor } = await journal.verify();
        assert.deepEqual([breach, anchor?.count], [undefined, 5499]);
      });

      it('tells a beginning that was taken away behind its back, with an anchor to match', async () => {
        await journal.append(list(10));
        await journal.prune(T0 + 3000, T0 + 1e7);
        const [{ hash }] = await sql.all('SELECT hash FROM swat_journal WHERE n = 6');
        await sql.all('DELETE FROM swat_journal WHERE n <= 6');
        const forged = JSON.stringify({ n: 6, hash, count: 6, at: T0 });
        await sql.all(`UPDATE swat_journal_meta SET value = '${forged}' WHERE name = 'anchor'`);
        assert.deepEqual((await journal.verify()).breach, { problem: 'start-removed', n: 7 });
      });
    });

    it('comes to the same with any entries in any batches as with each alone', async function () {
      this.timeout(60_000);
      const any = fc.record({
        seq: fc.integer({ min: 1, max: 6 }),
        asset: fc.constantFrom('a', 'b'),
        comment: fc.string({ unit: 'binary', maxLength: 12 }),
        time: fc.double({ noNaN: true, min: 0, max: 4e12 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(any, { maxLength: 5 }), { maxLength: 6 }), async (batches) => {
          await sql.all('DELETE FROM swat_journal');
          const entries = batches.map((batch) => batch.map(({ seq, ...rest }) => entry(seq, rest)));
          for (const batch of entries) await journal.append(batch);
          const whole = await journal.verify();
          assert.equal(whole.breach, undefined);
          for (const each of entries.flat()) assert.equal(await journal.append([each]), 0);
          assert.deepEqual((await journal.verify()).head, whole.head);
        }),
        { numRuns: 25 },
      );
    });
  });
}
