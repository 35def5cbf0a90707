import { performance } from 'node:perf_hooks';
import type { NodeMessage } from 'node-red';
import { namedFrames } from '../../lib/plant/named';
import { createPlantSimulation, type PlantSimulation } from '../../lib/plant/sim/plant';
import { SWAT } from '../../lib/plant/swat';

/** Frames sent in one go, and the turns that the event loop then gets to work them off, when nothing else sets the pace. */
const BURST = 8;
const TURNS = 4;
/** Frames of a recording. At its end time goes back and windows start anew: values that jumped would be an attack. */
const RECORDED = 16_384;
/** A timer of Node.js is up to a millisecond late: for that long before a frame is due, the event loop is turned instead, ms. */
const CLOSE = 2;

const named = namedFrames(SWAT.tags.map(({ name }) => name));

/** A frame of the simulated plant's 51 tags, stamped in milliseconds of a steady clock. */
export interface FedMessage extends NodeMessage {
  readonly payload: Readonly<Record<string, number>>;
  readonly timestamp: number;
  readonly asset: string;
  /** When it should have been sent, and when it was. */
  readonly due: number;
  readonly sent: number;
}

/** Frames of the simulated plant at a pace of their own, or the same second of it to many assets. */
export class Feed {
  private readonly plant: PlantSimulation = createPlantSimulation({ seed: 7, startTime: Date.UTC(2026, 0, 1) });
  private waiting: NodeJS.Timeout | undefined;
  private turning: NodeJS.Immediate | undefined;

  constructor(private readonly send: (message: FedMessage) => void) {}

  /** Sends so many samples a second until {@link stop}. What a busy event loop delayed is caught up, late as it is. */
  start(rate: number): void {
    this.stop();
    const interval = 1000 / rate;
    let due = performance.now() + interval;
    const wake = (): void => {
      while (due <= performance.now()) {
        this.pass('plant', this.second(), due);
        due += interval;
      }
      const left = due - performance.now();
      if (left > CLOSE) this.waiting = setTimeout(wake, left - CLOSE);
      else this.turning = setImmediate(wake);
    };
    wake();
  }

  /** Sends what the plant was recorded to say, as fast as the flow takes it, until {@link stop}. Making frames is no part of the work. */
  replay(): void {
    this.stop();
    const frames = Array.from({ length: RECORDED }, () => this.second());
    let at = 0;
    const turn = (): void => {
      for (let sent = 0; sent < BURST; sent += 1, at += 1) this.pass('plant', frames[at % RECORDED], performance.now());
      this.turning = setImmediate(turn);
    };
    turn();
  }

  stop(): void {
    clearTimeout(this.waiting);
    clearImmediate(this.turning);
  }

  /** Starts an attack of the published list, or ends the one there is. */
  attack(id: number): void {
    if (id > 0) this.plant.start(id);
    else this.plant.stop();
  }

  /** Sends so many seconds of the plant to each of so many assets, as fast as the flow takes them. */
  async fill(assets: number, seconds: number): Promise<void> {
    let burst = 0;
    for (let second = 0; second < seconds; second += 1) {
      const frame = this.second();
      for (let asset = 0; asset < assets; asset += 1) {
        this.pass(`asset-${asset}`, { time: frame.time, values: { ...frame.values } }, performance.now());
        burst += 1;
        if (burst % BURST === 0) await turns(TURNS);
      }
    }
    await turns(20);
  }

  private second(): { time: number; values: Record<string, number> } {
    const { time, values } = this.plant.step();
    return { time, values: named(values) };
  }

  private pass(asset: string, { time, values }: ReturnType<Feed['second']>, due: number): void {
    this.send({ payload: values, timestamp: time, asset, due, sent: performance.now() });
  }
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
