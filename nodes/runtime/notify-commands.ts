import type { NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import type { EntryState } from '../../lib/journal/outbox-entry';
import type { Chosen, Outbox } from '../../lib/journal/outbox';
import { steadyClock } from '../../lib/platform/clock';
import { commandName } from './commands';
import type { NodeLog } from './logs';
import type { FailureDetail } from './notify-receipt';
import type { Sender } from './notify-sender';
import { entryList } from './notify-words';
import { readChoice, readNumber, readText } from './settings';

type Loose = Readonly<Record<string, unknown>>;

const COMMANDS = ['confirm', 'fail', 'list', 'retry', 'drop'] as const;
const STATES = ['', 'waiting', 'sent', 'dead'] as const satisfies ('' | EntryState)[];
const LISTED = { min: 1, max: 1000, fallback: 100, integer: true } as const;

/**
 * Carries out a command of `swat-notify`, by a message or from the editor, and gives its answer. What a person decides about
 * notifications is noted in the log.
 */
export function notifyCommands(
  RED: Pick<NodeAPI, '_'>,
  outbox: Outbox,
  sender: Sender,
  detailOf: FailureDetail,
  log: NodeLog,
): (command: Loose) => Promise<object> {
  return async (command) => {
    const name = commandName(command, COMMANDS);
    const ok = { ok: true, command: name } as const;
    const now = steadyClock();
    switch (name) {
      case 'list': {
        const most = readNumber('limit', command.limit, LISTED);
        const wanted = readChoice('state', command.state, STATES, '');
        const entries = outbox.list().filter(({ state }) => wanted === '' || state === wanted);
        const listed = { counts: outbox.count(), entries: entryList(RED, entries.slice(0, most)) };
        await sender.pump();
        return { ...ok, ...listed };
      }
      case 'confirm': {
        const key = keyOf(command, outbox);
        await sender.pump(outbox.confirm(key, now));
        return { ...ok, key };
      }
      case 'fail': {
        const key = keyOf(command, outbox);
        const failure = { code: 'error', detail: detailOf(readText(command.reason)) } as const;
        await sender.pump(outbox.fail(key, undefined, failure, now));
        return { ...ok, key };
      }
      case 'retry':
      case 'drop': {
        const which = chosen(command, outbox);
        const count = name === 'retry' ? outbox.retry(which, now) : outbox.drop(which);
        log.write('app', 'info', `notify-${name}`, { user: readText(command.user), ...which, count });
        await sender.pump();
        return { ...ok, ...(which.key === undefined ? { all: true } : {}), ...which, count };
      }
    }
  };
}

/**
 * What a command is about: one by its key, or all, perhaps of one state only.
 * @throws SwatError `notify-key`, `notify-unknown`, `setting-choice`
 */
function chosen(command: Loose, outbox: Outbox): Chosen {
  if (command.all !== true) return { key: keyOf(command, outbox) };
  const state = readChoice('state', command.state, STATES, '');
  return state === '' ? {} : { state };
}

/**
 * The key that a command names.
 * @throws SwatError `notify-key`, `notify-unknown`
 */
function keyOf(command: Loose, outbox: Outbox): string {
  const key = readText(command.key);
  if (key === '') throw new SwatError('notify-key');
  if (!outbox.has(key)) throw new SwatError('notify-unknown', { key: key.slice(0, 100) });
  return key;
}
