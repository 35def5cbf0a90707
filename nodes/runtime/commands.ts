import { SwatError } from '../../lib/errors';

/**
 * The name of a command, one of those a node knows.
 * @throws SwatError `unknown-command` with the known ones, `command-missing` where none is named
 */
export function commandName<T extends string>(command: Readonly<Record<string, unknown>>, known: readonly T[]): T {
  const found = known.find((name) => name === command.command);
  if (found !== undefined) return found;
  if (command.command === undefined || command.command === '')
    throw new SwatError('command-missing', { known: known.join(', ') });
  const given = typeof command.command === 'string' ? command.command.slice(0, 40) : typeof command.command;
  throw new SwatError('unknown-command', { command: given, known: known.join(', ') });
}
