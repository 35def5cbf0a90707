import { SwatError } from '../errors';

/** What an action was answered with. */
export interface Kept {
  readonly status: number;
  readonly body: unknown;
}

interface Entry {
  readonly digest: string;
  readonly at: number;
  /** `undefined` while it is being done. */
  kept: Kept | undefined;
}

/** The last so many actions are remembered, for a day. */
const MOST = 1000;
const FOR_MS = 24 * 3_600_000;

/**
 * Actions that were done, by the `Idempotency-Key` that their sender gave them (draft-ietf-httpapi-idempotency-key-header): who got no
 * answer sends the same again, gets what the first one got, and it is not done twice. What failed is not remembered: it may be tried again.
 */
export class Idempotency {
  readonly #entries = new Map<string, Entry>();

  /**
   * @param key of the request, under the API key that sent it
   * @param digest of all that it asks for
   * @param now ms
   * @returns what it was answered with before; else does it
   * @throws SwatError `api-idempotency-busy` while the first one is being done, `api-idempotency-other` where the key was that of another request
   */
  async once(
    key: string,
    digest: string,
    now: number,
    work: () => Promise<Kept>,
  ): Promise<{ readonly kept: Kept; readonly replayed: boolean }> {
    const before = this.#entries.get(key);
    if (before !== undefined && now - before.at < FOR_MS) {
      if (before.digest !== digest) throw new SwatError('api-idempotency-other');
      if (before.kept === undefined) throw new SwatError('api-idempotency-busy');
      return { kept: before.kept, replayed: true };
    }
    const entry: Entry = { digest, at: now, kept: undefined };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MOST) this.#entries.delete(oldest);
    try {
      entry.kept = await work();
      return { kept: entry.kept, replayed: false };
    } catch (cause) {
      this.#entries.delete(key);
      throw cause;
    }
  }
}
