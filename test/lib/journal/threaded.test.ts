import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SwatError } from '../../../lib/errors';
import { JournalFeed, MOST_WAITING } from '../../../lib/journal/feed';
import type { JournalEntry } from '../../../lib/journal/journal';
import type { JournalNews } from '../../../lib/journal/protocol';
import { ThreadedJournal } from '../../../lib/journal/threaded';
import { threadsWith } from '../../../lib/platform/threads';
import { systemTimers } from '../../../lib/platform/timers';
import { mountSmallDisk, unmountSmallDisk } from '../../harness/small-disk';
import { entry } from './contract-entry';

describe('the journal in its thread', () => {
  let folder: string;
  let path: string;
  let news: JournalNews[];
  let open: ThreadedJournal[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'swat-journal-'));
    path = join(folder, 'journal.db');
    news = [];
    open = [];
  });
  afterEach(async () => {
    await Promise.all(open.map((journal) => journal.close()));
    unmountSmallDisk(folder);
    rmSync(folder, { recursive: true, force: true });
  });
  const start = (): ThreadedJournal => {
    const journal = new ThreadedJournal({ place: { kind: 'file', path }, retentionDays: 0 }, (each) => news.push(each));
    open.push(journal);
    return journal;
  };
  const code = (wanted: string) => (error: SwatError) => error.code === wanted;

  it('keeps what it confirmed, and a whole chain, through five kills in the middle of writing', async function () {
    this.timeout(120_000);
    let confirmed = 0;
    for (let round = 0; round < 5; round += 1) {
      const child = spawn(process.execPath, [join(__dirname, 'writer.js'), path, String(confirmed + 1)]);
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      while (said === '') await pause(5);
      await pause(20 + ((round * 37) % 90));
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
      confirmed = Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1));

      const begin = performance.now();
      const journal = start();
      const { records, breach } = await journal.verify();
      assert.ok(performance.now() - begin < 5000);
      assert.deepEqual([breach, records >= confirmed], [undefined, true]);
      const [newest] = (await journal.query({ limit: 1 })).records;
      assert.equal(newest.seq, records, 'each of them once');
      confirmed = records;
      await journal.close();
      assert.equal(existsSync(`${path}.lock`), false);
    }
    assert.deepEqual(news, []);
  });

  it('gives a long answer whole, in its order, and where it goes on', async () => {
    const journal = start();
    await journal.append(Array.from({ length: 1003 }, (_, index) => entry(index + 1)));
    for (const limit of [250, 251, 1000, 1002]) {
      const page = await journal.query({ order: 'oldest', limit });
      assert.deepEqual(page.records.map(({ seq }) => seq), Array.from({ length: limit }, (_, index) => index + 1)); // prettier-ignore
      const rest = await journal.query({ order: 'oldest', limit: 10_000, after: page.next! });
      assert.deepEqual([rest.records[0].seq, rest.records.length, rest.next], [limit + 1, 1003 - limit, undefined]);
    }
    assert.equal((await journal.query({ limit: 1003 })).next, undefined);
    await assert.rejects(journal.query({ limit: 10_001 }), code('setting-number'));
  });

  it('gives others their turn while it takes a long answer in, though all of that came at once', async function () {
    this.timeout(60_000);
    let hear: (value: unknown) => void = () => undefined;
    let deliver = (value: unknown): void => hear(value);
    const journal = new ThreadedJournal(
      { place: { kind: 'file', path }, retentionDays: 0 },
      (each) => news.push(each),
      (script, data, transfer, events) => {
        hear = (value) => events.message(value);
        return threadsWith(512)(script, data, transfer, { ...events, message: (value) => deliver(value) });
      },
    );
    open.push(journal);
    const body = Array.from({ length: 300 }, (_, at) => ({ at }));
    await journal.append(Array.from({ length: 3000 }, (_, index) => entry(index + 1, { body })));
    const held: unknown[] = [];
    let turns = 0;
    let asking = true;
    const turn = (): void => {
      turns += 1;
      if (asking) setImmediate(turn);
    };
    deliver = (value) => {
      held.push(value);
      if (!Object.hasOwn(value as object, 'result')) return;
      deliver = (later) => hear(later);
      setImmediate(turn);
      for (const each of held) hear(each);
    };
    const { records } = await journal.query({ limit: 10_000 });
    asking = false;
    assert.deepEqual([held.length, records.length], [13, 3000]);
    assert.ok(turns >= 5, String(turns));
  });

  it('rejects where a part of an answer is none, also when the rest comes later, and nothing is left unhandled', async () => {
    const unhandled: unknown[] = [];
    const hear = (cause: unknown): number => unhandled.push(cause);
    process.on('unhandledRejection', hear);
    try {
      const journal = new ThreadedJournal(
        { place: { kind: 'file', path }, retentionDays: 0 },
        (each) => news.push(each),
        (_script, _data, _transfer, events) => ({
          post: (request) => {
            const { id } = request as { id: number };
            events.message({ id, part: { texts: ['no record'] } });
            setTimeout(() => events.message({ id, result: undefined }), 20);
          },
          end: () => Promise.resolve(),
        }),
      );
      await assert.rejects(journal.query({ limit: 10 }), /no record/);
      await journal.close();
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(unhandled, []);
    } finally {
      process.off('unhandledRejection', hear);
    }
  });

  it('leaves a file that another process uses alone', async () => {
    const child = spawn(process.execPath, [join(__dirname, 'writer.js'), path, '1']);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const journal = start();
    await assert.rejects(journal.append([entry(1)]), code('journal-in-use'));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    assert.equal(await journal.append([entry(1_000_000)]), 1);
  });

  for (const [name, damage] of [
    ['is no database', () => writeFileSync(path, 'something else'.repeat(1000))],
    [
      'was overwritten in the middle',
      () => {
        const bytes = readFileSync(path);
        bytes.fill(0x5a, 4096, bytes.length);
        writeFileSync(path, bytes);
      },
    ],
  ] as const)
    // prettier-ignore
    it(`puts a file that ${name} aside, says so, and goes on`, async () => {
      const first = start();
      await first.append(Array.from({ length: 50 }, (_, index) => entry(index + 1)));
      await first.close();
      damage();
      const journal = start();
      const written = await journal.append([entry(51)]).catch(() => journal.append([entry(51)]));
      assert.equal(written, 1);
      assert.equal(news[0].code, 'set-aside');
      assert.ok(readdirSync(folder).some((file) => file.startsWith('journal.db.damaged-')));
      const records = [...(await journal.query({})).records].sort((a, b) => a.n - b.n);
      assert.deepEqual(records.map(({ event }) => event), ['set-aside', 'raised']); // prettier-ignore
      assert.equal((records[0].body as { known: { n: number } }).known.n, 50);
      assert.equal((await journal.verify()).breach, undefined);
    });

  it('says that its end is missing, from the head that it wrote down apart', async () => {
    const first = start();
    await first.append([entry(1), entry(2)]);
    await first.close();
    const before = readFileSync(path);
    const second = start();
    await second.append([entry(3)]);
    await second.close();
    writeFileSync(path, before);
    const journal = start();
    assert.equal((await journal.query({ event: 'end-missing' })).records.length, 1);
    assert.deepEqual(news, [{ code: 'end-missing', last: 2, known: 3 }]);
  });

  it('goes on after its thread was lost', async () => {
    const journal = start();
    await journal.append([entry(1)]);
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    assert.equal(typeof (await journal.append([entry(2)]).catch(() => journal.append([entry(2)]))), 'number');
  });

  describe('and what feeds it', () => {
    const waits = { failed: 0, code: '', recovered: [] as number[] };
    const watcher = {
      failed: ({ code }: SwatError) => {
        waits.failed += 1;
        waits.code = code;
      },
      recovered: (lost: number) => waits.recovered.push(lost),
    };
    beforeEach(() => {
      waits.failed = 0;
      waits.recovered = [];
    });

    it('lose nothing to a disk that is full for a while', async function () {
      this.timeout(60_000);
      mountSmallDisk(this, folder, '512k');
      const journal = start();
      const feed = new JournalFeed(journal, watcher, systemTimers);
      let confirmed = 0;
      await feed.write([entry(1)]).then(() => (confirmed += 1));
      writeFileSync(join(folder, 'filler'), Buffer.alloc(statSpace(folder)));
      const writes = Array.from({ length: 200 }, (_, index) =>
        feed.write([entry(index + 2, { body: 'x'.repeat(500) })]).then(() => (confirmed += 1)),
      );
      while (waits.failed === 0) await pause(20);
      assert.ok(confirmed < 201);
      assert.equal(waits.code, 'journal-full');
      rmSync(join(folder, 'filler'));
      await Promise.all(writes);
      assert.deepEqual([waits.failed, waits.recovered], [1, [0]]);
      const { breach, records } = await journal.verify();
      assert.deepEqual([breach, records], [undefined, 201]);
      assert.deepEqual(news, []);
      await journal.close();
    });

    it('try again after one second, two, four … at most thirty, and give up only what is too much', async () => {
      let now = 0;
      let due: { at: number; callback: () => void } | undefined;
      const timers = {
        date: () => now,
        after: (ms: number, callback: () => void) => {
          due = { at: now + ms, callback };
          return () => undefined;
        },
      };
      let works = false;
      const written: JournalEntry[] = [];
      const tried: number[] = [];
      const journal = {
        append: (entries: readonly JournalEntry[]) => {
          tried.push(now);
          if (!works) return Promise.reject(new Error('no'));
          written.push(...entries);
          return Promise.resolve(entries.length);
        },
      };
      const feed = new JournalFeed(journal, watcher, timers);
      const settled = () => new Promise((resolve) => setImmediate(resolve));
      const all = Array.from({ length: MOST_WAITING + 5 }, (_, index) => feed.write([entry(index + 1)]));
      for (let turn = 0; turn < 7; turn += 1) {
        await settled();
        now = due!.at;
        if (turn === 6) works = true;
        due!.callback();
      }
      await Promise.all(all);
      assert.deepEqual(tried.slice(0, 8), [0, 1000, 3000, 7000, 15_000, 31_000, 61_000, 91_000]);
      assert.deepEqual([waits.failed, waits.recovered], [1, [5]]);
      assert.deepEqual(written.map(({ event }) => event).filter((event) => event !== 'raised'), ['gap']); // prettier-ignore
      assert.deepEqual(written[0].body, { lost: 5 });
      assert.equal(written.length, MOST_WAITING + 1);
    });

    it('tell of what had to be given up while a record was on its way', async () => {
      const written: JournalEntry[] = [];
      let arrived = (): void => undefined;
      const slow = new Promise<void>((resolve) => (arrived = resolve));
      const journal = {
        append: async (entries: readonly JournalEntry[]) => {
          await slow;
          return written.push(...entries);
        },
      };
      const feed = new JournalFeed(journal, watcher, systemTimers);
      const all = Array.from({ length: MOST_WAITING + 3 }, (_, index) => feed.write([entry(index + 1)]));
      arrived();
      await Promise.all(all);
      await feed.close();
      assert.deepEqual(written.flatMap(({ event, body }) => (event === 'gap' ? [body] : [])), [{ lost: 3 }]); // prettier-ignore
      assert.equal(written.length, MOST_WAITING + 1);
    });
  });
});

/** What is left on the disk of a folder, bytes. */
function statSpace(folder: string): number {
  const used = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  return Math.max(0, 512 * 1024 - used - 24 * 1024);
}
