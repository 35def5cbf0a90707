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
      return {
        how:
          `A file with ${records} alarm events, one a second, each with a body of about 800 bytes; every index in place. Filling is ` +
          'in one thread, a thousand records a transaction, each with its link of the chain. Questions go to the thread of the ' +
          'journal, as from swat-alert; the last hour is 3600 records, structured clone included. The event loop of ' +
          'the asking thread is watched by perf_hooks.monitorEventLoopDelay (resolution 1 ms). After kill -9 of a process that is ' +
          'writing, opening is measured from the start of a new thread to its first answer.',
        figures: [...filled, ...opened, ...asked],
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
    const child = spawn(process.execPath, [__filename, path, String(records + 1 + round * 1_000_000)]);
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
    const taken: number[] = [];
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    for (let round = 0; round < rounds; round += 1) {
      const begin = performance.now();
      await journal.query(query);
      taken.push(performance.now() - begin);
    }
    delay.disable();
    figures.push(median(name, 'ms', taken));
    figures.push({ name: `${name}: event loop, p99`, value: delay.percentile(99) / 1e6, unit: 'ms' });
  }
  const idle = monitorEventLoopDelay({ resolution: 1 });
  idle.enable();
  const begin = performance.now();
  const { breach } = await journal.verify();
  idle.disable();
  if (breach !== undefined) throw new Error(`${breach.problem} ${breach.n}`);
  figures.push({ name: 'checking the whole chain', value: (performance.now() - begin) / 1000, unit: 's' });
  figures.push({ name: 'checking the whole chain: event loop, p99', value: idle.percentile(99) / 1e6, unit: 'ms' });
  await journal.close();
  return figures;
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

if (require.main === module) void writer(process.argv[2], Number(process.argv[3]));
