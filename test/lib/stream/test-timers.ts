import type { Timers } from '../../../lib/stream/pacer';

/** A clock that stands until it is told to go on; `soon` counts as a turn of the event loop. */
export class TestTimers implements Timers {
  steady = 1_000_000;
  /** What the machine's clock says; by itself it stands. */
  wall = Date.UTC(2026, 0, 5);
  turns = 0;
  private waiting: { due: number; order: number; callback: () => void }[] = [];
  private order = 0;

  now(): number {
    return this.steady;
  }
  date(): number {
    return this.wall;
  }
  after(ms: number, callback: () => void): () => void {
    const entry = { due: this.steady + Math.ceil(ms), order: (this.order += 1), callback };
    this.waiting.push(entry);
    return () => (this.waiting = this.waiting.filter((other) => other !== entry));
  }
  soon(callback: () => void): () => void {
    return this.after(0, () => {
      this.turns += 1;
      callback();
    });
  }
  get idle(): boolean {
    return this.waiting.length === 0;
  }
  private due(end: number) {
    return this.waiting
      .filter((entry) => entry.due <= end)
      .sort((a, b) => a.due - b.due || a.order - b.order)
      .at(0);
  }
  go(ms: number): void {
    const end = this.steady + ms;
    for (let next = this.due(end); next !== undefined; next = this.due(end)) {
      this.waiting.splice(this.waiting.indexOf(next), 1);
      this.steady = Math.max(this.steady, next.due);
      next.callback();
    }
    this.steady = end;
  }
}
