import { SwatError } from '../errors';
import type { Plant } from '../plant/dictionary';
import type { Input } from '../stream/input';
import { DeltaWriter, readDelta } from '../stream/input-bytes';
import { MAX_ASSET_NAME } from '../stream/asset-book';
import type { Advisory } from './advisory';
import { AssetCheck, type CheckContext } from './asset-check';
import { readCheck, writeCheck } from './check-bytes';
import { judgedByState, tagRules, type CheckSettings } from './settings';

interface Kept {
  check: AssetCheck;
  /** Arrival of the latest input, ms. */
  seen: number;
}

/** All assets together take at most so many bytes. */
const MAX_BYTES = 2 ** 29;
/** Of a stretch that is remembered: hash, time, and its place in a map. */
const STRETCH_BYTES = 80;
/** An asset is silent only after so many of its usual intervals. */
const USUAL = 5;

/**
 * The checks that need no learning, for many assets. Bounded: at most `maxAssets`, and 512 MiB. Assets that were idle for
 * `idleMs` are forgotten when a new one comes; when there is no room even so, it is refused.
 */
export class AssetChecks {
  /** Assets that there is room for. */
  readonly most: number;
  /** What the state depends on. State that was saved under another key is of no use here. */
  readonly stateKey: string;
  /** Hears of everything that changes an asset, as a record for {@link replay}; before it is taken. */
  onTaken: ((asset: string, delta: Uint8Array) => void) | undefined;
  /** The plant as values are to be read for {@link take}: see {@link judgedByState}. */
  readonly readBy: Plant;
  /** Asked before each such record, where it is set. */
  wantsTaken: ((asset: string) => boolean) | undefined;
  onForgotten: ((asset: string) => void) | undefined;
  readonly #context: CheckContext;
  readonly #deltas = new DeltaWriter();
  /** In the order of their latest input, the idlest first. */
  readonly #assets = new Map<string, Kept>();
  #advisories: Advisory[] = [];
  #started: number | undefined;

  constructor(
    readonly plant: Plant,
    readonly settings: CheckSettings,
  ) {
    const rules = tagRules(plant, settings);
    this.readBy = judgedByState(plant);
    this.#context = { plant, settings, rules, tell: (advisory) => this.#advisories.push(advisory) };
    const { stretch, remembered } = settings;
    const perSensor = stretch === 0 ? 0 : 8 * stretch + STRETCH_BYTES * remembered;
    const bytes = 500 * plant.tags.length + perSensor * rules.filter(({ sensor }) => sensor).length;
    this.most = Math.max(1, Math.min(settings.maxAssets, Math.floor(MAX_BYTES / bytes)));
    const { learnMs, raiseMs, clearMs } = settings;
    this.stateKey = JSON.stringify([2, stretch, remembered, learnMs > 0, raiseMs, clearMs, plant.tags.map(({ name, kind }) => [name, kind])]); // prettier-ignore
  }

  /** Assets kept. */
  get size(): number {
    return this.#assets.size;
  }

  /** The names of all assets kept, the idlest first. */
  assets(): IterableIterator<string> {
    return this.#assets.keys();
  }

  /**
   * Takes a frame or a reading.
   * @param now arrival, ms; never goes back
   * @throws SwatError `asset-name`, `too-many-assets`
   */
  take(asset: string, input: Input<unknown>, now: number): void {
    const kept = this.#keep(asset, now);
    if (this.#wanted(asset)) this.onTaken?.(asset, this.#deltas.input(input, now));
    this.#take(kept, asset, input, now);
  }

  /** What a tag's value is to be marked with: it stands still, or says again what it said before. */
  mark(asset: string, tag: number): 'stuck' | 'replayed' | undefined {
    return this.#assets.get(asset)?.check.mark(tag);
  }

  /** Looks for silence. @param now arrival, ms */
  tick(now: number): void {
    this.#started ??= now;
    const { lostMs } = this.settings;
    if (lostMs === 0) return;
    for (const [asset, { check, seen }] of this.#assets) {
      const silent = now - Math.max(seen, this.#started);
      if (silent <= lostMs) break;
      if (check.isLost || silent <= USUAL * check.pace.usual) continue;
      this.#lose(asset, check, silent, now);
    }
  }

  /** Takes that nothing will come of an asset until something does, as its source has said. @param now arrival, ms */
  lose(asset: string, now: number): void {
    const kept = this.#assets.get(asset);
    if (kept === undefined || kept.check.isLost) return;
    this.#lose(asset, kept.check, Math.max(0, now - kept.seen), now);
  }

  /** What is to be told; each is given once. */
  drain(): readonly Advisory[] {
    if (this.#advisories.length === 0) return this.#advisories;
    const advisories = this.#advisories;
    this.#advisories = [];
    return advisories;
  }

  /** What stands, of one asset or of all, in the order in which it was raised there. */
  standing(asset?: string): Advisory[] {
    return [...this.#assets]
      .filter(([name]) => asset === undefined || name === asset)
      .flatMap(([, { check }]) => [...check.standing.values()]);
  }

  /** Forgets one asset, or all; what stands is cleared. @returns how many were forgotten */
  reset(asset?: string): number {
    const gone = asset === undefined ? [...this.#assets.keys()] : [asset].filter((name) => this.#assets.has(name));
    for (const name of gone) this.#forget(name);
    return gone.length;
  }

  /** Everything that is remembered of an asset, for {@link restore}. */
  full(asset: string): Uint8Array | undefined {
    const kept = this.#assets.get(asset);
    return kept === undefined ? undefined : writeCheck(kept.check, kept.seen);
  }

  /** Puts an asset back as it was. @throws SwatError `snapshot-corrupt`, `asset-name`, `too-many-assets` */
  restore(asset: string, bytes: Uint8Array): void {
    const check = new AssetCheck(asset, this.#context);
    const seen = readCheck(bytes, check);
    this.#keep(asset, seen).check = check;
  }

  /**
   * Takes over an asset that another process had: as `restore`, but what it heard last counts as heard now.
   * @throws SwatError `snapshot-corrupt`, `asset-name`, `too-many-assets`
   */
  takeOver(asset: string, bytes: Uint8Array, now: number): void {
    const check = new AssetCheck(asset, this.#context);
    readCheck(bytes, check);
    const kept = this.#keep(asset, now);
    kept.check = check;
    kept.seen = now;
  }

  /** Forgets an asset that another process has now: nothing is told of it, and nothing is cleared. */
  giveAway(asset: string): void {
    if (this.#assets.delete(asset)) this.onForgotten?.(asset);
  }

  /** Takes again what {@link onTaken} heard of; nothing is told of it. @throws SwatError `snapshot-corrupt` */
  replay(asset: string, delta: Uint8Array): void {
    const record = readDelta<undefined>(delta, this.plant.tags.length);
    const kept = this.#keep(asset, record.now);
    const told = this.#advisories.length;
    if ('input' in record) this.#take(kept, asset, record.input, record.now);
    else kept.check.silent(record.now - kept.seen);
    this.#advisories.length = told;
  }

  #lose(asset: string, check: AssetCheck, silent: number, now: number): void {
    if (this.#wanted(asset)) this.onTaken?.(asset, this.#deltas.event('lost', now));
    check.silent(silent);
  }

  #take(kept: Kept, asset: string, input: Input<unknown>, now: number): void {
    kept.seen = now;
    if (kept.check.take(input)) return;
    kept.check.end('rewind');
    kept.check = new AssetCheck(asset, this.#context);
    kept.check.take(input);
  }

  #wanted(asset: string): boolean {
    return this.onTaken !== undefined && (this.wantsTaken === undefined || this.wantsTaken(asset));
  }

  #keep(asset: string, now: number): Kept {
    let kept = this.#assets.get(asset);
    if (kept === undefined) {
      if (asset === '' || asset.length > MAX_ASSET_NAME)
        throw new SwatError('asset-name', { asset: asset.slice(0, 40), most: MAX_ASSET_NAME });
      for (const [idle, { seen }] of this.#assets) {
        if (now - seen <= this.settings.idleMs) break;
        this.#forget(idle);
      }
      if (this.#assets.size >= this.most) throw new SwatError('too-many-assets', { asset, most: this.most });
      kept = { check: new AssetCheck(asset, this.#context), seen: now };
    } else this.#assets.delete(asset);
    this.#assets.set(asset, kept);
    return kept;
  }

  #forget(asset: string): void {
    this.#assets.get(asset)?.check.end('reset');
    this.#assets.delete(asset);
    this.onForgotten?.(asset);
  }
}
