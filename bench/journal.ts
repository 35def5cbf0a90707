import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { JournalEntry } from '../lib/journal/journal';
import { SqlJournal } from '../lib/journal/sql-journal';
import { ThreadedJournal } from '../lib/journal/threaded';
import { openSqlite } from '../lib/platform/sqlite';
import { median, type Bench, type Figure } from './harness';

const STEP_MS = 1000;
const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);

/** A journal of a million records: how long a question takes, what the event loop feels of it, how soon it is open after kill -9. */
export const journalBench: Bench = {
  name: 'journal',
  async run(short) {
    const records = short ? 20_000 : 1_000_000;
    const folder = await mkdtemp(join(tmpdir(), 'swat-bench-'));
    const path = join(folder, 'journal.db');
    try {
      const filled = await fill(path, records);
      const opened = await openings(path, records, short ? 1 : 5);
      const asked = await questions(path, records, short);
      const held = await memory(path, records);
      return {
        how:
          `A file with ${records} alarm events, one a second, each with a body of about 800 bytes; every index in place. Filling is ` +
          'in one thread, a thousand records a transaction, each with its link of the chain. Questions go to the thread of the ' +
          'journal, as from swat-alert; the last hour is 3600 records, every body parsed. The event loop of the ' +
          'asking thread is watched by perf_hooks.monitorEventLoopDelay (resolution 1 ms); its longest block is taken in each ' +
          'round. Memory is the growth of the resident set of a process that does nothing else, after a garbage collection. After kill -9 of a process that is ' +
          'writing, opening is measured from the start of a new thread to its first answer.',
        figures: [...filled, ...opened, ...asked, ...held],
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function entryAt(seq: number): JournalEntry {
  const time = START + seq * STEP_MS;
  const tag = `LIT${101 + (seq % 50)}`;
  const moment = { time, ratio: 1.7, tags: [{ tag, stage: 'P1', feature: 'mean', share: 0.6, seen: 812.4, expected: 520.1, unit: 'mm' }] }; // prettier-ignore
  const said = { event: 'raised', seq, asset: `line-${seq % 20}`, state: 'unacknowledged', level: 'WARNING' };
  return {
    ...said,
    time,
    logged: time,
    source: 'alert',
    alarm: `line-${seq % 20}/${Math.floor(seq / 20)}`,
    tag,
    tags: [tag, 'FIT201'],
    priority: 'medium',
    user: '',
    comment: '',
    body: { ...said, onset: moment, peak: moment, ratio: 1.7, tags: moment.tags, sentence: { code: 'alarm-raised', params: { asset: 'line-1', level: 'WARNING' } }, model: 'autoencoder/20261124-000000-92d7d4', configHash: '0123456789abcdef' }, // prettier-ignore
  };
}

async function fill(path: string, records: number): Promise<Figure[]> {
  const journal = await SqlJournal.open(openSqlite(path));
  const begin = performance.now();
  for (let at = 0; at < records; at += 1000) {
    await journal.append(Array.from({ length: 1000 }, (_, index) => entryAt(at + index + 1)));
  }
  const seconds = (performance.now() - begin) / 1000;
  await journal.close();
  return [
    { name: 'records', value: records, unit: '' },
    { name: 'filling', value: records / seconds, unit: 'records/s' },
    { name: 'size of the file', value: (await stat(path)).size / 1e6, unit: 'MB' },
  ];
}

/** A process that writes is killed; how soon another one has an answer. */
async function openings(path: string, records: number, rounds: number): Promise<Figure[]> {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const child = spawn(process.execPath, [__filename, 'write', path, String(records + 1 + round * 1_000_000)]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await pause(300);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    const begin = performance.now();
    const journal = threaded(path);
    await journal.query({ limit: 1 });
    taken.push(performance.now() - begin);
    await journal.close();
  }
  return [median('open after kill -9', 'ms', taken)];
}

async function questions(path: string, records: number, short: boolean): Promise<Figure[]> {
  const journal = threaded(path);
  const end = START + records * STEP_MS;
  const ask = {
    'the last hour, newest 100': { from: end - HOUR, to: end },
    'the last hour, all 3600, brief': { from: end - HOUR, to: end, limit: 5000, brief: true },
    'the last hour, all 3600 with bodies': { from: end - HOUR, to: end, limit: 5000 },
    'the last hour of one asset': { from: end - HOUR, to: end, asset: 'line-3', limit: 5000 },
    'the last hour of one tag': { from: end - HOUR, to: end, tag: 'LIT107', limit: 5000 },
    'the newest 100': {},
    'the newest 100 of one tag': { tag: 'LIT107' },
    'all of one alarm': { alarm: 'line-7/1234' },
  };
  const figures: Figure[] = [];
  const rounds = short ? 3 : 50;
  await journal.query({});
  for (const [name, query] of Object.entries(ask)) {
    figures.push(...(await watched(name, rounds, () => journal.query(query))));
  }
  figures.push(...(await watched('idle for 50 ms', rounds, () => pause(50))).slice(1));
  const begin = performance.now();
  const [, delay] = await watched('checking the whole chain', 1, async () => {
    const { breach } = await journal.verify();
    if (breach !== undefined) throw new Error(`${breach.problem} ${breach.n}`);
  });
  figures.push({ name: 'checking the whole chain', value: (performance.now() - begin) / 1000, unit: 's' }, delay);
  await journal.close();
  return figures;
}

/** How long a work takes, and what the event loop feels of it: the 99th percentile of its delay, and the longest in each round. */
async function watched(name: string, rounds: number, work: () => Promise<unknown>): Promise<Figure[]> {
  const taken: number[] = [];
  const longest: number[] = [];
  const all = monitorEventLoopDelay({ resolution: 1 });
  all.enable();
  for (let round = 0; round < rounds; round += 1) {
    const one = monitorEventLoopDelay({ resolution: 1 });
    one.enable();
    const begin = performance.now();
    await work();
    taken.push(performance.now() - begin);
    one.disable();
    longest.push(one.max / 1e6);
  }
  all.disable();
  return [
    median(name, 'ms', taken),
    { name: `${name}: event loop, p99`, value: all.percentile(99) / 1e6, unit: 'ms' },
    median(`${name}: event loop, longest block of a round`, 'ms', longest),
  ];
}

/** What a journal adds to the memory of a process of its own, when it was opened and after an hour of records was asked for. */
async function memory(path: string, records: number): Promise<Figure[]> {
  const child = spawn(process.execPath, ['--expose-gc', __filename, 'memory', path, String(records)]);
  let said = '';
  for await (const text of child.stdout) said += String(text);
  const [open, asked] = JSON.parse(said) as [number, number];
  return [
    { name: 'memory of the thread, opened and asked for the newest 100', value: open, unit: 'MB' },
    { name: 'memory of the thread, after ten answers of a whole hour', value: asked, unit: 'MB' },
  ];
}

function threaded(path: string): ThreadedJournal {
  return new ThreadedJournal({ place: { kind: 'file', path }, retentionDays: 0 }, () => undefined);
}

/** The process that is killed. */
async function writer(path: string, from: number): Promise<void> {
  const journal = threaded(path);
  for (let seq = from; ; seq += 50) {
    await journal.append(Array.from({ length: 50 }, (_, index) => entryAt(seq + index)));
    process.stdout.write(`${seq}\n`);
  }
}

/** The process whose memory is measured. */
async function grown(path: string, records: number): Promise<void> {
  const resident = async (): Promise<number> => {
    await pause(500);
    global.gc?.();
    return process.memoryUsage().rss / 1e6;
  };
  const before = await resident();
  const journal = threaded(path);
  await journal.query({});
  const open = (await resident()) - before;
  for (let hour = 0; hour < 10; hour += 1) {
    const to = START + records * STEP_MS - hour * HOUR;
    await journal.query({ from: to - HOUR, to, limit: 5000 });
  }
  const asked = (await resident()) - before;
  await journal.close();
  process.stdout.write(JSON.stringify([open, asked]));
}

if (require.main === module) {
  const [what, path, number] = process.argv.slice(2);
  void (what === 'memory' ? grown : writer)(path, Number(number));
}
