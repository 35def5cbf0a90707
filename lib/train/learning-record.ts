import type { SourceNote } from '../model/training-report';
import type { LearningEvent, Stage, TrainedEvent } from './learning-event';
import type { QualityReport } from './quality/report';

/** One epoch of a fit, for a picture of how the loss falls. */
export interface CurvePoint {
  readonly phase: 'fold' | 'final';
  readonly fold: number;
  readonly epoch: number;
  readonly loss: number;
  readonly validationLoss: number | null;
}

/** What a check or a training was asked to learn from, as it is known before anything was read. */
export type WantedSource = Pick<SourceNote, 'kind' | 'file' | 'excludedTags' | 'excludedRanges'>;

const MOST_POINTS = 2000;

/** What the last check and the last training had to say: of a picture for a dialog that is opened afterwards. */
export class LearningRecord {
  /** Of the check or training at work, or of the last one: also where it was ended. */
  source: WantedSource | null = null;
  quality: QualityReport | null = null;
  trained: TrainedEvent | null = null;
  /** What ended the last work, where it failed. */
  failed: { readonly error: unknown; readonly during: Stage } | null = null;
  #curve: CurvePoint[] = [];
  #during: Stage = 'idle';

  /** The loss of every epoch, at most 2000 of them; empty for a detector that has none. */
  get curve(): readonly CurvePoint[] {
    return this.#curve;
  }

  /** Something new begins: what came before is told no longer. */
  begin(what: 'checking' | 'training' | 'collecting', source?: WantedSource): void {
    this.#during = what;
    this.source = source ?? null;
    this.failed = null;
    if (what === 'collecting') return;
    this.quality = null;
    if (what === 'checking') return;
    this.trained = null;
    this.#curve = [];
  }

  /** Takes in what a learner tells. */
  note(event: LearningEvent): void {
    switch (event.event) {
      case 'checked':
        this.quality = event.quality;
        break;
      case 'training': {
        const { phase, fold, epoch, loss, validationLoss } = event;
        if (phase === 'calibrate' || loss === null) return;
        const last = this.#curve.at(-1);
        const point = { phase, fold, epoch, loss, validationLoss };
        const same = last?.phase === phase && last.fold === fold && last.epoch === epoch;
        if (same) this.#curve[this.#curve.length - 1] = point;
        else if (this.#curve.length < MOST_POINTS) this.#curve.push(point);
        break;
      }
      case 'trained':
        this.trained = event;
        break;
      case 'failed':
        this.failed = { error: event.error, during: this.#during };
        break;
      case 'collecting':
      case 'checking':
      case 'reading':
      case 'cancelled':
    }
  }
}
