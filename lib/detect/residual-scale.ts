// A normal deviate passes 2.8 with a probability of 0.5 %.
const TAIL_SIGMAS = 2.8;
/** Up to this quantile the tail is not looked at: the root mean square says as much. */
const NO_TAIL = 0.9;

/**
 * Gathers the residuals of every feature, row after row, for its scale: max(floor, root mean square, quantile of |residual|
 * / 2.8). The tail takes part so that the few features that jump in normal operation (valves, backwash) do not
 * set the threshold for all. Only the residuals beyond that quantile are kept: 8 bytes a feature for each.
 */
export class ResidualScale {
  readonly #squares: Float64Array;
  readonly #most: number;
  readonly #tail: boolean;
  /** Of each feature, its largest |residual|s as a heap with the least of them on top. */
  readonly #heaps: Float64Array;
  readonly #between: number;

  /**
   * @param count rows that will come
   * @param tail the quantile; up to 0.9 it takes no part
   */
  constructor(
    private readonly width: number,
    private readonly count: number,
    tail: number,
  ) {
    const position = (count - 1) * (tail > NO_TAIL ? tail : 1);
    this.#tail = tail > NO_TAIL;
    this.#most = count - Math.floor(position);
    this.#between = position - Math.floor(position);
    this.#squares = new Float64Array(width);
    this.#heaps = new Float64Array(width * this.#most);
  }

  /** Takes the residuals of one row. */
  add(residuals: Float64Array): void {
    for (let i = 0; i < this.width; i++) {
      const residual = residuals[i];
      this.#squares[i] += residual * residual;
      const size = Math.abs(residual);
      if (size > this.#heaps[i * this.#most]) this.#replace(i * this.#most, size);
    }
  }

  /** The scale of every feature. */
  scales(floor: number): Float32Array {
    return Float32Array.from({ length: this.width }, (_, i) => {
      const heap = this.#heaps.slice(i * this.#most, (i + 1) * this.#most).sort();
      const above = heap.length > 1 ? heap[1] : heap[0];
      const far = (heap[0] + this.#between * (above - heap[0])) / TAIL_SIGMAS;
      return Math.max(floor, Math.sqrt(this.#squares[i] / this.count), this.#tail ? far : 0);
    });
  }

  /** Puts a value in the place of the heap's least. */
  #replace(start: number, value: number): void {
    const heap = this.#heaps;
    const most = this.#most;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= most) break;
      if (child + 1 < most && heap[start + child + 1] < heap[start + child]) child += 1;
      if (heap[start + child] >= value) break;
      heap[start + at] = heap[start + child];
      at = child;
    }
    heap[start + at] = value;
  }
}
