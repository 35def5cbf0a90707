import type { Clock } from '../../lib/platform/clock';

/** Windows that the model in force cannot score: each kind of them is an error now and then, not every time. */
export interface Mismatch {
  /** Whether the windows that come now do not fit. */
  readonly stands: boolean;
  /** Notes a window that does not fit; says whether its error is due. */
  due(schema: string): boolean;
  /** Notes a window that fits. */
  over(): void;
  /** Forgets what was said: another version is in force. */
  forget(): void;
}

const EVERY_MS = 60_000;
const MAX_SCHEMAS = 100;

/** Nothing said yet. */
export function createMismatch(clock: Clock): Mismatch {
  const said = new Map<string, number>();
  let stands = false;
  return {
    get stands() {
      return stands;
    },
    due(schema) {
      stands = true;
      const now = clock();
      if (now - (said.get(schema) ?? -Infinity) < EVERY_MS) return false;
      if (said.size >= MAX_SCHEMAS) said.clear();
      said.set(schema, now);
      return true;
    },
    over() {
      stands = false;
    },
    forget() {
      stands = false;
      said.clear();
    },
  };
}
