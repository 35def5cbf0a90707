import type { DetectorKind } from '../../lib/detect/detector';
import { MAX_ROWS } from '../../lib/train/collector';
import type { Learner } from '../../lib/train/learner';
import { commandName } from './commands';
import type { Model } from './model-node';
import { readNumber, readText } from './settings';

/** Commands that a detector answers. */
export const COMMANDS = ['collect', 'train', 'stop', 'activate', 'rollback', 'versions'] as const;
type CommandName = (typeof COMMANDS)[number];

/** The answer to a command, sent on the second output. */
export type Answer = { command: CommandName; ok: true } & Record<string, unknown>;

/** What `collect` does unless the command says otherwise. */
export interface CollectDefaults {
  readonly windows: number;
  readonly autoTrain: boolean;
}

/** Windows to collect, from a dialog or a command. */
export function readWindows(value: unknown, fallback: number): number {
  return readNumber('windows', value, { min: 10, max: MAX_ROWS, fallback, integer: true });
}

/**
 * Runs one command.
 * @throws SwatError `unknown-command`, and what the command itself throws
 */
export async function runCommand(
  kind: DetectorKind,
  model: Model,
  learner: Learner,
  defaults: CollectDefaults,
  given: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const command = commandName(given, COMMANDS);
  switch (command) {
    case 'collect': {
      const windows = readWindows(given.windows, defaults.windows);
      learner.collect(windows, typeof given.train === 'boolean' ? given.train : defaults.autoTrain);
      return { command, ok: true, windows };
    }
    case 'train':
      learner.train(given);
      return { command, ok: true };
    case 'stop':
      return { command, ok: true, stopped: await learner.stop() };
    case 'activate': {
      const version = readText(given.version);
      await model.activate(kind, version);
      return { command, ok: true, version };
    }
    case 'rollback':
      return { command, ok: true, version: await model.rollback(kind) };
    case 'versions':
      return { command, ok: true, versions: await model.store.list(kind) };
  }
}
