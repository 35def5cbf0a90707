import type { Tag } from '../../plant/dictionary';
import type { SourceNote } from '../../model/training-report';
import { correlationOf } from './correlation';
import { cyclesOf } from './cycles';
import { findingsOf } from './findings';
import { histogramOf, modesOf } from './histogram';
import type { QualityReport, RecordQuality, TagQuality } from './report';
import { rounded } from './rounded';
import { Runs } from './runs';
import { SampledFrames } from './sampled';
import { oddStretches } from './stretches';
import { Timing } from './timing';
import { MOST_DISTINCT, Totals } from './totals';
import { Trends } from './trend';

/** What the meter cannot see by itself. */
export interface RecordNotes {
  readonly source: SourceNote;
  readonly unreadableLines: number;
  /** Rows for a training, at one in `stride` windows (it was asked for one in `wantedStride`); how many one needs. */
  readonly rows: number;
  readonly wantedStride: number;
  readonly stride: number;
  readonly need: number;
  readonly missingTags: readonly string[];
  readonly unknownColumns: readonly string[];
}

const MOST_STATES = 8;
/** Of at most so many actuators the states are told. */
const STATE_TAGS = 60;
const LISTED = 50;
const FIFTH = 5;

/**
 * Measures the quality of a record as its samples go by, in one pass and bounded memory: about 40 kB a tag, and what
 * {@link SampledFrames} keeps. Counts, extremes, mean and spread are of all samples; histograms, correlation, cycles and
 * states are of the frames that are kept.
 */
export class QualityMeter {
  readonly #totals: Totals;
  readonly #trends: Trends;
  readonly #runs: Runs;
  readonly #frames: SampledFrames;
  readonly #timing = new Timing();
  #samples = 0;
  #first = Infinity;
  #last = -Infinity;

  constructor(readonly tags: readonly Tag[]) {
    this.#totals = new Totals(tags);
    this.#trends = new Trends(tags.length);
    this.#runs = new Runs(tags.length);
    this.#frames = new SampledFrames(tags.length);
  }

  /** Takes one sample; NaN for a tag without a value. The array is not kept. */
  push(time: number, values: Float64Array): void {
    this.#samples += 1;
    this.#first = Math.min(this.#first, time);
    this.#last = Math.max(this.#last, time);
    this.#timing.push(time);
    this.#totals.push(values);
    this.#trends.push(time, values);
    this.#runs.push(time, values);
    this.#frames.push(time, values);
  }

  /** A sample that is left out: only its time is noted, so that it makes no gap. */
  pass(time: number): void {
    this.#timing.push(time);
  }

  /** What follows is of another asset: times and repetitions begin anew. */
  restart(): void {
    this.#timing.restart();
    this.#runs.restart();
  }

  /** The report on all that was taken. */
  report(notes: RecordNotes): QualityReport {
    this.restart();
    const excluded = new Set(notes.source.excludedTags);
    const columns = this.tags.map((_, tag) => this.#frames.column(tag));
    const tags = this.tags.map((tag, index) => this.#tag(index, columns[index], excluded.has(tag.name)));
    const record = this.#record(notes, columns, excluded);
    const names = this.tags.map(({ name }) => name);
    const correlation = correlationOf(names, columns);
    const trends = this.tags.map((_, tag) => this.#trends.of(tag));
    const stretches = oddStretches(
      names
        .map((name, tag) => ({ name, trend: trends[tag], std: this.#totals.std(tag) }))
        .filter(({ name }) => !excluded.has(name)),
      this.#trends.starts,
      this.#trends.ends,
    );
    const findings = findingsOf({ record, tags, correlation, stretches });
    const times = this.#trends.starts.map((time) => Math.round(time));
    return { format: 1, source: notes.source, record, times, tags, correlation, findings };
  }

  #tag(tag: number, column: Float64Array, excluded: boolean): TagQuality {
    const totals = this.#totals;
    const { name, unit, kind, low, high } = this.tags[tag];
    const count = totals.count[tag];
    const [min, max] = [totals.min[tag], totals.max[tag]];
    const distinct = totals.distinct(tag);
    const run = this.#runs.stuck(tag, min, max);
    const histogram = histogramOf(column);
    const trend = this.#trends.of(tag);
    const std = totals.std(tag);
    const fifths = fifthsOf(trend.mean, trend.counts);
    const short = (values: readonly number[]): (number | null)[] => values.map((value) => rounded(value));
    return {
      tag: name,
      unit,
      kind,
      excluded,
      count,
      missing: this.#samples === 0 ? 1 : (rounded(1 - count / this.#samples) ?? 1),
      outOfRange: rounded(totals.outOfRange[tag] / Math.max(1, this.#samples)) ?? 0,
      low,
      high,
      constant: count > 0 && min === max,
      min: rounded(min),
      max: rounded(max),
      mean: count === 0 ? null : rounded(totals.mean[tag]),
      std: count === 0 ? null : rounded(std),
      stuck: run === undefined ? null : { from: run.from, to: run.to, samples: run.samples },
      distinct,
      histogram: histogram && {
        from: rounded(histogram.from) ?? 0,
        to: rounded(histogram.to) ?? 0,
        counts: histogram.counts,
      },
      trend: { min: short(trend.min), max: short(trend.max), mean: short(trend.mean) },
      drift: rounded(driftOf(fifths, std), 3),
      fifths: [rounded(fifths[0]), rounded(fifths[1])],
      modes:
        histogram === null || distinct <= MOST_DISTINCT ? [] : modesOf(histogram).map((mode) => rounded(mode) ?? 0),
    };
  }

  #record(notes: RecordNotes, columns: readonly Float64Array[], excluded: ReadonlySet<string>): RecordQuality {
    const timing = this.#timing;
    const { source, ...rest } = notes;
    const empty = this.#samples === 0;
    const { period } = timing;
    const [longest] = timing.list;
    const slowest = this.#slowest(columns, excluded);
    return {
      ...rest,
      samples: this.#samples,
      first: empty ? null : this.#first,
      last: empty ? null : this.#last,
      periodMs: period,
      gaps: { count: timing.gaps, longestMs: timing.gaps > 0 ? longest[1] - longest[0] : 0, list: timing.list },
      duplicates: timing.duplicates,
      outOfOrder: timing.outOfOrder,
      labelled: source.labelled,
      excluded: source.excluded,
      slowestCycleMs: slowest && Math.round((this.#last - this.#first) / slowest.cycles),
      slowestTag: slowest?.tag ?? null,
      repetitions: slowest?.cycles ?? null,
      states: this.#states(columns),
      missingTags: notes.missingTags.slice(0, LISTED),
      unknownColumns: notes.unknownColumns.slice(0, LISTED).map((title) => title.slice(0, 64)),
    };
  }

  /** The sensor that swings most seldom, but at least once. */
  #slowest(columns: readonly Float64Array[], excluded: ReadonlySet<string>): { tag: string; cycles: number } | null {
    let slowest: { tag: string; cycles: number } | null = null;
    for (const [tag, { name, kind }] of this.tags.entries()) {
      if (kind === 'actuator' || excluded.has(name) || this.#totals.distinct(tag) <= MOST_DISTINCT) continue;
      const cycles = cyclesOf(columns[tag]);
      if (cycles === 0 || (slowest !== null && cycles > slowest.cycles)) continue;
      // Of equals the first by name, in whatever order they stand.
      if (slowest === null || cycles < slowest.cycles || name < slowest.tag) slowest = { tag: name, cycles };
    }
    return slowest;
  }

  #states(columns: readonly Float64Array[]): RecordQuality['states'] {
    const actuators = this.tags.flatMap(({ kind }, tag) =>
      kind === 'actuator' && this.#totals.distinct(tag) <= MOST_DISTINCT ? [tag] : [],
    );
    const shown = actuators.slice(0, STATE_TAGS);
    if (shown.length === 0) return [];
    const seen = new Map<string, { frames: number; row: number }>();
    for (let row = 0; row < this.#frames.count; row += 1) {
      const key = shown.map((tag) => columns[tag][row]).join();
      const known = seen.get(key);
      if (known === undefined) seen.set(key, { frames: 1, row });
      else known.frames += 1;
    }
    return [...seen.values()]
      .sort((a, b) => b.frames - a.frames || a.row - b.row)
      .slice(0, MOST_STATES)
      .map(({ frames, row }) => ({
        share: rounded(frames / this.#frames.count, 3) ?? 0,
        tags: Object.fromEntries(
          shown.flatMap((tag) =>
            Number.isNaN(columns[tag][row]) ? [] : [[this.tags[tag].name, columns[tag][row]] as const],
          ),
        ),
      }));
  }
}

/** Mean of the first fifth of the stretches, and of the last; NaN where it cannot be told. */
function fifthsOf(means: readonly number[], counts: readonly number[]): [first: number, last: number] {
  const part = Math.floor(means.length / FIFTH);
  if (part < 2) return [Number.NaN, Number.NaN];
  const meanOf = (from: number, to: number): number => {
    let [sum, all] = [0, 0];
    for (let i = from; i < to; i += 1) {
      if (counts[i] === 0) continue;
      sum += means[i] * counts[i];
      all += counts[i];
    }
    return sum / all;
  };
  return [meanOf(0, part), meanOf(means.length - part, means.length)];
}

/** The last mean less the first, in standard deviations; NaN where it cannot be told. */
function driftOf([first, last]: readonly [number, number], std: number): number {
  return std === 0 ? last - first : (last - first) / std;
}
