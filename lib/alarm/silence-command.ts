import { SwatError } from '../errors';
import type { CommandOutcome } from './command';
import type { AlarmDesk } from './desk';
import type { By } from './machine';
import { readMatchers } from './notify/matcher';
import { shown } from '../shown';
import { LONGEST_SILENCE_MS } from './silences';

export const SILENCE_COMMANDS = ['silence', 'unsilence', 'silences'] as const;
type SilenceCommand = (typeof SILENCE_COMMANDS)[number];

/** How long a silence lasts unless a command says otherwise, minutes. */
const MINUTES = 60;
const MINUTE_MS = 60_000;

export function isSilenceCommand(command: string): command is SilenceCommand {
  return SILENCE_COMMANDS.some((each) => each === command);
}

/**
 * Carries out `silence {matchers, minutes?, from?}`, `unsilence {id}` or `silences`.
 * @param given nothing in it is trusted
 * @param now wall-clock time, ms
 * @throws SwatError as `readMatchers`; `silence-from`, `silence-time`, `silences-full`, `silence-id`, `silence-unknown`
 */
export function runSilenceCommand(
  desk: AlarmDesk,
  command: SilenceCommand,
  given: Readonly<Record<string, unknown>>,
  by: By,
  now: number,
): CommandOutcome {
  switch (command) {
    case 'silences':
      return { answer: { command, silences: desk.silences() }, delivery: undefined };
    case 'unsilence': {
      const id = typeof given.id === 'string' ? given.id : '';
      return { answer: { command, id }, delivery: desk.unsilence(id, by, now) };
    }
    case 'silence': {
      const from = timeOf(given.from, now);
      const until = from + minutesOf(given.minutes) * MINUTE_MS;
      const { user, comment } = by;
      const asked = { matchers: readMatchers(given.matchers), from, until, user, comment };
      const { silence, delivery } = desk.silence(asked, now, by);
      return { answer: { command, id: silence.id, silences: [silence] }, delivery };
    }
  }
}

/** Time as ms since the epoch, or as a text like `2026-11-22T06:00:00Z`. */
function timeOf(value: unknown, now: number): number {
  if (value === undefined || value === null || value === '') return now;
  const text = typeof value === 'string' ? value.trim() : '';
  const time = typeof value === 'number' ? value : /^\d{10,}$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isFinite(time)) throw new SwatError('silence-from', { from: shown(value) });
  return time;
}

function minutesOf(value: unknown): number {
  if (value === undefined || value === null || value === '') return MINUTES;
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    throw new SwatError('silence-time', { days: LONGEST_SILENCE_MS / 86_400_000 });
  }
  return number;
}
