import { SwatError } from '../errors';
import { isReserved } from '../plant/dictionary';

/** What is done with windows of an operating mode: the version in force scores them, another version does, or nothing does. */
export type ModeUse = 'active' | 'mute' | { readonly version: string };

/** Operating modes by their names, and what is done in any other. */
export interface ModeTable {
  readonly uses: ReadonlyMap<string, ModeUse>;
  readonly other: ModeUse;
}

/** The mode of a window in which the mode changed. Muted unless the table says otherwise. */
export const TRANSITION = 'transition';
/** Modes in one table, and versions that are loaded for them. */
const MOST_MODES = 100;
export const MOST_VERSIONS = 8;
/** A mode's name, and assets whose mode is remembered; the one that was seen longest ago is forgotten first. */
const LONGEST = 64;
const MOST_ASSETS = 1000;
const VERSION = /^[\w.-]{1,64}$/;

/**
 * Reads a table as a dialog holds it: a line a mode, `backwash = mute`, `1 = active`, `start-up = <version>`; `#` begins a
 * remark. At most 100 modes and 8 versions.
 * @throws SwatError `mode-line`, `mode-twice`, `modes-too-many`
 */
export function readModes(lines: string, other: string): ModeTable {
  const uses = new Map<string, ModeUse>();
  for (const line of lines.split('\n')) {
    const text = line.replace(/#.*$/, '').trim();
    if (text === '') continue;
    const match = /^(\S(?:.*?\S)?)\s*=\s*(\S+)$/.exec(text);
    if (match === null || match[1].length > LONGEST || isReserved(match[1])) throw wrong(text);
    if (uses.has(match[1])) throw new SwatError('mode-twice', { mode: match[1] });
    uses.set(match[1], useOf(match[2], text));
  }
  const table = { uses, other: useOf(other === '' ? 'active' : other, other) };
  const versions = versionsOf(table).length;
  if (uses.size > MOST_MODES || versions > MOST_VERSIONS) {
    throw new SwatError('modes-too-many', {
      modes: uses.size,
      most: MOST_MODES,
      versions,
      mostVersions: MOST_VERSIONS,
    });
  }
  return table;
}

/** The versions that a table names, each once. */
export function versionsOf({ uses, other }: ModeTable): string[] {
  const named = [...uses.values(), other].flatMap((use) => (typeof use === 'object' ? [use.version] : []));
  return [...new Set(named)];
}

/** What is done in a mode. */
export function useIn({ uses, other }: ModeTable, mode: string): ModeUse {
  return uses.get(mode) ?? (mode === TRANSITION ? 'mute' : other);
}

/** A value of any kind as the name of a mode; empty for none. */
export function modeName(value: unknown): string {
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return plain ? String(value).trim().slice(0, LONGEST) : '';
}

/**
 * The mode of each asset's windows, where messages tell the mode of now: a window that begins before the mode changed is one
 * of transition. Remembers 1000 assets.
 */
export class ModeFollower {
  readonly #assets = new Map<string, { mode: string; since: number; version: string }>();

  /** The mode of a window from `start` to `end`, ms, with which a mode came. */
  take(asset: string, mode: string, start: number, end: number): string {
    const known = this.#assets.get(asset);
    if (known?.mode === mode && end >= known.since) return start < known.since ? TRANSITION : mode;
    // Of an asset that is new, or whose time has gone back, nothing is known but that it is so now.
    const fresh = known === undefined || end < known.since;
    this.#put(asset, { mode, since: fresh ? -Infinity : end, version: known?.version ?? '' });
    return fresh ? mode : TRANSITION;
  }

  /** Notes which version scores an asset now, empty for none; says whether it is another one than before. */
  changes(asset: string, version: string): boolean {
    const known = this.#assets.get(asset);
    const before = known?.version ?? '';
    if (before === version && known !== undefined) return false;
    this.#put(asset, { mode: known?.mode ?? '', since: known?.since ?? -Infinity, version });
    return known !== undefined && version !== '';
  }

  /** The version that scored an asset last; empty for none. */
  version(asset: string): string {
    return this.#assets.get(asset)?.version ?? '';
  }

  /** Plain data, for {@link restore}: of all assets, or of one. */
  saved(only?: string): readonly (readonly [asset: string, mode: string, since: number | null, version: string])[] {
    const known = only === undefined ? [...this.#assets] : [...this.#assets].filter(([asset]) => asset === only);
    return known.map(([asset, { mode, since, version }]) => [asset, mode, Number.isFinite(since) ? since : null, version]); // prettier-ignore
  }

  /** The assets whose mode is remembered. */
  assets(): IterableIterator<string> {
    return this.#assets.keys();
  }

  /** Forgets one asset. */
  forget(asset: string): void {
    this.#assets.delete(asset);
  }

  /** @throws SwatError `snapshot-corrupt` */
  restore(saved: unknown): void {
    const corrupt = new SwatError('snapshot-corrupt', { key: 'modes' });
    if (!Array.isArray(saved) || saved.length > MOST_ASSETS) throw corrupt;
    for (const entry of saved as unknown[]) {
      if (!Array.isArray(entry)) throw corrupt;
      const [asset, mode, since, version] = entry as unknown[];
      const fits = typeof asset === 'string' && typeof mode === 'string' && typeof version === 'string';
      if (!fits || !(since === null || Number.isFinite(since))) throw corrupt;
      this.#put(asset, { mode, since: typeof since === 'number' ? since : -Infinity, version });
    }
  }

  #put(asset: string, state: { mode: string; since: number; version: string }): void {
    this.#assets.delete(asset);
    this.#assets.set(asset, state);
    const idlest = this.#assets.keys().next();
    if (this.#assets.size > MOST_ASSETS && idlest.done !== true) this.#assets.delete(idlest.value);
  }
}

function useOf(word: string, line: string): ModeUse {
  if (word === 'active' || word === 'mute') return word;
  if (!VERSION.test(word)) throw wrong(line);
  return { version: word };
}

function wrong(line: string): SwatError {
  return new SwatError('mode-line', { line: line.slice(0, 60) });
}
