import { SwatError } from '../../errors';
import { ALARM_KINDS } from '../episode';
import { isRecord } from '../../record';
import { PRIORITIES } from '../settings';
import { shown } from '../../shown';
import { LEVELS } from '../verdict';
import { isLabel, LABELS, type Label, type Labels } from './labels';

/** `=` and `!=` compare a label as it is, `~` with `*` for any characters. There are no regular expressions. */
export const OPERATORS = ['=', '!=', '~'] as const;

/** What a label must be. */
export interface Matcher {
  readonly label: Label;
  readonly op: (typeof OPERATORS)[number];
  readonly value: string;
}

/** At most this many matchers stand together. */
const MOST_MATCHERS = 10;
const LONGEST_VALUE = 256;

/** Labels that have no other values than these. */
const KNOWN: Readonly<Partial<Record<Label, readonly string[]>>> = {
  level: LEVELS,
  priority: PRIORITIES,
  kind: ALARM_KINDS,
};

const wrong = (given: unknown): SwatError =>
  new SwatError('matcher-wrong', { given: shown(given), labels: LABELS.join(', ') });

/** True when every matcher holds; of none, always. */
export function matches(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every(({ label, op, value }) => {
    if (op === '~') return matchesGlob(value, labels[label]);
    return (labels[label] === value) === (op === '=');
  });
}

/** The same as {@link matches}, for matchers that are asked again and again: what can be done once is done here. */
export function matching(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const globs = matchers.flatMap(({ label, op, value }) => (op === '~' ? [{ label, fits: glob(value) }] : []));
  const plain = matchers.filter(({ op }) => op !== '~');
  return (labels) => {
    for (const { label, op, value } of plain) if ((labels[label] === value) !== (op === '=')) return false;
    for (const { label, fits } of globs) if (!fits(labels[label])) return false;
    return true;
  };
}

/** True when a text is as the pattern says, in which `*` stands for any characters, also none. Linear in its parts. */
export function matchesGlob(pattern: string, text: string): boolean {
  return glob(pattern)(text);
}

function glob(pattern: string): (text: string) => boolean {
  const [first, ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  const least = first.length + last.length;
  return (text) => {
    if (text.length < least || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return text.length - last.length >= at;
  };
}

/**
 * One matcher or several: a list of {@link Matcher}, or as people write them, `asset~line-1/*, level!=CRITICAL`.
 * @param saved they are taken back: a version before took also those that no alarm can match
 * @throws SwatError `matcher-missing` for none, `matcher-wrong` for more than ten and for one that is unreadable,
 * `matcher-value` for one that no alarm can match
 */
export function readMatchers(given: unknown, saved = false): Matcher[] {
  const list: unknown = typeof given === 'string' ? given.split(',') : given;
  if (list === undefined || list === null || given === '' || (Array.isArray(list) && list.length === 0)) {
    throw new SwatError('matcher-missing', { labels: LABELS.join(', ') });
  }
  if (!Array.isArray(list) || list.length > MOST_MATCHERS) throw wrong(given);
  const matchers = list.map((each: unknown) => (typeof each === 'string' ? parse(each) : check(each)));
  if (!saved) matchers.forEach(checkValue);
  return matchers;
}

/** Matchers as people write them: what {@link readMatchers} reads. */
export function matchersText(matchers: readonly Matcher[]): string {
  return matchers.map(({ label, op, value }) => `${label}${op}${value}`).join(', ');
}

function parse(text: string): Matcher {
  const found = /^\s*([a-z]+)\s*(!=|=|~)(.*)$/s.exec(text);
  if (found === null) throw wrong(text);
  const [, label, op, value] = found;
  return check({ label, op, value: value.trim() }, text);
}

/** A typing error would match no alarm, and silence nothing. */
function checkValue({ label, op, value }: Matcher): void {
  const known = KNOWN[label];
  const fits = (each: string): boolean => (op === '~' ? matchesGlob(value, each) : each === value);
  if (known === undefined ? value !== '' || label === 'stage' : known.some(fits)) return;
  const values = known?.join(', ') ?? '';
  throw new SwatError(known === undefined ? 'matcher-empty' : 'matcher-value', { label, value, known: values });
}

/** @param asGiven what the error repeats */
function check(given: unknown, asGiven = given): Matcher {
  if (!isRecord(given)) throw wrong(asGiven);
  const { label, value } = given;
  const op = OPERATORS.find((each) => each === given.op);
  if (!isLabel(label) || op === undefined || typeof value !== 'string' || value.length > LONGEST_VALUE) {
    throw wrong(asGiven);
  }
  return { label, op, value };
}
