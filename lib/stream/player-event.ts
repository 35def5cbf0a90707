import type { SwatError } from '../errors';
import type { AttackEvent } from '../plant/attack-event';
import type { UnreadableCell } from './historian';
import type { DrillEvent, SourceFrame } from './source';

/** What a player tells of how it goes. */
export type PlayerEvent =
  | AttackEvent
  | DrillEvent
  | { readonly event: 'started' | 'paused' | 'resumed' | 'stopped'; readonly time: number }
  /** The record is at its end. */
  | {
      readonly event: 'finished';
      readonly time: number;
      readonly frames: number;
      /** Broken lines, and unreadable cells in the others. */
      readonly skipped: number;
      readonly skippedCells: number;
    }
  /** Told for the first hundred; all are counted. */
  | { readonly event: 'line-skipped'; readonly time: number; readonly line: number; readonly error: SwatError }
  /** A cell that could not be read; told for the first hundred, all are counted. */
  | ({ readonly event: 'cell-skipped'; readonly time: number; readonly line: number } & UnreadableCell);

/** Who hears of frames and events. */
export interface PlayerEvents {
  frame(frame: SourceFrame): void;
  event(event: PlayerEvent): void;
  failed(cause: unknown): void;
  /** It could not go on where it was and begins at the beginning, for this reason. */
  begunAnew(reason: SwatError): void;
}
