import type { WindowPayload } from '../stream/window';

/** Windows that are remembered, at most, and most bytes that their numbers take. */
export const MOST_RECENT = 600;
const MOST_BYTES = 8 * 1024 * 1024;

/** A window that came, as far as scoring it again needs. */
export interface RecentWindow {
  readonly asset: string;
  /** Event time of its end, ms since the epoch. */
  readonly time: number;
  readonly schema: string;
  readonly features: number[];
  readonly bad: readonly string[];
  readonly restarted?: 'gap' | 'rewind' | undefined;
}

/** A copy of a window: what goes on in the flow may be changed there. */
export function recentWindow({ asset, end, schema, features, quality, restarted }: WindowPayload): RecentWindow {
  return { asset, time: end, schema, features: features.slice(), bad: quality.bad.slice(), restarted };
}

/** A place in the ring: written over window by window, so that a stream of them allocates nothing. */
interface Place {
  asset: string;
  time: number;
  schema: string;
  features: Float64Array;
  bad: readonly string[];
  restarted: RecentWindow['restarted'];
}

const NONE: readonly string[] = [];

/** The windows that came last, so that two versions can score the same ones: at most 600, and 8 MiB of numbers. */
export class RecentWindows {
  readonly #windows: Place[] = [];
  #at = 0;

  add({ asset, end, schema, features, quality: { bad }, restarted }: WindowPayload): void {
    const most = Math.max(1, Math.min(MOST_RECENT, Math.floor(MOST_BYTES / (8 * features.length + 1))));
    if (this.#windows.length > most) this.#restart();
    this.#at %= most;
    const before = this.#windows.at(this.#at);
    const place = before?.features.length === features.length ? before : newPlace(features.length);
    this.#windows[this.#at] = place;
    this.#at += 1;
    place.asset = asset;
    place.time = end;
    place.schema = schema;
    // `set` of a plain array looks at each number as at any value.
    const to = place.features;
    for (let i = 0; i < features.length; i += 1) to[i] = features[i];
    place.bad = bad.length === 0 ? NONE : bad.slice();
    place.restarted = restarted;
  }

  /** Copies, oldest first. */
  list(): RecentWindow[] {
    const inOrder = [...this.#windows.slice(this.#at), ...this.#windows.slice(0, this.#at)];
    return inOrder.map((place) => ({ ...place, features: Array.from(place.features) }));
  }

  #restart(): void {
    this.#windows.length = 0;
    this.#at = 0;
  }
}

function newPlace(features: number): Place {
  return { asset: '', time: 0, schema: '', features: new Float64Array(features), bad: NONE, restarted: undefined };
}
