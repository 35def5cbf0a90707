import { SwatError } from '../errors';
import type { Actor } from '../operator/actor';
import type { OpenAlarm, Target } from './book';
import { digestOf, readCommandId } from './carried-out';
import type { AlarmDesk, Delivery } from './desk';
import { ALARM_KINDS } from './episode';
import type { By } from './machine';
import type { MetricsReport } from './metrics';
import { matchersText, readMatchers } from './notify/matcher';
import type { Waiting } from './notify/told';
import { shown } from '../shown';
import { isSilenceCommand, runSilenceCommand, SILENCE_COMMANDS } from './silence-command';
import type { Silence } from './silences';
import { legalActions, type AlarmAction } from './transitions';

/** What can be asked of the desk at once. */
const DESK_COMMANDS = [
  'ack',
  'ack-all',
  'shelve',
  'unshelve',
  'suppress',
  'unsuppress',
  'out-of-service',
  'return-to-service',
  'unlatch',
  'comment',
  'record',
  'list',
  'reset',
  ...SILENCE_COMMANDS,
  'metrics',
] as const;
/** What can be asked of the journal, which takes time: not for {@link runAlarmCommand}. */
export const JOURNAL_COMMANDS = ['journal', 'export'] as const;
/** What can be asked of the alarms of a node, by a message, from the editor, or over the network. */
export const ALARM_COMMANDS = [...DESK_COMMANDS, ...JOURNAL_COMMANDS, 'identify'] as const;
type DeskCommand = (typeof DESK_COMMANDS)[number];

/** An open alarm as a list shows it, with what is legal for it now. */
export interface ListedAlarm {
  readonly alarm: OpenAlarm;
  readonly commands: readonly AlarmAction[];
  /** Why people are not told of it yet. */
  readonly waiting?: Waiting;
}

/** What a command answers, and what is to be told of it. */
export interface CommandOutcome {
  /** Plain, but for the alarms of `list`: these are yet to be worded. */
  readonly answer: {
    readonly command: string;
    /** It was carried out before, and not again: it came with the same `commandId`. */
    readonly repeated?: true;
    readonly id?: string;
    readonly asset?: string;
    readonly ids?: readonly string[];
    readonly alarms?: readonly ListedAlarm[];
    /** How long an alarm is shelved unless a command says otherwise, and at most. */
    readonly shelve?: { readonly minutes: number; readonly most: number };
    readonly silences?: readonly Silence[];
    readonly metrics?: MetricsReport;
  };
  readonly delivery: Delivery | undefined;
}

/** What changes nothing, so that anybody may ask it, and again. */
const QUESTIONS: ReadonlySet<unknown> = new Set(['list', 'silences', 'metrics', ...JOURNAL_COMMANDS]);
/** What else decides what is asked for, beside the matchers of a silence. */
const DECIDING = ['id', 'asset', 'kind', 'minutes', 'oneShot', 'from', 'comment'] as const;

/** Characters that are kept of a user's name, and of a comment. */
export const LONGEST_USER = 64;
export const LONGEST_COMMENT = 500;
const LONGEST_ID = 128;
const MINUTE_MS = 60_000;

type Given = Readonly<Record<string, unknown>>;

/** Whether it is a command of ours that only an operator may give, where operators are asked for. */
export function isForOperators(command: unknown): boolean {
  return ALARM_COMMANDS.some((each) => each === command) && !QUESTIONS.has(command);
}

/**
 * Carries out a command `{command, id? | asset? (kind?), user?, comment?, minutes?, oneShot?, commandId?}`; one that comes
 * again with its `commandId` is answered and not done again. Nothing in it is trusted.
 * @param now wall-clock time, ms
 * @param actor who it is, where that was checked: what the command says of it does not count
 * @throws SwatError `unknown-command` and `command-missing` (name the known ones), `alarm-asset`, `alarm-kind`, `alarm-comment` for a comment or record without words,
 * `shelve-minutes` (names the most), `command-id`, `command-id-used`, and as `AlarmDesk.act` and `runSilenceCommand`
 */
export function runAlarmCommand(desk: AlarmDesk, given: Given, now: number, actor?: Actor): CommandOutcome {
  const command = nameOf(given.command);
  const commandId = readCommandId(given.commandId);
  if (commandId === undefined || QUESTIONS.has(command)) return carryOut(desk, command, given, now, actor);
  const matchers = command === 'silence' ? matchersText(readMatchers(given.matchers)) : null;
  const what = digestOf([command, ...DECIDING.map((name) => given[name]), matchers]);
  const before = desk.carriedOut.find(commandId, what);
  if (before !== undefined) {
    const { id, asset } = before;
    return { answer: { command, repeated: true, ...about({ id, asset }) }, delivery: undefined };
  }
  const outcome = carryOut(desk, command, given, now, actor);
  const { id, asset } = outcome.answer;
  desk.carriedOut.add(commandId, { what, ...about({ id, asset }) });
  return outcome;
}

function carryOut(desk: AlarmDesk, command: DeskCommand, given: Given, now: number, actor?: Actor): CommandOutcome {
  const comment = text(given.comment, LONGEST_COMMENT);
  const by: By = { user: text(given.user, LONGEST_USER), comment, ...actor };
  const asset = text(given.asset, LONGEST_ID) || undefined;
  if (asset === undefined && !isEmpty(given.asset)) throw new SwatError('alarm-asset');
  if (isSilenceCommand(command)) return runSilenceCommand(desk, command, given, by, now);
  switch (command) {
    case 'list': {
      const open = desk.list().filter((alarm) => asset === undefined || alarm.asset === asset);
      const alarms = open.map((alarm) => {
        const waiting = desk.waiting(alarm.id);
        return { alarm, commands: legalActions(alarm.state), ...(waiting === undefined ? {} : { waiting }) };
      });
      const { shelveMs, maxShelveMs } = desk.shelving;
      const shelve = { minutes: Math.min(shelveMs, maxShelveMs) / MINUTE_MS, most: maxShelveMs / MINUTE_MS };
      return { answer: { command, ...about({ asset }), alarms, shelve }, delivery: undefined };
    }
    case 'metrics':
      return { answer: { command, metrics: desk.report(now) }, delivery: undefined };
    case 'reset': {
      if (isEmpty(given.id)) return { answer: { command, ...about({ asset }) }, delivery: desk.reset(asset, by, now) };
      const id = text(given.id, LONGEST_ID);
      return { answer: { command, id }, delivery: desk.act({ id }, { action: 'reset', by }, now) };
    }
    case 'ack-all': {
      const delivery = desk.acknowledgeAll(asset, by, now);
      return { answer: { command, ...about({ asset }), ids: delivery?.events.map(({ id }) => id) ?? [] }, delivery };
    }
    case 'record': {
      if (by.comment === '') throw new SwatError('alarm-comment');
      return { answer: { command, ...about({ asset }) }, delivery: desk.record(asset ?? '', by, now) };
    }
    default: {
      if (command === 'comment' && by.comment === '') throw new SwatError('alarm-comment');
      const limits = command === 'shelve' ? shelving(desk, given, now) : {};
      const delivery = desk.act(targetOf(given), { action: command, by, ...limits }, now);
      const id = delivery?.events[0].id;
      return { answer: { command, ...about({ id, asset }) }, delivery };
    }
  }
}

/** Those of the fields that are known. */
function about({ id, asset }: { readonly id?: string | undefined; readonly asset?: string | undefined }): {
  id?: string;
  asset?: string;
} {
  return { ...(id === undefined ? {} : { id }), ...(asset === undefined ? {} : { asset }) };
}

/** The command's name. @throws SwatError `unknown-command`, `command-missing`, both with the known ones */
function nameOf(command: unknown): DeskCommand {
  const found = DESK_COMMANDS.find((each) => each === command);
  if (found !== undefined) return found;
  if (isEmpty(command)) throw new SwatError('command-missing', { known: ALARM_COMMANDS.join(', ') });
  const given = typeof command === 'string' ? command.slice(0, 40) : typeof command;
  throw new SwatError('unknown-command', { command: given, known: ALARM_COMMANDS.join(', ') });
}

function targetOf({ id, asset, kind }: Given): Target {
  const known = kind === undefined || kind === '' ? 'process' : ALARM_KINDS.find((each) => each === kind);
  if (known === undefined) throw new SwatError('alarm-kind', { known: ALARM_KINDS.join(', ') });
  const named = text(asset, LONGEST_ID);
  return id === undefined && named !== '' ? { asset: named, kind: known } : { id: text(id, LONGEST_ID) };
}

/** Until when: at most the longest time that is allowed, which also ends what is shelved until the alarm returns. */
function shelving(desk: AlarmDesk, { minutes, oneShot }: Given, now: number): { until: number; oneShot: boolean } {
  const { shelveMs, maxShelveMs } = desk.shelving;
  if (isEmpty(minutes)) {
    return {
      until: now + (oneShot === true ? maxShelveMs : Math.min(shelveMs, maxShelveMs)),
      oneShot: oneShot === true,
    };
  }
  const number = typeof minutes === 'string' && minutes.trim() !== '' ? Number(minutes) : minutes;
  if (typeof number !== 'number' || !(number > 0 && number * MINUTE_MS <= maxShelveMs)) {
    throw new SwatError('shelve-minutes', { minutes: shown(minutes), most: maxShelveMs / MINUTE_MS });
  }
  return { until: now + number * MINUTE_MS, oneShot: oneShot === true };
}

/** What a message or a form leaves open. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** A text, cut; of a number its digits, of anything else nothing. */
function text(value: unknown, longest: number): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' ? value.trim().slice(0, longest) : '';
}
