/** How often a name came: at most `over` too high. */
export interface Counted {
  readonly name: string;
  readonly count: number;
  /** What the name took over from the one that it displaced. */
  readonly over: number;
}

/**
 * Counts the most frequent of endlessly many names in bounded memory: when all places are taken, a new name displaces the
 * rarest and goes on from its count, so that what is truly frequent is always among them.
 * Source: Metwally et al., Efficient computation of frequent and top-k elements in data streams, 2005 (Space-Saving).
 */
export class TopCounts {
  private readonly counts = new Map<string, Counted>();

  /** @param most at most this many names are kept */
  constructor(private readonly most: number) {}

  /** Counts a name once more; returns the name that it displaced. */
  add(name: string): string | undefined {
    const known = this.counts.get(name);
    if (known !== undefined || this.counts.size < this.most) {
      this.counts.set(name, { name, count: (known?.count ?? 0) + 1, over: known?.over ?? 0 });
      return undefined;
    }
    let rarest: Counted | undefined;
    for (const each of this.counts.values()) if (rarest === undefined || each.count < rarest.count) rarest = each;
    const over = rarest?.count ?? 0;
    if (rarest !== undefined) this.counts.delete(rarest.name);
    this.counts.set(name, { name, count: over + 1, over });
    return rarest?.name;
  }

  /** Forgets all; returns what was kept. */
  clear(): Counted[] {
    const all = this.all();
    this.counts.clear();
    return all;
  }

  /** The most frequent names, most first; equally frequent ones by name. */
  top(n: number): Counted[] {
    const order = (a: Counted, b: Counted): number => b.count - a.count || (a.name < b.name ? -1 : 1);
    return [...this.counts.values()].sort(order).slice(0, n);
  }

  /** All that is kept, in no order that matters. */
  all(): Counted[] {
    return [...this.counts.values()];
  }

  get(name: string): Counted | undefined {
    return this.counts.get(name);
  }

  /** Takes back what was kept; beyond the bound, nothing. */
  restore(counted: Counted): void {
    if (this.counts.size < this.most) this.counts.set(counted.name, counted);
  }
}
