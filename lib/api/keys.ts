import { createHash, timingSafeEqual } from 'node:crypto';
import { SwatError } from '../errors';
import { isRecord } from '../record';

/** What a key may be for. `read` is needed for nothing else: each stands for itself. */
export const SCOPES = ['read', 'predict', 'alarms', 'models'] as const;
export type Scope = (typeof SCOPES)[number];

/** A key that is let in. The key itself is kept nowhere. */
export interface ApiKey {
  /** Tells two keys of one name apart. */
  readonly id: string;
  /** Whom it is of: what is done with it is journalled under this name. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** SHA-256 of the key. A key is 32 random bytes, or was chosen by whoever set the environment: {@link SHORTEST} at least. */
  readonly hash: Buffer;
}

export const MOST_KEYS = 100;
const LONGEST_NAME = 64;
const SHORTEST = 24;
const HASH = /^[0-9a-f]{64}$/;

/** The digest under which a key is kept, and secrets are compared. */
export function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/**
 * The keys of a dialog: their names stand in the flow, their digests among the credentials. One whose digest is missing (a flow that was
 * imported) is left out and named in `lost`.
 * @param hashes `{id: digest in hex}` as JSON
 * @throws SwatError `api-key-name`, `api-key-scopes`, `api-keys-many`
 */
export function readKeys(given: unknown, hashes: unknown): { keys: ApiKey[]; lost: string[] } {
  const digests = readHashes(hashes);
  const keys: ApiKey[] = [];
  const lost: string[] = [];
  const list = Array.isArray(given) ? (given as unknown[]) : [];
  if (list.length > MOST_KEYS) throw new SwatError('api-keys-many', { keys: list.length, most: MOST_KEYS });
  for (const each of list) {
    if (!isRecord(each)) continue;
    const name = nameOf(each.name);
    const scopes = scopesOf(name, Array.isArray(each.scopes) ? each.scopes : []);
    const id = typeof each.id === 'string' ? each.id : '';
    const digest = Object.hasOwn(digests, id) ? digests[id] : undefined;
    if (typeof digest !== 'string' || !HASH.test(digest)) lost.push(name);
    else keys.push({ id, name, scopes, hash: Buffer.from(digest, 'hex') });
  }
  return { keys, lost };
}

/**
 * Keys of the environment, `name:scope+scope:key`, one after the other with line ends or `;` between them.
 * @throws SwatError `api-key-form` {part}, `api-key-short` {name, least}, and as {@link readKeys}
 */
export function readKeyText(text: string): ApiKey[] {
  const parts = text
    .split(/[\n;]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length > MOST_KEYS) throw new SwatError('api-keys-many', { keys: parts.length, most: MOST_KEYS });
  return parts.map((part, index) => {
    const found = /^([^:]+):([^:]+):(.+)$/.exec(part);
    if (found === null) throw new SwatError('api-key-form', { part: index + 1 });
    const [, given, scopes, key] = found;
    const name = nameOf(given);
    if (key.length < SHORTEST) throw new SwatError('api-key-short', { name, least: SHORTEST });
    return { id: `env-${index + 1}`, name, scopes: scopesOf(name, scopes.split(/[+,]/)), hash: hashOf(key) };
  });
}

/** Whose key it is; how long that takes says nothing of the keys. */
export function keyOf(keys: readonly ApiKey[], given: string): ApiKey | undefined {
  const digest = hashOf(given);
  let found: ApiKey | undefined;
  for (const key of keys) if (timingSafeEqual(key.hash, digest)) found ??= key;
  return found;
}

function nameOf(value: unknown): string {
  const name = typeof value === 'string' ? value.trim() : '';
  if (name === '' || name.length > LONGEST_NAME) throw new SwatError('api-key-name', { most: LONGEST_NAME });
  return name;
}

function scopesOf(name: string, given: readonly unknown[]): Scope[] {
  const known = given.map((each) => SCOPES.find((scope) => scope === (typeof each === 'string' ? each.trim() : each)));
  const scopes = known.filter((scope) => scope !== undefined);
  if (scopes.length === 0 || scopes.length < given.length)
    throw new SwatError('api-key-scopes', { name, known: SCOPES.join(', ') });
  return scopes;
}

function readHashes(text: unknown): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(typeof text === 'string' && text !== '' ? text : '{}');
    return isRecord(read) ? read : {};
  } catch {
    return {};
  }
}
