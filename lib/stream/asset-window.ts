import type { Plant } from '../plant/dictionary';
import type { Complaints } from './complaints';
import type { StreamCounters } from './counters';
import { WindowFeatures } from './features';
import { Quality } from './frame';
import { LastKnown } from './hold';
import { Pace } from './pace';
import { QualityWindow } from './quality';
import { reasonOf, UNSAID, type Unusable } from './reason';
import type { WindowSchema } from './schema';
import type { WindowSettings } from './settings';
import type { WindowPayload } from './window';

/** What the windows of all assets have in common. */
export interface WindowContext {
  readonly plant: Plant;
  readonly settings: WindowSettings;
  readonly schema: WindowSchema;
  /** The longest length, samples. */
  readonly length: number;
  readonly counters: StreamCounters;
  readonly complaints: Complaints;
}

/** One frame after the other of one asset, and the window over the latest of them. */
export class AssetWindow {
  readonly features: WindowFeatures;
  readonly known: LastKnown;
  readonly quality: QualityWindow;
  /** Event times of the frames in the window, a ring of the longest length. */
  readonly times: Float64Array;
  /** Why the latest unusable value of each tag was so; see `reasonOf`. */
  readonly why: Uint8Array;
  pace: Pace;
  /** Frames since the window was started. */
  frames = 0;
  /** Why the window was started anew, until one has been given since. */
  restarted: 'gap' | 'rewind' | undefined;

  constructor(
    public asset: string,
    readonly context: WindowContext,
  ) {
    const { plant, settings, length } = context;
    this.features = new WindowFeatures(plant.tags.length, settings.lengths, settings.lags);
    this.known = new LastKnown(plant.tags, settings.maxAgeMs, settings.changesOnly);
    this.quality = new QualityWindow(plant.tags.length, length);
    this.times = new Float64Array(length);
    this.why = new Uint8Array(plant.tags.length);
    this.pace = new Pace(settings.maxAgeMs);
  }

  /** Starts the window anew after a pause; the last known values age by themselves. */
  restart(): void {
    this.context.counters.gaps += 1;
    this.#empty();
    // A window that was started anew because time had gone back is told as such, whatever came in between.
    this.restarted ??= 'gap';
  }

  /** Starts everything anew at a time that lies before. */
  rewind(): void {
    this.context.counters.rewinds += 1;
    this.#empty();
    this.restarted = 'rewind';
    this.known.clear();
    this.why.fill(0);
    this.pace = new Pace(this.context.settings.maxAgeMs);
  }

  /**
   * Takes the readings of one instant (NaN: unusable).
   * @param reasons why a reading is unusable; of tags that nothing was read of, they are changed
   * @param said of each tag, whether anything was read; without it, of every one
   * @param now arrival, ms
   * @returns whether the window is full
   */
  push(readings: Float64Array, reasons: Uint8Array, time: number, now: number, said?: Uint8Array): boolean {
    const { usual } = this.pace;
    const notGood = this.known.take(readings, time, usual, said, reasons);
    if (notGood > 0) {
      this.#explain(reasons, said);
      this.context.complaints.bad(this.asset, this.known, this.why, now);
    }
    this.quality.push(this.known.quality, notGood);
    this.features.push(this.known.values);
    this.times[this.frames % this.context.length] = time;
    this.frames += 1;
    return this.frames >= this.context.length;
  }

  /** The window that ends with the latest frame; only when it is full. */
  payload(): WindowPayload {
    const { schema, length, plant } = this.context;
    const bad = this.quality.badTags();
    const name = (tag: number): string => plant.tags[tag].name;
    const payload: WindowPayload = {
      asset: this.asset,
      start: this.times[this.frames % length],
      end: this.times[(this.frames - 1) % length],
      samples: length,
      quality: { good: this.quality.good, bad: bad.map(name) },
      schema: schema.id,
      features: this.features.read(),
    };
    if (bad.length > 0) {
      payload.quality.why = Object.fromEntries(bad.map((tag) => [name(tag), reasonOf(this.why[tag])]));
    }
    if (this.restarted !== undefined) payload.restarted = this.restarted;
    this.restarted = undefined;
    this.context.counters.windows += 1;
    return payload;
  }

  /** Tags whose newest value is an earlier one, or none, and why. */
  standIns(): [tag: number, reason: Unusable][] {
    const found: [number, Unusable][] = [];
    this.known.quality.forEach((quality, tag) => {
      if (quality !== Quality.good) found.push([tag, reasonOf(this.why[tag])]);
    });
    return found;
  }

  #empty(): void {
    this.features.clear();
    this.quality.clear();
    this.frames = 0;
  }

  #explain(reasons: Uint8Array, said: Uint8Array | undefined): void {
    const { quality } = this.known;
    for (let tag = 0; tag < quality.length; tag++) {
      if (quality[tag] === Quality.good) continue;
      if (said?.[tag] !== UNSAID) {
        this.why[tag] = reasons[tag];
      } else if (reasons[tag] !== UNSAID) {
        this.why[tag] = reasons[tag];
        this.context.counters.stale += 1;
      }
    }
  }
}
