import { createHash } from 'node:crypto';
import { SwatError } from '../errors';
import type { Actor } from './actor';
import { Attempts } from './attempts';
import { isPinOf, type PinHash } from './pin';
import { openSession, sealSession, type Session } from './session';

/** Somebody who may act. */
export interface Operator {
  readonly name: string;
  /** `undefined` while none is set: nobody can sign in by that name. */
  readonly pin: PinHash | undefined;
}

/** What the operators of a node are made of. */
export interface OperatorsOptions {
  /** Id of the node. */
  readonly node: string;
  readonly operators: readonly Operator[];
  /** How long somebody stays signed in, ms. */
  readonly sessionMs: number;
  /** Of what is said of trusted proxies, where there are any. */
  readonly proxyMark: string | undefined;
  /** Of this process; sessions end with it. */
  readonly secret: Buffer;
  /** Takes as long to compare with as a real one: whoever is not known. */
  readonly nobody: PinHash;
}

/** A session, to be kept by whoever was let in. */
export interface SignedIn extends Actor {
  readonly session: string;
  /** Wall-clock time, ms since the epoch. */
  readonly until: number;
}

/** Who is let in with a PIN or by a proxy. */
type LetIn = Actor & Pick<Session, 'known'>;

/** PINs that wait to be compared, of one name. */
const MOST_WAITING = 20;
/** What unknown names share, so that what is kept of wrong PINs is bounded. */
const UNKNOWN = '';

/** Who may act on a node, and who says so. PINs are compared one after the other for each name. */
export class Operators {
  private readonly attempts = new Attempts();
  private readonly byName: ReadonlyMap<string, Operator>;
  private readonly queues = new Map<string, { last: Promise<unknown>; waiting: number }>();

  constructor(private readonly options: OperatorsOptions) {
    this.byName = new Map(options.operators.map((operator) => [nameKey(operator.name), operator]));
  }

  /** Whether anybody can sign in with a PIN. */
  get canSignIn(): boolean {
    return this.options.operators.some(({ pin }) => pin !== undefined);
  }

  /**
   * Somebody with a name and a PIN.
   * @param clock wall-clock time, ms
   * @throws SwatError `operator-wrong`, `operator-locked` (with `seconds`; also of the wrong one that led to it), `operator-busy`
   */
  byPin(name: string, pin: unknown, clock: () => number): Promise<LetIn> {
    const operator = this.byName.get(nameKey(name));
    const key = operator === undefined ? UNKNOWN : nameKey(name);
    return this.inTurn(key, async () => {
      locked(this.attempts.waitMs(key, clock()));
      const right = await isPinOf(pin, operator?.pin ?? this.options.nobody);
      if (right && operator?.pin !== undefined) {
        this.attempts.succeeded(key);
        return { user: operator.name, known: 'pin' };
      }
      locked(this.attempts.failed(key, clock()));
      throw new SwatError('operator-wrong');
    });
  }

  /** Lets somebody in who was known just now, for a while. */
  signIn({ user, known }: LetIn, now: number): SignedIn {
    const { node, sessionMs, secret } = this.options;
    const until = now + sessionMs;
    const session = sealSession({ node, user, known, until, mark: this.markOf(user, known) ?? '' }, secret);
    return { user, known, until, session };
  }

  /**
   * Somebody who was let in before.
   * @throws SwatError `operator-session` where that is over, was of another node, or the PIN is another one now
   */
  bySession(token: unknown, now: number): Actor {
    const { node, user, known, mark } = openSession(token, this.options.secret, now);
    if (node !== this.options.node || mark !== this.markOf(user, known)) throw new SwatError('operator-session');
    return { user, known };
  }

  private markOf(user: string, known: Session['known']): string | undefined {
    if (known === 'proxy') return this.options.proxyMark;
    const pin = this.byName.get(nameKey(user))?.pin;
    return pin && createHash('sha256').update(pin.hash).digest('base64url').slice(0, 16);
  }

  private async inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const queue = this.queues.get(key) ?? { last: Promise.resolve(), waiting: 0 };
    if (queue.waiting >= MOST_WAITING) throw new SwatError('operator-busy');
    this.queues.set(key, queue);
    queue.waiting += 1;
    const turn = queue.last.then(work).finally(() => (queue.waiting -= 1));
    queue.last = turn.catch(() => undefined);
    return turn;
  }
}

function locked(waitMs: number): void {
  if (waitMs > 0) throw new SwatError('operator-locked', { seconds: Math.ceil(waitMs / 1000) });
}

/** Names are told apart by their letters, not by upper and lower case. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
