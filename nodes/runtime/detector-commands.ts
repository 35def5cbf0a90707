import type { DetectorKind } from '../../lib/detect/detector';
import { MAX_ROWS } from '../../lib/train/collector';
import { readExclusions, type Exclusions } from '../../lib/train/exclusions';
import type { CollectPlan, Learner } from '../../lib/train/learner';
import { cutShort } from '../../lib/train/learning-jobs';
import { commandName } from './commands';
import { byCommand } from './model-audit';
import { MODEL_COMMANDS, runModelCommand } from './model-commands';
import type { Model } from './model-node';
import { readNumber, readText } from './settings';
import { readStride } from './stride';

/** Commands that a detector answers. */
export const COMMANDS = [
  'collect',
  'check',
  'train',
  'stop',
  'activate',
  'rollback',
  'versions',
  ...MODEL_COMMANDS,
  'baseline',
  'accept-as-normal',
  'reset-baseline',
] as const;
/** Commands that are about the windows that come, not about learning. */
type WatchCommand = 'baseline' | 'accept-as-normal' | 'reset-baseline';
/** Does one of these. */
export type WatchDeed = (command: WatchCommand, given: Readonly<Record<string, unknown>>) => Promise<object>;
type CommandName = (typeof COMMANDS)[number];

/** The answer to a command, sent on the second output. */
export type Answer = { command: CommandName; ok: true } & Record<string, unknown>;

/** What `collect` does unless the command says otherwise. */
export interface CollectDefaults {
  readonly windows: number;
  readonly autoTrain: boolean;
  readonly stride: number;
  readonly leaveOut: boolean;
  readonly exclude: Exclusions;
  /** Settings of a training as the dialog gives them. */
  readonly fit: Readonly<Record<string, unknown>>;
}

/** What a `collect` command asks for. */
function planOf(given: Readonly<Record<string, unknown>>, defaults: CollectDefaults): CollectPlan {
  const flag = (value: unknown, fallback: boolean): boolean => (typeof value === 'boolean' ? value : fallback);
  return {
    windows: readWindows(given.windows, defaults.windows),
    train: flag(given.train, defaults.autoTrain),
    stride: readStride(given.stride, defaults.stride),
    leaveOut: flag(given.leaveOut, defaults.leaveOut),
    more: flag(given.more, false),
    exclude: given.exclude === undefined ? defaults.exclude : readExclusions(given.exclude),
  };
}

/** Windows to collect, from a dialog or a command. */
export function readWindows(value: unknown, fallback: number): number {
  return readNumber('windows', value, { min: 10, max: MAX_ROWS, fallback, integer: true });
}

/**
 * Runs one command.
 * @param schema id of the windows that come, as far as known
 * @throws SwatError `unknown-command`, and what the command itself throws
 */
export async function runCommand(
  kind: DetectorKind,
  model: Model,
  learner: Learner,
  defaults: CollectDefaults,
  given: Readonly<Record<string, unknown>>,
  schema: string | undefined,
  watch: WatchDeed,
): Promise<Answer> {
  const command = commandName(given, COMMANDS);
  switch (command) {
    case 'collect': {
      const plan = planOf(given, defaults);
      learner.collect(plan, schema);
      return { command, ok: true, windows: plan.windows, collected: learner.collected };
    }
    case 'check':
      learner.check(given);
      return { command, ok: true };
    case 'train': {
      const cut = given.file === undefined ? cutShort(learner.collection) : undefined;
      learner.train(given);
      return { command, ok: true, ...(cut && { cut }) };
    }
    case 'stop':
      return { command, ok: true, stopped: await learner.stop() };
    case 'activate': {
      const version = readText(given.version);
      await model.activate(kind, version, byCommand(given));
      return { command, ok: true, version };
    }
    case 'rollback':
      return { command, ok: true, version: await model.rollback(kind, byCommand(given)) };
    case 'versions':
      return { command, ok: true, versions: await model.store.list(kind) };
    case 'baseline':
    case 'accept-as-normal':
    case 'reset-baseline':
      return { command, ok: true, ...(await watch(command, given)) };
    default: {
      const answer = await runModelCommand(
        command,
        { kind, model, learner, settings: defaults.fit, seen: schema },
        given,
      );
      return { command, ok: true, ...answer };
    }
  }
}
