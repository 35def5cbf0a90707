/** So many confirmed keys are remembered: what comes again with one of them is not sent again. */
export const MOST_REMEMBERED = 1000;

/** Keys that were confirmed, by the number of their entry; the oldest of more than {@link MOST_REMEMBERED} is forgotten. */
export class RememberedKeys {
  readonly #byNumber = new Map<number, string>();
  readonly #keys = new Set<string>();

  /** @param changed is told each number that came or went */
  constructor(private readonly changed: (n: number) => void) {}

  add(n: number, key: string): void {
    this.restore(n, key);
    this.changed(n);
    if (this.#byNumber.size <= MOST_REMEMBERED) return;
    const oldest = Math.min(...this.#byNumber.keys());
    this.#keys.delete(this.#byNumber.get(oldest) ?? '');
    this.#byNumber.delete(oldest);
    this.changed(oldest);
  }

  restore(n: number, key: string): void {
    this.#byNumber.set(n, key);
    this.#keys.add(key);
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** The key of a number. */
  get(n: number): string | undefined {
    return this.#byNumber.get(n);
  }

  numbers(): IterableIterator<number> {
    return this.#byNumber.keys();
  }
}
