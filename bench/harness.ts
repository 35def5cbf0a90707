import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, platform, release } from 'node:os';
import { join } from 'node:path';
import { quantile } from './quantile';

/** One way of doing the work. */
export interface Variant {
  readonly name: string;
  /** Does the work so many times. What it returns is kept, so that no compiler can leave the work out. */
  run(times: number): number | Promise<number>;
}

/** What a variant took: nanoseconds per time, over all rounds. */
export interface Timing {
  readonly name: string;
  readonly medianNs: number;
  /** The quartiles: how far to trust the median. */
  readonly lowerNs: number;
  readonly upperNs: number;
  /** How many times as long as the reference variant took: median of the ratios within each round. */
  readonly ratio: number;
}

export interface Comparison {
  readonly title: string;
  /** The variant that ratios are to. */
  readonly reference: string;
  readonly rounds: number;
  readonly timings: readonly Timing[];
}

/** A single figure with its unit. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Where it is the median of several rounds: how many, and the lowest and highest of them. */
  readonly rounds?: number;
  readonly lowest?: number;
  readonly highest?: number;
}

/** How a cost grows with a size: the median at each size, and the exponent b of `a * size^b` fitted to them. */
export interface Growth {
  readonly title: string;
  /** What grows, such as "tags". */
  readonly of: string;
  readonly unit: string;
  readonly points: readonly { readonly size: number; readonly value: number }[];
  /** 0: the same at every size, 1: in proportion. */
  readonly exponent: number;
}

/** What a bench found: comparisons of variants, single figures, and how costs grow. */
export interface Report {
  /** How it was measured, in a sentence or two. */
  readonly how?: string;
  readonly comparisons?: readonly Comparison[];
  readonly figures?: readonly Figure[];
  readonly growths?: readonly Growth[];
}

export interface Bench {
  /** `npm run bench -- <name>`; also the file name of the result. */
  readonly name: string;
  /** Takes a quarter of an hour: only where it is asked for by its name. */
  readonly long?: boolean;
  /** @param short a few rounds only: shows that it runs, not how fast */
  run(short: boolean): Report | Promise<Report>;
}

/** Keeps results of the work alive. */
const sink = { total: 0 };

/**
 * Times variants in interleaved rounds, so that a slow moment of the machine meets all of them; the order turns by one each
 * round. Each variant is warmed up first and does as many times a round as take about `roundMs`.
 */
export async function compare(
  title: string,
  reference: string,
  variants: readonly Variant[],
  short: boolean,
): Promise<Comparison> {
  const rounds = short ? 3 : 21;
  const roundMs = short ? 10 : 60;
  for (const variant of variants) await warm(variant, short ? 50 : 300);
  const times: number[] = [];
  for (const variant of variants) times.push(await timesFor(variant, roundMs));
  const taken: number[][] = variants.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < variants.length; turn++) {
      const i = (round + turn) % variants.length;
      taken[i].push(((await milliseconds(variants[i], times[i])) * 1e6) / times[i]);
    }
  }
  const base = taken[variants.findIndex((variant) => variant.name === reference)];
  const timings = variants.map((variant, i) => ({
    name: variant.name,
    medianNs: of(taken[i], 0.5),
    lowerNs: of(taken[i], 0.25),
    upperNs: of(taken[i], 0.75),
    ratio: of(
      taken[i].map((ns, round) => ns / base[round]),
      0.5,
    ),
  }));
  return { title, reference, rounds, timings };
}

/**
 * What one time of a variant costs at each size, sizes interleaved as {@link compare} does, and how that grows.
 * @param prepare the work at a size
 */
export async function grow(
  title: string,
  of: string,
  sizes: readonly number[],
  prepare: (size: number) => Variant['run'],
  short: boolean,
): Promise<Growth> {
  const variants = sizes.map((size): Variant => ({ name: String(size), run: prepare(size) }));
  const { timings } = await compare(title, variants[0].name, variants, short);
  const points = timings.map(({ medianNs }, index) => ({ size: sizes[index], value: medianNs / 1000 }));
  return { title, of, unit: 'µs', points, exponent: exponent(points) };
}

/** The slope of the logarithms: least squares. */
export function exponent(points: Growth['points']): number {
  const [x, y] = [points.map(({ size }) => Math.log(size)), points.map(({ value }) => Math.log(value))];
  const [middle, height] = [mean(x), mean(y)];
  const along = x.reduce((sum, value, i) => sum + (value - middle) * (y[i] - height), 0);
  return along / x.reduce((sum, value) => sum + (value - middle) ** 2, 0);
}

/** The median of what several rounds gave, with its spread. */
export function median(name: string, unit: string, values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const [lowest, highest] = [sorted[0], sorted[sorted.length - 1]];
  return { name, value: quantile(sorted, 0.5), unit, rounds: sorted.length, lowest, highest };
}

/** Prints a report as tables. */
export function print(bench: Bench, report: Report): void {
  const lines = [`${bench.name} on ${machine().cpu}, Node ${process.versions.node}`];
  for (const { title, reference, rounds, timings } of report.comparisons ?? []) {
    lines.push('', `  ${title} (median of ${rounds} rounds, quartiles; ratio to ${reference})`);
    for (const { name, medianNs, lowerNs, upperNs, ratio } of timings) {
      const spread = `${shown(lowerNs)} to ${shown(upperNs)}`;
      lines.push(`    ${name.padEnd(34)} ${shown(medianNs).padStart(10)}  ${spread.padEnd(24)} ${ratio.toFixed(2)}x`);
    }
  }
  const figures = report.figures ?? [];
  const width = Math.max(36, ...figures.map(({ name }) => name.length));
  for (const { name, value, unit, rounds, lowest = 0, highest = 0 } of figures) {
    const spread = rounds === undefined ? '' : `  (${rounds} rounds: ${plain(lowest)} to ${plain(highest)})`;
    lines.push(`  ${name.padEnd(width)} ${plain(value)} ${unit}${spread}`);
  }
  for (const { title, of: what, unit, points, exponent: by } of report.growths ?? []) {
    const row = points.map(({ size, value }) => `${size}: ${plain(value)}`).join('  ');
    lines.push('', `  ${title}, ${unit} by ${what}, grows with its power ${by.toFixed(2)}`, `    ${row}`);
  }
  process.stdout.write(`${lines.join('\n')}\n\n`);
}

/** Writes a report, with the machine it is from, to `<folder>/<name>.json`. */
export function save(folder: string, bench: Bench, report: Report): void {
  mkdirSync(folder, { recursive: true });
  const content = { bench: bench.name, date: new Date().toISOString(), machine: machine(), ...report };
  writeFileSync(join(folder, `${bench.name}.json`), `${JSON.stringify(content, rounded, 2)}\n`);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The machine and the Node.js that a result is from. */
export function machine(): Record<string, string | number> {
  const cores = cpus();
  return {
    cpu: cores[0]?.model ?? 'unknown',
    cores: cores.length,
    system: `${platform()} ${release()}`,
    node: process.versions.node,
    v8: process.versions.v8,
  };
}

async function warm(variant: Variant, forMs: number): Promise<void> {
  for (let spent = 0, times = 1; spent < forMs; times *= 2) spent += await milliseconds(variant, times);
}

async function timesFor(variant: Variant, roundMs: number): Promise<number> {
  let times = 1;
  let spent = await milliseconds(variant, times);
  while (spent < roundMs / 4) spent = await milliseconds(variant, (times *= 2));
  return Math.max(1, Math.round((roundMs * times) / spent));
}

async function milliseconds(variant: Variant, times: number): Promise<number> {
  const start = performance.now();
  const result = variant.run(times);
  sink.total += typeof result === 'number' ? result : await result;
  return performance.now() - start;
}

function of(values: readonly number[], share: number): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    share,
  );
}

function shown(ns: number): string {
  return ns < 1e4 ? `${ns.toFixed(0)} ns` : ns < 1e7 ? `${(ns / 1e3).toFixed(1)} µs` : `${(ns / 1e6).toFixed(1)} ms`;
}

function plain(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}
