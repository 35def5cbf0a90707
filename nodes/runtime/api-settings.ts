import { readKeys, readKeyText, type ApiKey } from '../../lib/api/keys';
import { SwatError } from '../../lib/errors';
import { readNumber, readText } from './settings';

/** What the dialog of `swat-api` sets, and the environment. */
export interface ApiSettings {
  /** Below Node-RED's `httpNodeRoot`; without a slash at its end. */
  readonly path: string;
  /** Ids of nodes; empty: found by the wires. */
  readonly window: string;
  readonly severity: string;
  readonly alert: string;
  readonly keys: readonly ApiKey[];
  /** Names of keys whose digest is missing. */
  readonly lost: readonly string[];
  /** Requests of one key in a minute; 0: as many as it likes. */
  readonly perMinute: number;
  /** Longest body, bytes. */
  readonly mostBytes: number;
  /** Origins of pages that may ask. */
  readonly origins: readonly string[];
}

const PATH = /^(\/[A-Za-z0-9._~-]+)+$/;
const ORIGIN = /^https?:\/\/[A-Za-z0-9.:[\]-]+$/;
const MOST_ORIGINS = 50;

/**
 * Reads the settings of a `swat-api`.
 * @param env where `SWAT_API_KEYS` may stand
 * @throws SwatError `api-path`, `api-origin-form` {origin}, `setting-number`, and as `readKeys` and `readKeyText`
 */
export function readApiSettings(
  definition: Readonly<Record<string, unknown>>,
  hashes: unknown,
  env: Readonly<Record<string, string | undefined>>,
): ApiSettings {
  const number = (name: string, min: number, max: number, fallback: number): number =>
    readNumber(name, definition[name], { min, max, fallback, integer: true });
  const path = (readText(definition.path) || DEFAULT_PATH).replace(/\/+$/, '');
  if (!PATH.test(path) || path.length > 100) throw new SwatError('api-path', { path: path.slice(0, 60) });
  const { keys, lost } = readKeys(definition.keys, hashes);
  return {
    path,
    window: readText(definition.window),
    severity: readText(definition.severity),
    alert: readText(definition.alert),
    keys: [...keys, ...readKeyText(env.SWAT_API_KEYS ?? '')],
    lost,
    perMinute: number('perMinute', 0, 10_000_000, 600),
    mostBytes: number('mostKb', 1, 65_536, 1024) * 1024,
    origins: originsOf(readText(definition.origins)),
  };
}

/** Where it is served unless set otherwise. */
const DEFAULT_PATH = '/swat/api/v1';

/** Origins with commas, spaces or line ends between them. */
function originsOf(text: string): string[] {
  const origins = text.split(/[\s,]+/).filter((each) => each !== '');
  const wrong = origins.find((each) => !ORIGIN.test(each)) ?? (origins.length > MOST_ORIGINS ? origins[MOST_ORIGINS] : undefined); // prettier-ignore
  if (wrong !== undefined) throw new SwatError('api-origin-form', { origin: wrong.slice(0, 60) });
  return origins.map((each) => each.toLowerCase());
}
