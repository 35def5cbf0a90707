import type { AssetWindow } from './asset-window';
import type { Collector, Input } from './input';
import type { Line } from './line';
import type { Step } from './pace';

/** Windows by count: each frame is a sample, taken at once. */
export class SampleLine<C> implements Line<C> {
  readonly latenessMs = 0;

  constructor(
    readonly window: AssetWindow,
    private readonly out: Collector<C>,
  ) {}

  get last(): number | undefined {
    return this.window.pace.last;
  }

  get watermark(): number {
    return this.last ?? -Infinity;
  }

  judge(time: number): Step {
    return this.window.pace.judge(time);
  }

  append(input: Input<C>, now: number): void {
    if (input.kind !== 'frame') return;
    const { window } = this;
    window.pace.take(input.time);
    const full = window.push(input.values, input.reasons, input.time, now);
    window.context.counters.frames += 1;
    const { length, settings } = window.context;
    if (full && (window.frames - length) % settings.stride === 0) this.out.window(window.payload());
  }

  ahead(): void {
    this.window.restart();
  }

  behind(): void {
    this.window.rewind();
  }

  flush(): boolean {
    return false;
  }
}
