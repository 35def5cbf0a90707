import { attackOf } from '../../plant/attacks';
import type { Plant } from '../../plant/dictionary';
import { createPlantSimulation, type PlantSimulation } from '../../plant/sim/plant';
import { SWAT } from '../../plant/swat';
import { breathing } from '../../platform/timers';
import { readHistorian, type HistorianItem, type HistorianOptions } from '../../stream/historian';
import type { OutFrame } from './sink';

/** A frame and when it is due, as event time: those of several assets are spread over their second. */
export interface DueFrame {
  readonly frame: OutFrame;
  readonly at: number;
}

/** Frames that are yet to come. */
export interface FrameFeed extends AsyncIterable<DueFrame> {
  /** What is left, 0 … 1; `undefined` where there is no end. */
  left(): number | undefined;
}

export interface SimulatedFeed {
  readonly assets: readonly string[];
  /** Of the first asset; the others have those that follow. */
  readonly seed: number;
  /** Seconds of the plant; infinite for no end. */
  readonly seconds: number;
  readonly startTime: number;
  /** An attack on the first asset, and the second in which it may begin. */
  readonly attack?: { readonly id: number; readonly after: number } | undefined;
  /** Hears how many plants have been run up. */
  readonly ready: (plants: number) => void;
}

const SECOND = 1000;

/** Frames of simulated plants, one for each asset and second. Each plant has run two hours before its first frame. */
export function simulatedFrames({ assets, seed, seconds, startTime, attack, ready }: SimulatedFeed): FrameFeed {
  let second = 0;
  return {
    left: () => (seconds === Infinity ? undefined : 1 - second / seconds),
    async *[Symbol.asyncIterator]() {
      const breathe = breathing();
      const plants: PlantSimulation[] = [];
      for (const at of assets.keys()) {
        plants.push(createPlantSimulation({ seed: (seed + at) % 2 ** 32, startTime }));
        ready(plants.length);
        await breathe();
      }
      for (; second < seconds; second += 1) {
        if (second === attack?.after) plants[0].start(attackOf(attack.id).id);
        for (const [at, plant] of plants.entries()) {
          const { time, values } = plant.step();
          const named: Record<string, number> = {};
          SWAT.tags.forEach(({ name }, tag) => (named[name] = Number(values[tag].toFixed(4))));
          const frame = { asset: assets[at], time, values: named };
          yield { frame, at: time + (SECOND * at) / plants.length };
        }
      }
    },
  };
}

/** A file that can be opened from its start, again and again. */
export interface Reopened {
  /** `undefined` where it is packed. */
  readonly bytes: number | undefined;
  open(): Promise<AsyncIterable<Uint8Array> & { close(): void }>;
}

export interface RecordedFeed {
  readonly file: Reopened;
  readonly reading: Omit<HistorianOptions, 'plant'> & { readonly plant: Plant | undefined };
  readonly asset: string;
  /** From the top after the last line, without end, with times that go on. */
  readonly repeat: boolean;
  /** Hears of broken lines. */
  readonly skipped: (item: Extract<HistorianItem, { kind: 'skipped' }>) => void;
}

/** Frames of a historian's file. @throws SwatError what opening and reading throw */
export function recordedFrames({ file, reading, asset, repeat, skipped }: RecordedFeed): FrameFeed {
  // It is read ahead: where it stands follows from the number of its lines.
  const read = { bytes: 0, lines: 0, at: 0 };
  return {
    left: () =>
      repeat || file.bytes === undefined || read.lines === 0
        ? undefined
        : Math.max(0, 1 - (read.at * read.bytes) / read.lines / file.bytes),
    async *[Symbol.asyncIterator]() {
      let shift = 0;
      for (;;) {
        const opened = await file.open();
        const counted = counting(opened, read);
        let first: number | undefined;
        let last = 0;
        let step = SECOND;
        try {
          for await (const item of readHistorian(counted, reading)) {
            // The second pass tells what the first one has told.
            if (item.kind === 'skipped' && shift === 0) skipped(item);
            if (item.kind !== 'record') continue;
            const { time, values, line } = item.record;
            read.at = line;
            if (first !== undefined && time > last) step = time - last;
            first ??= time;
            last = Math.max(last, time);
            yield { frame: { asset, time: time + shift, values }, at: time + shift };
          }
        } finally {
          opened.close();
        }
        if (!repeat || first === undefined) return;
        shift += last - first + step;
      }
    },
  };
}

async function* counting(
  chunks: AsyncIterable<Uint8Array>,
  read: { bytes: number; lines: number },
): AsyncGenerator<Uint8Array, undefined> {
  for await (const chunk of chunks) {
    read.bytes += chunk.length;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) read.lines += 1;
    yield chunk;
  }
  return undefined;
}
