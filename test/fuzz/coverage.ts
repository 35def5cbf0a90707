import { Session } from 'node:inspector';

interface Taken {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
    }[];
  }[];
}

/** Which parts of the product's code have run, by V8's own counts: what reaches a new part is worth changing further. */
export class Coverage {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Parts that have run so far. */
  get parts(): number {
    return this.#seen.size;
  }

  /** Whether a part has run since the last call that never ran before. */
  isNew(): boolean {
    let taken: Taken | undefined;
    // Answered before the call returns.
    this.#session.post('Profiler.takePreciseCoverage', (_error, given) => (taken = given as Taken));
    const before = this.#seen.size;
    for (const { url, functions } of taken?.result ?? []) {
      if (!url.includes('/dist/lib/')) continue;
      for (const { ranges } of functions)
        for (const { startOffset, endOffset, count } of ranges)
          if (count > 0) this.#seen.add(`${url} ${startOffset} ${endOffset}`);
    }
    return this.#seen.size > before;
  }

  close(): void {
    this.#session.disconnect();
  }
}
