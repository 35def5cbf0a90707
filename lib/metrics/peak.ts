/** The greatest value of the last minute or so: of the half minute under way and the two before. */
export class Peak {
  #slots = [-Infinity, -Infinity, -Infinity];
  #at = -Infinity;

  /** @param now ms, never goes back */
  note(value: number, now: number): void {
    this.#advance(now);
    if (value > this.#slots[0]) this.#slots[0] = value;
  }

  /** `undefined` where there was none. */
  value(now: number): number | undefined {
    this.#advance(now);
    const most = Math.max(...this.#slots);
    return most === -Infinity ? undefined : most;
  }

  #advance(now: number): void {
    const at = Math.floor(now / 30_000);
    if (at === this.#at) return;
    for (let steps = Math.min(3, at - this.#at); steps > 0; steps -= 1) {
      this.#slots = [-Infinity, this.#slots[0], this.#slots[1]];
    }
    this.#at = at;
  }
}
