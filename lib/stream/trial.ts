import type { Plant } from '../plant/dictionary';
import { SwatError } from '../errors';
import type { Outcome } from './input';
import type { Unusable } from './reason';
import type { WindowSettings } from './settings';
import { ownTime } from './time';
import type { WindowPayload } from './window';
import { AssetWindows } from './windows';

/** Where frames without a time are put: one after the other from an instant on. */
interface Pace {
  /** Event time of what came before, ms. */
  readonly after: number;
  readonly stepMs: number;
}

/** What frames come with here, so that those put aside before can be told from them. */
const OURS = true;
/** Usual pause of frames where nothing says otherwise, ms. */
const STEP_MS = 1000;

/**
 * Windows of frames that are only tried: cut as a `swat-window` cuts them, but one window for every frame from the first full one on, and
 * nothing is left of them afterwards. A frame's time is its own; without one it comes a period after the one before.
 */
export class TrialWindows {
  readonly #alone: AssetWindows<typeof OURS>;
  /** Made the same as a live asset each time, and kept from time to time: its arrays are large. */
  readonly #next: AssetWindows<typeof OURS>;

  constructor(plant: Plant, settings: WindowSettings) {
    const made = (): AssetWindows<typeof OURS> => {
      const windows = new AssetWindows<typeof OURS>(plant, { ...settings, stride: 1, maxAssets: 1, lostAfterMs: 0 });
      windows.complaints.muted = true;
      return windows;
    };
    [this.#alone, this.#next] = [made(), made()];
  }

  /** The longest length of a window, samples. */
  get length(): number {
    return this.#alone.length;
  }

  /**
   * The windows of frames that stand by themselves.
   * @param now the time of the last one where none carries a time, ms
   * @throws SwatError `api-frames-few` {frames, need}, and as {@link AssetWindows.accept}
   */
  alone(asset: string, frames: readonly unknown[], now: number): WindowPayload[] {
    const windows = this.#alone;
    const stepMs = this.#stepMs();
    try {
      const found = take(windows, asset, frames, { after: now - frames.length * stepMs, stepMs });
      if (found.length > 0) return found;
      throw new SwatError('api-frames-few', { frames: frames.length, need: this.length });
    } finally {
      windows.drain();
      windows.reset();
    }
  }

  /**
   * The windows that frames would lead to, if they came next of an asset.
   * @param live the windows that keep the asset, cut with the same plant and settings; they stay as they are
   * @throws SwatError `asset-unknown` {asset}, `api-window-filling` {asset, filled, need}, `api-time` {asset} for a time that does not
   * follow, and as {@link AssetWindows.accept}
   */
  next(asset: string, live: Pick<AssetWindows, 'copyTo'>, frames: readonly unknown[]): WindowPayload[] {
    const windows = this.#next;
    if (!live.copyTo(windows, asset)) throw new SwatError('asset-unknown', { asset });
    const { last = 0 } = windows.times(asset) ?? {};
    try {
      const taken = take(windows, asset, frames, { after: last, stepMs: this.#stepMs() });
      if (taken.length > 0) return taken;
      throw new SwatError('api-window-filling', {
        asset,
        filled: windows.health(asset)?.filled ?? 0,
        need: this.length,
      });
    } finally {
      windows.drain();
    }
  }

  /** Tags whose value in the last frame of {@link next} could not be used, so that the last good one stood for it, and why. */
  standIns(asset: string): Record<string, Unusable> {
    return this.#next.standIns(asset);
  }

  #stepMs(): number {
    return this.#alone.settings.grid?.periodMs ?? STEP_MS;
  }
}

function take(
  windows: AssetWindows<typeof OURS>,
  asset: string,
  frames: readonly unknown[],
  { after, stepMs }: Pace,
): WindowPayload[] {
  const found: WindowPayload[] = [];
  let before = after;
  const add = ({ windows: due, unused }: Outcome<typeof OURS>): void => {
    if (unused.some(({ input }) => input.carrier === OURS)) throw new SwatError('api-time', { asset });
    found.push(...due);
  };
  for (const frame of frames) {
    before = ownTime(frame) ?? before + stepMs;
    add(windows.accept(asset, frame, before, before, OURS));
  }
  // What is put aside as a jump of time is in no window.
  if (windows.holds(asset, OURS)) throw new SwatError('api-time', { asset });
  add(windows.flush(before, asset));
  return found;
}
