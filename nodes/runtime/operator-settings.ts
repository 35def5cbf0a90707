import { createHash } from 'node:crypto';
import { SwatError } from '../../lib/errors';
import { isRecord } from '../../lib/record';
import { nameKey, type Operator } from '../../lib/operator/operators';
import { readPinHash } from '../../lib/operator/pin';
import { readChoice, readNumber, readText } from './settings';
import { readTrustedProxies, type TrustedProxies } from './trusted-proxies';

/** Places for PINs among the credentials: `pin1`, `pin2` … */
export const MOST_OPERATORS = 20;
const LONGEST_NAME = 64;

/** Who may act, as the dialog of `swat-alert` says. */
export interface OperatorSettings {
  readonly operators: readonly Operator[];
  readonly proxies: TrustedProxies | undefined;
  /** The same while the same proxies are believed. */
  readonly proxyMark: string | undefined;
  readonly sessionMs: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** The credentials in which hashes of PINs are kept. */
export const PIN_CREDENTIALS: Readonly<Record<string, { readonly type: 'password' }>> = Object.fromEntries(
  Array.from({ length: MOST_OPERATORS }, (_, index) => [`pin${index + 1}`, { type: 'password' as const }]),
);

/**
 * Reads who may act.
 * @returns `undefined` where anyone may: also a flow of a version before operators
 * @throws SwatError `setting-choice`, `setting-number`, `operator-list`, `operator-name`, `operator-pin-kept`, and as `readTrustedProxies`
 */
export function readOperatorSettings(definition: Fields, credentials: Fields): OperatorSettings | undefined {
  if (readChoice('actors', definition.actors, ['anyone', 'operators'] as const, 'anyone') === 'anyone')
    return undefined;
  const header = readText(definition.proxyHeader);
  const addresses = readText(definition.proxies) || '127.0.0.1, ::1';
  const proxies = readTrustedProxies(header, addresses);
  const proxyMark = createHash('sha256').update(`${header} ${addresses}`).digest('base64url').slice(0, 16);
  return {
    operators: readOperators(definition.operators, credentials),
    proxies,
    proxyMark: proxies && proxyMark,
    sessionMs: readNumber('signedIn', definition.signedIn, { min: 1, max: 1440, fallback: 60 }) * 60_000,
  };
}

function readOperators(list: unknown, credentials: Fields): Operator[] {
  if (list === undefined || list === '') return [];
  if (!Array.isArray(list) || list.length > MOST_OPERATORS)
    throw new SwatError('operator-list', { most: MOST_OPERATORS });
  const names = new Set<string>();
  return list.map((each: unknown) => {
    const { name: given, slot } = isRecord(each) ? each : {};
    const name = readText(given);
    const isPlace = typeof slot === 'number' && Number.isInteger(slot) && slot >= 1 && slot <= MOST_OPERATORS;
    if (!isPlace) throw new SwatError('operator-list', { most: MOST_OPERATORS });
    const key = nameKey(name);
    if (key === '' || name.length > LONGEST_NAME || /\p{Cc}/u.test(name) || names.has(key))
      throw new SwatError('operator-name', { name: name.slice(0, LONGEST_NAME) });
    names.add(key);
    const kept = credentials[`pin${slot}`];
    if (typeof kept !== 'string' || kept === '') return { name, pin: undefined };
    const pin = readPinHash(kept);
    if (pin === undefined) throw new SwatError('operator-pin-kept', { name });
    return { name, pin };
  });
}
