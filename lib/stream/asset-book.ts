import { SwatError } from '../errors';

/** Longest name of an asset, characters. */
export const MAX_ASSET_NAME = 128;

/** What is remembered of each asset, in the order of their latest inputs, the idlest first. Holds at most `most`. */
export class AssetBook<K extends { readonly seen: number }> {
  readonly #assets = new Map<string, K>();
  #latest = '';

  /**
   * @param idleMs what was idle for longer is forgotten when a new asset comes
   * @param forgotten hears of it, and whether it was for that
   */
  constructor(
    readonly most: number,
    private readonly idleMs: number,
    private readonly forgotten: (asset: string, idle: boolean) => void,
  ) {}

  get size(): number {
    return this.#assets.size;
  }

  get(asset: string): K | undefined {
    return this.#assets.get(asset);
  }

  names(): IterableIterator<string> {
    return this.#assets.keys();
  }

  entries(): IterableIterator<[string, K]> {
    return this.#assets.entries();
  }

  /**
   * What is remembered of an asset that something has come of.
   * @param make what to begin with of one that is new
   * @throws SwatError `asset-name`, `too-many-assets`; the book then is as before
   */
  keep(asset: string, now: number, make: () => K): K {
    let kept = this.#assets.get(asset);
    if (kept === undefined) {
      if (asset === '' || asset.length > MAX_ASSET_NAME) {
        throw new SwatError('asset-name', { asset: asset.slice(0, 40), most: MAX_ASSET_NAME });
      }
      this.#expire(now);
      if (this.#assets.size >= this.most) throw new SwatError('too-many-assets', { asset, most: this.most });
      kept = make();
      this.#assets.set(asset, kept);
    } else if (asset !== this.#latest) {
      this.#assets.delete(asset);
      this.#assets.set(asset, kept);
    }
    this.#latest = asset;
    return kept;
  }

  /**
   * Puts something in the place of what is remembered of an asset.
   * @throws SwatError `asset-name`, `too-many-assets`; the book then is as before
   */
  place(asset: string, kept: K): void {
    this.keep(asset, kept.seen, () => kept);
    this.#assets.set(asset, kept);
  }

  /** Remembers this one asset alone, and tells nothing of the others. */
  only(asset: string, kept: K): void {
    this.#assets.clear();
    this.#assets.set(asset, kept);
    this.#latest = asset;
  }

  /** Forgets one asset, or all. @returns how many were forgotten */
  forget(asset?: string): number {
    const gone = asset === undefined ? [...this.#assets.keys()] : [asset].filter((name) => this.#assets.has(name));
    for (const name of gone) this.#forget(name, false);
    return gone.length;
  }

  #expire(now: number): void {
    for (const [asset, kept] of this.#assets) {
      if (now - kept.seen <= this.idleMs) return;
      this.#forget(asset, true);
    }
  }

  #forget(asset: string, idle: boolean): void {
    if (this.#latest === asset) this.#latest = '';
    this.#assets.delete(asset);
    this.forgotten(asset, idle);
  }
}
