import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isForOperators } from '../../lib/alarm/command';
import { SwatError } from '../../lib/errors';
import type { Actor } from '../../lib/operator/actor';
import { Operators, type SignedIn } from '../../lib/operator/operators';
import { nobodysPin } from '../../lib/operator/pin';
import { systemClock } from '../../lib/platform/clock';
import { isRecord } from '../../lib/record';
import type { OperatorSettings } from './operator-settings';
import { readText } from './settings';

type Loose = Record<string, unknown>;

/** What a command said of who sends it, taken out of its message. */
export interface Secrets {
  readonly pin?: unknown;
  readonly session?: unknown;
}

/** Who may act on a node, as a dashboard is told. */
export interface ActorsTold {
  readonly who: 'anyone' | 'operators';
  /** Id of the node, to sign in at. */
  readonly node: string;
  /** Whether there is anybody who could sign in with a PIN, and whether a proxy may name users. */
  readonly pins: boolean;
  readonly proxy: boolean;
}

/** Sessions are of one process: after a restart everybody signs in again. */
const SECRET = randomBytes(32);
const NOBODY = nobodysPin(randomBytes(48));

/** Lets those through who may act on a `swat-alert`. */
export class OperatorGate {
  private readonly operators: Operators | undefined;

  /** @param settings `undefined`: anyone may act, and nobody is checked */
  constructor(
    private readonly node: string,
    private readonly settings: OperatorSettings | undefined,
  ) {
    if (settings === undefined) return;
    const { operators, sessionMs, proxyMark } = settings;
    this.operators = new Operators({ node, operators, sessionMs, proxyMark, secret: SECRET, nobody: NOBODY });
  }

  get told(): ActorsTold {
    const { node, operators, settings } = this;
    return {
      who: operators === undefined ? 'anyone' : 'operators',
      node,
      pins: operators?.canSignIn === true,
      proxy: settings?.proxies !== undefined,
    };
  }

  /**
   * Who gives a command; `undefined` where that is not asked for.
   * @returns rejects with a SwatError `operator-none`, `operator-needed`, or as `Operators`
   */
  admit(command: Readonly<Loose>, { pin, session }: Secrets): Promise<Actor> | undefined {
    const { operators } = this;
    if (operators === undefined || !isForOperators(command.command)) return undefined;
    return Promise.resolve().then(() => {
      if (session !== undefined) return operators.bySession(session, systemClock());
      if (pin !== undefined) return operators.byPin(readText(command.user), pin, systemClock);
      const { pins, proxy } = this.told;
      throw new SwatError(pins || proxy ? 'operator-needed' : 'operator-none', { command: String(command.command) });
    });
  }

  /**
   * Lets somebody in by name and PIN, or by what a trusted proxy says.
   * @throws SwatError `operator-anyone` where nobody is checked, `operator-none`, and as `Operators` and `TrustedProxies`
   */
  async signIn(request: IncomingMessage, given: Readonly<Loose>): Promise<SignedIn> {
    const { operators, settings } = this;
    if (operators === undefined) throw new SwatError('operator-anyone');
    const { proxies } = settings ?? {};
    if (given.pin === undefined && proxies !== undefined)
      return operators.signIn({ user: proxies.userOf(request), known: 'proxy' }, systemClock());
    if (!operators.canSignIn) throw new SwatError('operator-none', { command: 'sign-in' });
    const actor = await operators.byPin(readText(given.user), given.pin, systemClock);
    return operators.signIn(actor, systemClock());
  }
}

/** What `identify` is answered: who it is, for a flow that lets only operators do something. */
export function identified(command: Readonly<Loose>, actor: Actor | undefined): object {
  return { ok: true, command: 'identify', user: readText(command.user), ...actor };
}

/** Takes PIN and session out of a message, before anything else sees it. */
export function takeSecrets(message: object): Secrets {
  const swat: unknown = Object.hasOwn(message, 'swat') ? (message as Loose).swat : undefined;
  if (!isRecord(swat)) return {};
  const { pin, session } = swat;
  delete swat.pin;
  delete swat.session;
  return { ...(pin === undefined ? {} : { pin }), ...(session === undefined ? {} : { session }) };
}
