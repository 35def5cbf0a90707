import { SwatError } from '../errors';
import { resolveSchema, WINDOW_STATISTICS } from '../stream/schema';
import type { Evidence, EvidenceWindow } from './read-evidence';
import { isRecord } from '../record';
import { MOST_ASSETS } from './tracker';
import type { Finding, Level } from './verdict';

const STATISTICS = WINDOW_STATISTICS.length;

/** The numbers of a window, copied: the message that they came with goes on. */
interface Kept {
  start: number;
  end: number;
  schema: string;
  /** Of the first length only: mean, std, min, max, slope of each tag. */
  readonly numbers: Float64Array;
}

/**
 * What a change of level is proved with: the last normal window of each asset, of at most 10,000; beyond that, the asset that
 * has been silent longest is forgotten. Nothing of it outlives the process: after a restart, `before` is missing until a
 * normal window has come.
 */
export class EvidenceKeeper {
  private readonly normal = new Map<string, Kept>();
  /** The one that was kept last, which stands at the end. */
  private latest: Kept | undefined;

  /**
   * Takes the window of a verdict; gives the evidence where the level has changed. `undefined` otherwise, and for a window
   * whose schema is unknown here.
   * @param payload the window as it came: `{start, end, schema, features}`
   */
  take(
    payload: unknown,
    { asset, finding, level }: { asset: string; finding: Finding; level: Level },
    from: Level,
  ): Evidence | undefined {
    const normal = finding === 'normal' && level === 'NONE';
    if (!normal && level === from) return undefined;
    const window = readable(payload);
    if (window === undefined) return undefined;
    const known = this.normal.get(asset);
    // What stands there is told before it is written over.
    const before = level === from || level === 'NONE' ? undefined : known && windowOf(known);
    const kept = copied(window, normal ? known : undefined);
    if (normal) this.keep(asset, kept);
    if (level === from) return undefined;
    const now = windowOf(kept);
    if (now === undefined) return undefined;
    if (level === 'NONE') return { after: now };
    return before === undefined ? { now } : { before, now };
  }

  /** The assets of which a normal window is kept. */
  assets(): Iterable<string> {
    return this.normal.keys();
  }

  /** The normal window that is kept of an asset, as plain data; `undefined` for none. */
  saved(asset: string): object | undefined {
    const kept = this.normal.get(asset);
    return kept && { ...kept, numbers: Buffer.from(kept.numbers.buffer).toString('base64') };
  }

  /**
   * Takes back what was saved of an asset.
   * @throws SwatError `snapshot-corrupt`
   */
  restore(asset: string, saved: unknown): void {
    const damaged = new SwatError('snapshot-corrupt', { key: asset });
    if (!isRecord(saved)) throw damaged;
    const { start, end, schema, numbers } = saved;
    if (typeof start !== 'number' || typeof end !== 'number' || typeof schema !== 'string') throw damaged;
    if (typeof numbers !== 'string') throw damaged;
    const bytes = Buffer.from(numbers, 'base64');
    if (bytes.length % Float64Array.BYTES_PER_ELEMENT !== 0) throw damaged;
    const values = new Float64Array(bytes.length / Float64Array.BYTES_PER_ELEMENT);
    new Uint8Array(values.buffer).set(bytes);
    this.keep(asset, { start, end, schema, numbers: values });
  }

  /** Forgets one asset, or all. */
  reset(asset?: string): void {
    if (asset === undefined) this.normal.clear();
    else this.normal.delete(asset);
    this.latest = undefined;
  }

  private keep(asset: string, kept: Kept): void {
    if (kept === this.latest) return;
    this.latest = kept;
    this.normal.delete(asset);
    this.normal.set(asset, kept);
    for (const silent of this.normal.keys()) {
      if (this.normal.size <= MOST_ASSETS) break;
      this.normal.delete(silent);
    }
  }
}

/** A window as far as it can be evidence. */
interface Readable {
  readonly start: number;
  readonly end: number;
  readonly schema: string;
  readonly features: readonly unknown[];
  /** How many of the features belong to the first length. */
  readonly count: number;
}

function readable(payload: unknown): Readable | undefined {
  if (!isRecord(payload)) return undefined;
  const { start, end, schema, features } = payload;
  if (typeof start !== 'number' || typeof end !== 'number' || typeof schema !== 'string') return undefined;
  const known = resolveSchema(schema);
  if (known === undefined || !Array.isArray(features) || features.length !== known.features.length) return undefined;
  // A schema of five statistics a tag begins with those of its first length; any other is no evidence that reads as such.
  const count = known.tags.length * STATISTICS;
  if (known.features.length < count || known.features[count - 1].statistic !== WINDOW_STATISTICS[STATISTICS - 1]) {
    return undefined;
  }
  return { start, end, schema, features, count };
}

/** A copy of the numbers; in the place of one that is no longer needed, where it is as long: this is done for every window. */
function copied({ start, end, schema, features, count }: Readable, over: Kept | undefined): Kept {
  const kept = over?.numbers.length === count ? over : { start, end, schema, numbers: new Float64Array(count) };
  kept.start = start;
  kept.end = end;
  kept.schema = schema;
  const { numbers } = kept;
  for (let index = 0; index < count; index += 1) {
    const value = features[index];
    numbers[index] = typeof value === 'number' ? value : Number.NaN;
  }
  return kept;
}

/** Tags whose numbers are all there. */
function windowOf({ start, end, schema, numbers }: Kept): EvidenceWindow | undefined {
  const tags = resolveSchema(schema)?.tags;
  if (tags === undefined) return undefined;
  const named: Record<string, readonly number[]> = {};
  tags.forEach(({ name }, tag) => {
    const five = [...numbers.subarray(tag * STATISTICS, (tag + 1) * STATISTICS)];
    if (five.every(Number.isFinite)) named[name] = five.map((value) => Number(value.toPrecision(6)));
  });
  return { start, end, tags: named };
}
