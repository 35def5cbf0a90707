import { Layout, openSimd, type WasmEngine } from './simd';

/** What is kept of each tag, a row each: see {@link Running}. */
const RUNNING = ['shift', 'sum', 'squares', 'moment', 'peak', 'low', 'high', 'min', 'max'] as const;
type Rows = Readonly<Record<(typeof RUNNING)[number], Float64Array>>;

/**
 * Running sums and extremes of tags over a window, one number per tag and row. With d = value - `shift`, a number near the mean:
 * `sum` of d, of d^2 (`squares`), and of i * d with i = 0 for the oldest sample (`moment`); `peak`: all of d^2 there has been since the
 * tag was summed afresh; least and greatest value since then (`low`, `high`) and of the window (`min`, `max`).
 */
export interface Running extends Rows {
  /** All rows one after the other, each filled up to whole registers. */
  readonly all: Float64Array;
}

/** Running sums of so many tags, zeros. Memory: 72 bytes a tag. */
export function newRunning(tags: number): Running {
  const width = widthOf(tags);
  const all = new Float64Array(width * RUNNING.length);
  const rows = RUNNING.map((name, row) => [name, all.subarray(row * width, row * width + tags)] as const);
  return { all, ...(Object.fromEntries(rows) as unknown as Rows) };
}

/** Moves windows on by a sample, and describes them. One is for any number of {@link Running} of the same tags. */
export interface RunningSums {
  /** The statistics that `describe` gives, five per tag. Used again by every run. */
  readonly out: Float64Array;
  /**
   * Takes a sample into sums and extremes, and out of the sums the one in whose place it is put in the ring, at `at`. An extreme that has
   * left the window is not noticed here.
   * @param newest position of the newest sample: the length of the window less one
   */
  slide(running: Running, values: Float64Array, ring: Float64Array, at: number, newest: number): void;
  /**
   * Mean, standard deviation (population), minimum, maximum and slope (per sample) of every tag of a window of `length`.
   * @param guard least share of `peak` that the sum of squared deviations may be
   * @returns whether it was less in any tag that is not constant: its sums have lost digits
   */
  describe(running: Running, length: number, guard: number): boolean;
}

/**
 * Sums in float64 with WebAssembly SIMD or without, the same to the bit.
 * @param engine that of the machine unless set, `null` for none
 */
export function createRunningSums(tags: number, engine?: WasmEngine | null): RunningSums {
  return wasmSums(tags, engine) ?? plainSums(tags);
}

function wasmSums(tags: number, engine?: WasmEngine | null): RunningSums | undefined {
  const width = widthOf(tags);
  const bytes = Float64Array.BYTES_PER_ELEMENT * width;
  const layout = new Layout();
  const [rows, come, gone] = [layout.reserve(RUNNING.length * bytes), layout.reserve(bytes), layout.reserve(bytes)];
  const statistics = layout.reserve(5 * bytes);
  const simd = openSimd(layout, engine);
  if (simd === undefined) return undefined;
  const { kernels, buffer } = simd;
  const all = new Float64Array(buffer, rows, RUNNING.length * width);
  const [comes, goes] = [new Float64Array(buffer, come, tags), new Float64Array(buffer, gone, tags)];
  return {
    out: new Float64Array(buffer, statistics, 5 * tags),
    slide(running, values, ring, at, newest) {
      // One pass over few numbers: three copies by call, and a view of the ring for one of them, take longer.
      for (let tag = 0; tag < tags; tag++) {
        goes[tag] = ring[at + tag];
        comes[tag] = ring[at + tag] = values[tag];
      }
      all.set(running.all);
      kernels.slide(rows, bytes, come, gone, newest);
      running.all.set(all);
    },
    describe(running, length, guard) {
      all.set(running.all);
      const { perLength, middle, perSpread } = positionsOf(length);
      return kernels.describe(rows, bytes, statistics, perLength, middle, perSpread, guard) === 1;
    },
  };
}

function plainSums(tags: number): RunningSums {
  const out = new Float64Array(5 * tags);
  return {
    out,
    slide({ shift, sum, squares, moment, peak, low, high, min, max }, values, ring, at, newest) {
      for (let tag = 0; tag < tags; tag++) {
        const value = values[tag];
        const about = shift[tag];
        const gone = ring[at + tag] - about;
        const come = value - about;
        ring[at + tag] = value;
        const rest = sum[tag] - gone;
        moment[tag] += newest * come - rest;
        sum[tag] = rest + come;
        const square = come * come;
        squares[tag] += square - gone * gone;
        peak[tag] += square;
        if (value < low[tag]) low[tag] = value;
        if (value > high[tag]) high[tag] = value;
        if (value < min[tag]) min[tag] = value;
        if (value > max[tag]) max[tag] = value;
      }
    },
    describe({ shift, sum, squares, moment, peak, min, max }, length, guard) {
      const { perLength, middle, perSpread } = positionsOf(length);
      let worn = false;
      for (let tag = 0, to = 0; tag < tags; tag++, to += 5) {
        const constant = min[tag] === max[tag];
        const total = sum[tag];
        const deviation = squares[tag] - total * total * perLength;
        if (!constant && deviation < guard * peak[tag]) worn = true;
        out[to] = constant ? min[tag] : shift[tag] + total * perLength;
        out[to + 1] = constant ? 0 : Math.sqrt(Math.max(0, deviation) * perLength);
        out[to + 2] = min[tag];
        out[to + 3] = max[tag];
        out[to + 4] = constant ? 0 : (moment[tag] - middle * total) * perSpread;
      }
      return worn;
    },
  };
}

/** Of a window of so many samples: one over them, the position of its middle, and one over the sum of squared distances from there. */
function positionsOf(length: number): { perLength: number; middle: number; perSpread: number } {
  return { perLength: 1 / length, middle: (length - 1) / 2, perSpread: 12 / (length * (length * length - 1)) };
}

/** Tags in whole registers of two numbers. */
function widthOf(tags: number): number {
  return 2 * Math.ceil(tags / 2);
}
