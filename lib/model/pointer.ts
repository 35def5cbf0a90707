import { untrusted, damaged } from './shape';
import { isVersionId } from './version';

/** Activations that `active.json` remembers. */
export const MAX_HISTORY = 50;
/** Largest `active.json` that is read. */
export const MAX_POINTER = 64 * 1024;
const FILE = 'active.json';

/** Which version of a detector is in force, and which was before it. */
export interface Pointer {
  readonly active: string | undefined;
  readonly previous: string | undefined;
  /** Runs beside the active one; only a person arms it. */
  readonly shadow?: string | undefined;
  /** Oldest first, the last {@link MAX_HISTORY}. `at` in ms since the epoch. */
  readonly history: readonly { readonly version: string; readonly at: number }[];
}

/** Nothing was activated yet. */
export const NO_POINTER: Pointer = { active: undefined, previous: undefined, history: [] };

/** The pointer after activating `version` at `at`, where `inForce` was until now. Activating it twice changes nothing. */
export function pointTo(pointer: Pointer, version: string, inForce: string | undefined, at: number): Pointer {
  if (pointer.active === version) return pointer;
  const { shadow } = pointer;
  return {
    // What is in force needs no test.
    ...(shadow !== undefined && shadow !== version && { shadow }),
    active: version,
    previous: inForce === version ? pointer.previous : inForce,
    history: [...pointer.history, { version, at }].slice(-MAX_HISTORY),
  };
}

/**
 * The pointer from the text of its file.
 * @throws SwatError `model-corrupt` {file, what}
 */
export function readPointer(text: string): Pointer {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw damaged(FILE, 'json', cause);
  }
  const root = untrusted(FILE, parsed);
  const version = (name: string): string | undefined => {
    const at = root.optional(name);
    if (at !== undefined && !isVersionId(at.text(64))) throw at.refused();
    return at?.text(64);
  };
  const history = root.field('history').list(MAX_HISTORY);
  const shadow = version('shadow');
  return {
    ...(shadow !== undefined && { shadow }),
    active: version('active'),
    previous: version('previous'),
    history: history.map((item) => ({ version: item.field('version').text(64), at: item.field('at').number() })),
  };
}
