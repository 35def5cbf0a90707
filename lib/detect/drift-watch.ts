import { SwatError } from '../errors';
import type { WindowSchema } from '../stream/schema';
import { blockP, evened, isScoreTold, isTold, meansOf, type DriftReference } from './drift';

/** Probability that a block is called drifted while nothing has drifted: for all tags together, and for the score. */
export const DRIFT_LEVEL = 0.001;
/** Blocks in a row that it takes to say that something drifted, or that it is over. */
const IN_A_ROW = 2;
/** Windows that a block must have to be looked at. */
const LEAST_WINDOWS = 4;

/** That drift was found, or is over. `tags` are those that drifted, the furthest first, at most five. */
export interface DriftEvent {
  readonly event: 'advisory-raised' | 'advisory-cleared';
  readonly advisory: 'input-drift' | 'score-drift';
  readonly time: number;
  readonly since: number;
  readonly tags?: readonly string[];
  /** Of the score: the share of windows over its 90 % mark, and what it usually is. */
  readonly share?: number;
}

/** The block under way of one asset, and what stands: plain data. */
export interface DriftState {
  begin: number;
  windows: number;
  over: number;
  sums: number[];
  counts: number[];
  /** Since when each kind of drift stands, -1 where none does; and blocks in a row that say otherwise. */
  since: [input: number, score: number];
  calm: [input: number, score: number];
  /** The tags of the input drift that stands, the furthest first, at most five. */
  tags: string[];
  /** Blocks that were compared. */
  blocks: number;
}

/**
 * Compares what comes with what was trained on, block by block of the training's own length: the mean of each tag, and the
 * share of windows whose score passes what a tenth of out-of-fold scores did; the latter only where {@link isScoreTold}. A block is called drifted with probability
 * {@link DRIFT_LEVEL} each (Bonferroni over tags) where nothing has changed and block means are about normally distributed;
 * two in a row are told.
 * Memory: 16 bytes a tag.
 */
export class DriftWatch {
  state: DriftState;
  readonly #columns: readonly number[];
  readonly #scoreTold: boolean;

  constructor(
    private readonly reference: DriftReference,
    private readonly schema: WindowSchema,
  ) {
    this.#columns = meansOf(schema);
    this.#scoreTold = isScoreTold(reference);
    this.state = this.#fresh();
  }

  /**
   * Takes a window that was scored.
   * @param bad names of tags whose data is bad: they take no part
   */
  take(features: readonly number[], score: number, time: number, bad: readonly string[]): readonly DriftEvent[] {
    const { state, reference } = this;
    let events: readonly DriftEvent[] = [];
    if (time < state.begin || time - state.begin >= 3 * reference.blockMs) this.#begin(time);
    else if (time - state.begin >= reference.blockMs) {
      if (state.windows >= LEAST_WINDOWS) {
        state.blocks += 1;
        events = [...this.#input(time), ...this.#score(time)];
      }
      this.#begin(time);
    }
    state.windows += 1;
    if (score > (reference.score?.limit ?? Infinity)) state.over += 1;
    for (let tag = 0; tag < this.#columns.length; tag++) {
      if (bad.length > 0 && bad.includes(this.schema.tags[tag].name)) continue;
      state.sums[tag] += features[this.#columns[tag]];
      state.counts[tag] += 1;
    }
    return events;
  }

  #input(time: number): readonly DriftEvent[] {
    const { state, reference, schema } = this;
    const found: { tag: string; p: number }[] = [];
    const tested = Math.max(1, reference.tags.filter(isTold).length);
    for (let tag = 0; tag < schema.tags.length; tag++) {
      if (2 * state.counts[tag] < state.windows) continue;
      const p = blockP(state.sums[tag] / state.counts[tag], reference.tags[tag]);
      if (p * tested < DRIFT_LEVEL) found.push({ tag: schema.tags[tag].name, p });
    }
    found.sort((a, b) => a.p - b.p);
    const tags = found.slice(0, 5).map(({ tag }) => tag);
    const events = this.#turn(0, found.length > 0, time, { tags });
    if (state.since[0] < 0) state.tags = [];
    else if (tags.length > 0) state.tags = tags;
    return events;
  }

  #score(time: number): readonly DriftEvent[] {
    const { state, reference } = this;
    if (reference.score === undefined || !this.#scoreTold) return this.#turn(1, false, time, {});
    const share = state.over / state.windows;
    const far = evened(share);
    // Only more windows than usual are drift: half of the two-sided probability.
    const drifted = far > reference.score.share.mean && blockP(far, reference.score.share) / 2 < DRIFT_LEVEL;
    return this.#turn(1, drifted, time, { share });
  }

  #turn(kind: 0 | 1, drifted: boolean, time: number, details: object): readonly DriftEvent[] {
    const { since, calm, begin } = this.state;
    const advisory = kind === 0 ? 'input-drift' : 'score-drift';
    const stands = since[kind] >= 0;
    calm[kind] = drifted === stands ? 0 : calm[kind] + 1;
    if (calm[kind] < IN_A_ROW) return [];
    calm[kind] = 0;
    const from = stands ? since[kind] : begin - this.reference.blockMs;
    since[kind] = stands ? -1 : from;
    if (stands) return [{ event: 'advisory-cleared', advisory, time, since: from }];
    return [{ event: 'advisory-raised', advisory, time, since: from, ...details }];
  }

  #begin(time: number): void {
    const { state } = this;
    state.begin = time;
    state.windows = state.over = 0;
    state.sums.fill(0);
    state.counts.fill(0);
  }

  #fresh(): DriftState {
    const perTag = (): number[] => new Array<number>(this.schema.tags.length).fill(0);
    const none = { begin: -1e15, windows: 0, over: 0, tags: [], blocks: 0 };
    return { ...none, sums: perTag(), counts: perTag(), since: [-1, -1], calm: [0, 0] };
  }
}

/** Reads what was saved of a {@link DriftWatch}. @throws SwatError `snapshot-corrupt` */
export function readDriftState(saved: unknown, { tags }: WindowSchema): DriftState {
  const given = saved as Partial<Record<keyof DriftState, unknown>> | null;
  const list = (value: unknown, length: number): number[] => {
    if (!Array.isArray(value) || value.length !== length || !value.every(Number.isFinite))
      throw new SwatError('snapshot-corrupt', { key: 'drift' });
    return value as number[];
  };
  const [begin, windows, over] = list([given?.begin, given?.windows, given?.over], 3);
  // A state of before has neither.
  const names: unknown[] = Array.isArray(given?.tags) ? given.tags : [];
  const blocks = typeof given?.blocks === 'number' && Number.isFinite(given.blocks) ? given.blocks : 0;
  const [since, calm] = [list(given?.since, 2), list(given?.calm, 2)];
  return {
    begin,
    windows,
    over,
    sums: list(given?.sums, tags.length),
    counts: list(given?.counts, tags.length),
    since: [since[0], since[1]],
    calm: [calm[0], calm[1]],
    tags: names.filter((name): name is string => tags.some((tag) => tag.name === name)),
    blocks,
  };
}
