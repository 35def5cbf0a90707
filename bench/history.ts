import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { History, type HistorySettings } from '../lib/history/history';
import { DAY, HOUR, USUAL_SPANS } from '../lib/history/resolutions';
import { HistoryStore } from '../lib/history/store';
import type { TagValue } from '../lib/history/frame';
import { seeded } from '../lib/kernels/random';
import { steadyClock } from '../lib/platform/clock';
import { disk } from '../lib/platform/files';
import { SWAT } from '../lib/plant/swat';
import { median, type Bench } from './harness';

const SETTINGS: HistorySettings = { spans: USUAL_SPANS, staleMs: 30_000, mostAssets: 20, mostBytes: 2 ** 30 };
const ASSET = 'plant';
const START = 1_700_000_000_000;
const POINTS = 600;
const FINE_S = 28 * 3600;

/** What the past of an asset costs, and how fast it answers. */
export const historyBench: Bench = {
  name: 'history',
  async run(short) {
    const days = short ? 1.2 : 31;
    const rounds = short ? 3 : 50;
    const history = new History(SETTINGS, steadyClock);
    const sampleUs = fill(history, days);
    const to = START + days * DAY;
    const tags = SWAT.tags.slice(0, 12).map(({ name }) => name);
    const answer = async (from: number): Promise<number[]> => {
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const begin = performance.now();
        await history.trend({ asset: ASSET, from, to, points: POINTS, tags });
        times.push(performance.now() - begin);
      }
      return times;
    };
    const overview: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const begin = performance.now();
      await history.overview(ASSET);
      overview.push(performance.now() - begin);
    }
    const { writeMs, fresh, grown } = await onDisk(history, START + days * DAY);
    return {
      how:
        `The past of one asset of 51 tags and a score, ${days} days, the last 28 hours of them a sample a second, before one each ten, in a plain process. A trend is ${POINTS} ` +
        `points of ${tags.length} tags and the score. The file is written whole, then read by a new history; then it grows by what changes in 2 s, each time written, and is read once more shortly before it would be written anew. Held up: processor time between two turns of the event loop while it was read, at most. Median of ${rounds} rounds.`,
      figures: [
        { name: 'an asset, what it keeps', value: history.bytes / 1e6, unit: 'MB' },
        { name: 'a sample of 51 tags', value: sampleUs, unit: 'µs' },
        median('trend of an hour', 'ms', await answer(to - HOUR)),
        median('trend of 24 hours', 'ms', await answer(to - 24 * HOUR)),
        median('trend of all', 'ms', await answer(to - days * DAY)),
        median('overview', 'ms', overview),
        { name: 'an asset on disk, newly written', value: fresh.bytes / 1e6, unit: 'MB' },
        { name: 'writing it whole', value: writeMs, unit: 'ms' },
        { name: 'reading it at the start', value: fresh.ms, unit: 'ms' },
        { name: 'the same, held up', value: fresh.heldUpMs, unit: 'ms' },
        { name: 'an asset on disk, grown', value: grown.bytes / 1e6, unit: 'MB' },
        { name: 'reading that at the start', value: grown.ms, unit: 'ms' },
        { name: 'the same of the grown one, held up', value: grown.heldUpMs, unit: 'ms' },
      ],
    };
  },
};

/** Takes samples of all tags and verdicts, one after another. */
function feeder(history: History): (second: number) => void {
  const random = seeded(5);
  const { tags } = SWAT;
  const asset = history.of(ASSET);
  const walk = tags.map(({ low, high }) => (low + high) / 2);
  return (second) => {
    const time = START + second * 1000;
    const values = tags.map(({ name, low, high }, tag): TagValue => {
      walk[tag] += (random() - 0.5) * (high - low) * 1e-3;
      return [name, walk[tag]];
    });
    asset.values(time, values, second * 1000, { source: 'raw', tags });
    asset.verdict({ time, level: 'NONE', ratio: random(), finding: 'normal', text: '', tags: [] }, false);
  };
}

/** @returns what a sample takes, µs */
function fill(history: History, days: number): number {
  const feed = feeder(history);
  const seconds = days * 86_400;
  const begin = performance.now();
  let samples = 0;
  // What is older than the fine grids reach leaves as much behind at a sample each ten seconds.
  for (let second = 0; second < seconds; second += seconds - second > FINE_S ? 10 : 1, samples += 1) {
    feed(second);
    if (samples % 10_000 === 0) history.tend();
  }
  history.tend();
  return ((performance.now() - begin) / samples) * 1000;
}

interface Read {
  readonly bytes: number;
  readonly ms: number;
  /** Processor time between two turns of the event loop, at most. */
  readonly heldUpMs: number;
}

/** @param until the history has been filled up to there, event time, ms */
async function onDisk(history: History, until: number): Promise<{ writeMs: number; fresh: Read; grown: Read }> {
  const folder = mkdtempSync(join(tmpdir(), 'swat-bench-history-'));
  const watcher = {
    failed: (error: Error) => {
      throw error;
    },
    recovered: () => undefined,
    tell: () => undefined,
  };
  const bytesNow = (): number => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  const read = async (): Promise<Read> => {
    const again = new History(SETTINGS, steadyClock);
    const other = new HistoryStore(disk, folder, join, again, watcher);
    let [reading, heldUpMs] = [true, 0];
    let last = process.cpuUsage();
    const turn = (): void => {
      const { user, system } = process.cpuUsage(last);
      heldUpMs = Math.max(heldUpMs, (user + system) / 1000);
      last = process.cpuUsage();
      if (reading) setImmediate(turn);
    };
    setImmediate(turn);
    const from = performance.now();
    await other.load();
    const ms = performance.now() - from;
    reading = false;
    turn();
    if (again.size !== history.size || again.bytes !== history.bytes) throw new Error('not all of it was read');
    return { bytes: bytesNow(), ms, heldUpMs };
  };
  try {
    const store = new HistoryStore(disk, folder, join, history, watcher);
    const begin = performance.now();
    await store.flush(true, true);
    const writeMs = performance.now() - begin;
    const fresh = await read();
    const feed = feeder(history);
    const limit = fresh.bytes * 3.9;
    for (let second = (until - START) / 1000; bytesNow() < limit; second += 2) {
      feed(second);
      feed(second + 1);
      if (second % 10 === 0) history.tend();
      await store.flush();
    }
    const grown = await read();
    await store.close();
    return { writeMs, fresh, grown };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
