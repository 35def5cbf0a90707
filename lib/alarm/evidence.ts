import { SwatError } from '../errors';
import { resolveSchema, WINDOW_STATISTICS } from '../stream/schema';
import type { Evidence, EvidenceWindow } from './read-evidence';
import { isRecord } from '../record';
import { MOST_ASSETS } from './tracker';
import type { Finding, Level } from './verdict';

const STATISTICS = WINDOW_STATISTICS.length;

/** The numbers of a window, copied: the message that they came with goes on. */
interface Kept {
  readonly start: number;
  readonly end: number;
  readonly schema: string;
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
    const kept = keptOf(payload);
    if (kept === undefined) return undefined;
    const before = this.normal.get(asset);
    if (finding === 'normal' && level === 'NONE') this.keep(asset, kept);
    if (level === from) return undefined;
    const now = windowOf(kept);
    if (now === undefined) return undefined;
    if (level === 'NONE') return { after: now };
    const was = before && windowOf(before);
    return was === undefined ? { now } : { before: was, now };
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
  }

  private keep(asset: string, kept: Kept): void {
    this.normal.delete(asset);
    this.normal.set(asset, kept);
    for (const silent of this.normal.keys()) {
      if (this.normal.size <= MOST_ASSETS) break;
      this.normal.delete(silent);
    }
  }
}

function keptOf(payload: unknown): Kept | undefined {
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
  const numbers = new Float64Array(count);
  for (let index = 0; index < count; index += 1) {
    const value: unknown = features[index];
    numbers[index] = typeof value === 'number' ? value : Number.NaN;
  }
  return { start, end, schema, numbers };
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
