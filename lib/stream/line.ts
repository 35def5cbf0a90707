import type { AssetWindow } from './asset-window';
import type { Input } from './input';
import type { Step } from './pace';

/** The inputs of one asset in the order of their event time, and the windows they become. */
export interface Line<C> {
  readonly window: AssetWindow;
  /** The greatest event time taken; `undefined` before any. */
  readonly last: number | undefined;
  /** What is older than this is late. */
  readonly watermark: number;
  /** How long an input may be waited for, ms of event time. */
  readonly latenessMs: number;
  /** How a time stands to those taken so far. */
  judge(time: number): Step;
  /** Takes an input that is not late, whatever its time. */
  append(input: Input<C>, now: number): void;
  /** What follows stands further ahead than any usual pause. */
  ahead(): void;
  /** What follows stands before all that was taken. */
  behind(now: number): void;
  /** Takes all that waits for something older, as if that could not come any more. Says whether anything waited. */
  flush(now: number): boolean;
}
