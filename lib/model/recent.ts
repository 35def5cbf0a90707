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

/** The windows that came last, so that two versions can score the same ones: at most 600, and 8 MiB of numbers. */
export class RecentWindows {
  readonly #windows: RecentWindow[] = [];
  #at = 0;

  add(window: WindowPayload): void {
    const most = Math.max(1, Math.min(MOST_RECENT, Math.floor(MOST_BYTES / (8 * window.features.length + 1))));
    if (this.#windows.length > most) this.#restart();
    this.#at %= most;
    this.#windows[this.#at] = recentWindow(window);
    this.#at += 1;
  }

  /** Oldest first. */
  list(): RecentWindow[] {
    return [...this.#windows.slice(this.#at), ...this.#windows.slice(0, this.#at)];
  }

  #restart(): void {
    this.#windows.length = 0;
    this.#at = 0;
  }
}
