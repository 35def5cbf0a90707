import { createHash } from 'node:crypto';
import { SwatError } from '../errors';
import { isRecord } from '../record';

/** The last so many commands that came with an id are remembered. */
export const MOST_CARRIED_OUT = 1000;
const LONGEST_ID = 128;

/** A command that was carried out: what it asked for, and whom it was about. Plain data. */
export interface CarriedOut {
  /** A digest of what it asked for. */
  readonly what: string;
  /** Of the alarm or the silence. */
  readonly id?: string;
  readonly asset?: string;
}

/**
 * Commands that were carried out, by the `commandId` that their sender gave them: who got no answer sends the same again, and
 * it is not done twice. The oldest of more than {@link MOST_CARRIED_OUT} is forgotten.
 */
export class CommandsCarriedOut {
  private readonly known = new Map<string, CarriedOut>();

  /** @param changed is told each id that came or went */
  constructor(private readonly changed: (commandId: string) => void) {}

  /**
   * The same command, if it was carried out before.
   * @throws SwatError `command-id-used` when the id was that of another command
   */
  find(commandId: string, what: string): CarriedOut | undefined {
    const before = this.known.get(commandId);
    if (before !== undefined && before.what !== what) throw new SwatError('command-id-used', { commandId });
    return before;
  }

  add(commandId: string, carriedOut: CarriedOut): void {
    this.known.set(commandId, carriedOut);
    this.changed(commandId);
    if (this.known.size <= MOST_CARRIED_OUT) return;
    const [oldest] = this.known.keys();
    this.known.delete(oldest);
    this.changed(oldest);
  }

  ids(): IterableIterator<string> {
    return this.known.keys();
  }

  /** The ids of the commands that were about an asset. */
  of(asset: string): string[] {
    return [...this.known].flatMap(([id, about]) => (about.asset === asset ? [id] : []));
  }

  /** Forgets the commands that were about an asset. */
  forget(asset: string): void {
    for (const id of this.of(asset)) this.known.delete(id);
  }

  get(commandId: string): CarriedOut | undefined {
    return this.known.get(commandId);
  }

  /**
   * Takes back what was saved; the oldest first.
   * @throws SwatError `snapshot-corrupt`
   */
  restore(commandId: string, saved: unknown): void {
    const damaged = new SwatError('snapshot-corrupt', { key: commandId });
    if (!isRecord(saved) || typeof saved.what !== 'string') throw damaged;
    const { what, id, asset } = saved;
    const texts = [id, asset].every((text) => text === undefined || typeof text === 'string');
    if (!texts) throw damaged;
    this.known.set(commandId, { what, ...(id === undefined ? {} : { id }), ...(asset === undefined ? {} : { asset }) } as CarriedOut); // prettier-ignore
  }
}

/**
 * The id that the sender gave a command; `undefined` where there is none.
 * @throws SwatError `command-id`
 */
export function readCommandId(given: unknown): string | undefined {
  if (given === undefined || given === null || given === '') return undefined;
  const id = typeof given === 'number' ? String(given) : given;
  if (typeof id !== 'string' || id.length > LONGEST_ID) throw new SwatError('command-id', { most: LONGEST_ID });
  return id;
}

/** A digest of what a command asks for: of the fields that decide it, those that are plain. */
export function digestOf(fields: readonly unknown[]): string {
  const plain = fields.map((field) => (['string', 'number', 'boolean'].includes(typeof field) ? field : null));
  return createHash('sha256').update(JSON.stringify(plain)).digest('hex').slice(0, 16);
}
