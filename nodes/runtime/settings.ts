import { SwatError } from '../../lib/errors';
import { quoted } from '../../lib/shown';

interface NumberRule {
  readonly min: number;
  readonly max: number;
  readonly fallback: number;
  readonly integer?: boolean;
}

/**
 * A number from a dialog or a command: absent or empty gives the default, anything else must be a number in range.
 * @throws SwatError `setting-number`
 */
export function readNumber(name: string, value: unknown, rule: NumberRule): number {
  if (value === undefined || value === null || value === '') return rule.fallback;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const fits =
    typeof number === 'number' &&
    number >= rule.min &&
    number <= rule.max &&
    (rule.integer !== true || Number.isInteger(number));
  if (!fits)
    throw new SwatError('setting-number', {
      name,
      value: quoted(value),
      min: rule.min,
      max: rule.max,
    });
  return number;
}

/**
 * One of a few words from a dialog or a command; absent or empty gives the default.
 * @throws SwatError `setting-choice`
 */
export function readChoice<T extends string>(name: string, value: unknown, choices: readonly T[], fallback: T): T {
  if (value === undefined || value === null || value === '') return fallback;
  const found = choices.find((choice) => choice === value);
  if (found === undefined) {
    throw new SwatError('setting-choice', {
      name,
      value: quoted(value),
      choices: choices.join(', '),
    });
  }
  return found;
}

/** A text from a dialog, trimmed; absent gives the default. */
export function readText(value: unknown, fallback = ''): string {
  return typeof value === 'string' ? value.trim() : fallback;
}

/** A share from a field in per cent; what is no number stays for the check of the settings to refuse, absent stays absent. */
export function shareOf(percent: unknown): unknown {
  if (percent === undefined || percent === null || percent === '') return undefined;
  const number = Number(percent);
  return Number.isFinite(number) ? number / 100 : percent;
}
