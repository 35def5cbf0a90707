import type { Dataset } from '../detect/dataset';
import type { WindowSchema } from '../stream/schema';
import type { WindowPayload } from '../stream/window';
import { MAX_ROWS, mostRows } from './collector';

const BLOCK = 512;

/**
 * Rows of a record of unknown length: every n-th window; once there are too many, every second one goes and n doubles. So
 * between half of `most` rows and all of them are there in the end, evenly over the whole record. At most 256 MiB.
 */
export class GrowingRows {
  readonly most: number;
  count = 0;
  readonly #blocks: Float64Array[] = [];
  readonly #times: Float64Array;
  readonly #width: number;
  #stride: number;
  #wait = 0;

  /** @param wanted most rows to keep, at most {@link MAX_ROWS} */
  constructor(
    readonly schema: WindowSchema,
    stride: number,
    wanted = MAX_ROWS,
  ) {
    this.#width = schema.features.length;
    this.most = 2 * Math.max(1, Math.floor(Math.min(wanted, mostRows(schema)) / 2));
    this.#times = new Float64Array(this.most);
    this.#stride = stride;
  }

  /** Windows from one row to the next. */
  get stride(): number {
    return this.#stride;
  }

  /** Takes a window, if it is its turn. */
  offer({ end, features }: WindowPayload): void {
    if (this.#wait > 0) {
      this.#wait -= 1;
      return;
    }
    if (this.count === this.most) this.#thin();
    const at = this.count % BLOCK;
    if (this.count >= this.#blocks.length * BLOCK) this.#blocks.push(new Float64Array(BLOCK * this.#width));
    this.#blocks[(this.count - at) / BLOCK].set(features, at * this.#width);
    this.#times[this.count] = end;
    this.count += 1;
    this.#wait = this.#stride - 1;
  }

  /** All rows as a data set of one asset, in the order of time. Lets go of them: it is empty afterwards. */
  take(): Dataset {
    const { schema, count, stride } = this;
    const width = this.#width;
    const order = Uint32Array.from({ length: count }, (_, row) => row);
    const times = this.#times.subarray(0, count);
    if (times.some((time, row) => row > 0 && time < times[row - 1])) order.sort((a, b) => times[a] - times[b] || a - b);
    const rows = new Float64Array(count * width);
    order.forEach((row, to) => rows.set(this.#row(row), to * width));
    this.#blocks.length = 0;
    this.count = 0;
    return { schema, rows, count, times: Float64Array.from(order, (row) => times[row]), stride };
  }

  #row(row: number): Float64Array {
    const from = (row % BLOCK) * this.#width;
    return this.#blocks[Math.floor(row / BLOCK)].subarray(from, from + this.#width);
  }

  #thin(): void {
    this.count /= 2;
    for (let row = 1; row < this.count; row += 1) {
      this.#row(row).set(this.#row(2 * row));
      this.#times[row] = this.#times[2 * row];
    }
    this.#stride *= 2;
    // The row that stands next is one that was to go, had it been there.
    this.#blocks.length = Math.ceil(this.count / BLOCK);
  }
}
