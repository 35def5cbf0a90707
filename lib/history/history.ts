import { LEVELS } from '../alarm/verdict';
import { SwatError } from '../errors';
import { MAX_ASSET_NAME } from '../stream/asset-book';
import { AssetHistory, type AssetSettings } from './asset-history';
import type { Assets, DataQuality, HistoryReader, KnownAsset, Overview, Trend, TrendQuery } from './reader';
import { checkTrend } from './trend-query';

export interface HistorySettings extends AssetSettings {
  /** Assets that are kept, at most. */
  readonly mostAssets: number;
  /** Bytes of memory that the past may take, at most. */
  readonly mostBytes: number;
}

/** What had to go because there was no room. */
export interface Shed {
  readonly pages: number;
  /** The assets that lost something, at most five. */
  readonly assets: readonly string[];
}

/** The past and the present of many assets: bounded by their number, and by the memory that they take. */
export class History implements HistoryReader {
  readonly #assets = new Map<string, AssetHistory>();

  /** @param now the steady clock, ms */
  constructor(
    private readonly settings: HistorySettings,
    private readonly now: () => number,
  ) {}

  get size(): number {
    return this.#assets.size;
  }

  /** Whether another asset may be kept. */
  get hasRoom(): boolean {
    return this.#assets.size < this.settings.mostAssets;
  }

  get bytes(): number {
    let sum = 0;
    for (const each of this.#assets.values()) sum += each.bytes;
    return sum;
  }

  all(): IterableIterator<AssetHistory> {
    return this.#assets.values();
  }

  /**
   * What is kept of an asset, to add to it.
   * @throws SwatError `asset-name`; `history-assets` {asset, most} where there are as many as may be kept
   */
  of(asset: string): AssetHistory {
    const known = this.#assets.get(asset);
    if (known !== undefined) return known;
    const made = this.blank(asset);
    if (!this.hasRoom) throw new SwatError('history-assets', { asset: asset.slice(0, 40), most: this.settings.mostAssets }); // prettier-ignore
    return this.add(made);
  }

  /** A past that holds nothing yet and is nobody's, to be {@link add}ed once what was saved is in it. @throws SwatError `asset-name` */
  blank(asset: string): AssetHistory {
    if (asset === '' || asset.length > MAX_ASSET_NAME) throw new SwatError('asset-name', { asset: asset.slice(0, 40), most: MAX_ASSET_NAME }); // prettier-ignore
    return new AssetHistory(asset, this.settings);
  }

  /** Puts a past in the place of the one that is kept of its asset. */
  add(past: AssetHistory): AssetHistory {
    this.#assets.set(past.asset, past);
    return past;
  }

  /** Forgets an asset. @throws SwatError `history-asset` */
  forget(asset: string): void {
    this.#known(asset);
    this.#assets.delete(asset);
  }

  /** Forgets what is older than it is kept for, and what there is no room for: the oldest of the asset that takes the most. */
  tend(): Shed {
    for (const each of this.#assets.values()) each.prune();
    const lost = new Set<string>();
    let pages = 0;
    const sizes = [...this.#assets.values()].map((each) => ({ each, bytes: each.bytes }));
    let total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    while (total > this.settings.mostBytes) {
      const [largest] = sizes.sort((a, b) => b.bytes - a.bytes);
      if (!largest.each.shed()) break;
      total -= largest.bytes;
      largest.bytes = largest.each.bytes;
      total += largest.bytes;
      pages += 1;
      if (lost.size < 5) lost.add(largest.each.asset);
    }
    return { pages, assets: [...lost] };
  }

  trend(query: TrendQuery): Promise<Trend> {
    return asked(() => {
      const asset = this.#chosen(query.asset);
      const checked = checkTrend(query as Readonly<Record<string, unknown>>, asset?.span.last ?? 0);
      if (asset !== undefined) return asset.trend(checked);
      const { from, to } = checked;
      return { asset: '', from, to, step: 1000, score: [], threshold: 1, episodes: [], tags: [] };
    });
  }

  overview(asset?: string): Promise<Overview> {
    return asked(() => this.#chosen(asset)?.overview(this.now()) ?? NOTHING);
  }

  quality(asset: string, span: { readonly from: number; readonly to: number }): Promise<DataQuality> {
    return asked(() => this.#known(asset).quality(span));
  }

  assets(): Promise<Assets> {
    return asked(() => ({ assets: this.#worstFirst().map(([known]) => known) }));
  }

  /** @throws SwatError `history-asset` */
  #chosen(asset: string | undefined): AssetHistory | undefined {
    return asset === undefined || asset === '' ? this.#worstFirst().at(0)?.[1] : this.#known(asset);
  }

  #known(asset: string): AssetHistory {
    const found = this.#assets.get(asset);
    if (found === undefined) throw new SwatError('history-asset', { asset: asset.slice(0, 40) });
    return found;
  }

  #worstFirst(): [KnownAsset, AssetHistory][] {
    return [...this.#assets.values()]
      .map((each): [KnownAsset, AssetHistory] => [each.known(), each])
      .sort(([a], [b]) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) || (a.asset < b.asset ? -1 : 1));
  }
}

const NOTHING: Overview = {
  asset: '',
  time: 0,
  level: 'NONE',
  ratio: 0,
  ready: false,
  text: '',
  tags: [],
  stages: [],
  alarms: [],
};

/** An answer, or a rejection with what was thrown. */
function asked<T>(answer: () => T | Promise<T>): Promise<T> {
  return Promise.resolve().then(answer);
}
