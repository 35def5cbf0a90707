import { createHash } from 'node:crypto';

interface Known {
  /** The last record that its state contains; -1 for none. */
  last: number;
  /** The first record that is not in what was saved; `undefined` where all is. */
  unsaved: number | undefined;
  /** Changed without a record, or never saved: due with the next transaction. */
  soon: boolean;
  /** Otherwise due from then on, ms. */
  dueAt: number;
}

/** What a lane knows of the assets of its partition: which records their states contain, and when these are saved next. */
export class ExactAssets {
  readonly #known = new Map<string, Known>();

  /** @param stateMs a state is saved so often, ms; 0: with every transaction */
  constructor(private readonly stateMs: number) {}

  names(): IterableIterator<string> {
    return this.#known.keys();
  }

  has(asset: string): boolean {
    return this.#known.has(asset);
  }

  /** Its state was taken back, with all records up to and with this one. */
  restored(asset: string, last: number, now: number): void {
    this.#known.set(asset, { last, unsaved: undefined, soon: false, dueAt: now + this.#spread(asset) });
  }

  /** Whether its state contains a record already. */
  contains(asset: string, offset: number): boolean {
    return (this.#known.get(asset)?.last ?? -1) >= offset;
  }

  /** A record goes to the flow. */
  handed(asset: string, offset: number): void {
    const known = this.#of(asset);
    known.last = offset;
    known.unsaved ??= offset;
  }

  /** Its state has changed without a record. */
  touched(asset: string): void {
    this.#of(asset).soon = true;
  }

  /** The last record of an asset, -1 for none; as {@link saved} knows it. */
  last(asset: string): number {
    return this.#known.get(asset)?.last ?? -1;
  }

  /** Assets whose state is to be saved now, of all that have changed. */
  due(now: number, all: boolean): string[] {
    const found: string[] = [];
    for (const [asset, { unsaved, soon, dueAt }] of this.#known) {
      if (soon || (unsaved !== undefined && (all || dueAt <= now))) found.push(asset);
    }
    return found;
  }

  get anySoon(): boolean {
    for (const { soon } of this.#known.values()) if (soon) return true;
    return false;
  }

  saved(asset: string, now: number): void {
    const known = this.#of(asset);
    // The first of many that begin together; from then on each has its own time.
    const first = known.dueAt === -Infinity;
    known.unsaved = undefined;
    known.soon = false;
    known.dueAt = now + (first ? this.#spread(asset) : this.stateMs);
  }

  /** From where on the next owner has to go through the records again; at most `next`. */
  rerunFrom(next: number): number {
    let from = next;
    for (const { unsaved } of this.#known.values()) if (unsaved !== undefined && unsaved < from) from = unsaved;
    return from;
  }

  #of(asset: string): Known {
    let known = this.#known.get(asset);
    if (known === undefined) {
      known = { last: -1, unsaved: undefined, soon: true, dueAt: -Infinity };
      this.#known.set(asset, known);
    }
    return known;
  }

  /** Of each asset its own part of the interval, so that not all are saved at once. */
  #spread(asset: string): number {
    return (createHash('sha256').update(asset).digest().readUInt32LE(0) / 2 ** 32) * this.stateMs;
  }
}
