import { parseArgs } from 'node:util';
import { detailOf, SwatError } from '../errors';

/** What an option takes: a number in a range with a default, a text with an optional default, or nothing. `whole`: no fraction. */
export type Option =
  | {
      readonly kind: 'number';
      readonly fallback: number;
      readonly min: number;
      readonly max: number;
      readonly whole?: true;
    }
  | { readonly kind: 'text'; readonly fallback?: string }
  | { readonly kind: 'flag' };

/** The options of a command by name. */
export type Options = Readonly<Record<string, Option>>;

/** What was given: one value per option. */
export interface Given {
  number(name: string): number;
  text(name: string): string | undefined;
  flag(name: string): boolean;
  /** Whether it stands on the command line. */
  has(name: string): boolean;
}

/**
 * Reads a command line. Every number is checked here, whether it is asked for or not.
 * @throws SwatError `cli-option` for an unknown option, one without its value, or a word that is none; `setting-number`,
 * `setting-whole`
 */
export function readArguments(args: readonly string[], options: Options): Given {
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { kind }]) => [
      name,
      { type: kind === 'flag' ? 'boolean' : 'string' } as const,
    ]),
  );
  const values = parse(args, config);
  const numbers = new Map<string, number>();
  for (const [name, option] of Object.entries(options)) {
    if (option.kind === 'number') numbers.set(name, numberOf(name, values[name], option));
  }
  return {
    flag: (name) => values[name] === true,
    has: (name) => values[name] !== undefined,
    text(name) {
      const option = options[name];
      const value = values[name];
      if (typeof value === 'string') return value;
      return option.kind === 'text' ? option.fallback : undefined;
    },
    number(name) {
      const number = numbers.get(name);
      if (number === undefined) throw new TypeError(name);
      return number;
    },
  };
}

function numberOf(name: string, value: unknown, option: Extract<Option, { kind: 'number' }>): number {
  const { fallback, min, max, whole } = option;
  if (typeof value !== 'string') return fallback;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (!(number >= min && number <= max)) throw new SwatError('setting-number', { name, value, min, max });
  if (whole && !Number.isInteger(number)) throw new SwatError('setting-whole', { name, value });
  return number;
}

function parse(
  args: readonly string[],
  options: Record<string, { type: 'string' | 'boolean' }>,
): Record<string, string | boolean | undefined> {
  try {
    return parseArgs({ args: joined(args, options), options }).values;
  } catch (cause) {
    // The first sentence says what is wrong; the others explain how to quote.
    const [detail] = detailOf(cause).split(/\.(?:\s|$)/);
    const known = Object.keys(options).map((name) => `--${name}`);
    throw new SwatError('cli-option', { detail, known: known.join(' ') }, { cause });
  }
}

/** `--from -24h` as `--from=-24h`: a value that begins with a minus and a digit is no option. */
function joined(args: readonly string[], options: Record<string, { type: 'string' | 'boolean' }>): string[] {
  const out: string[] = [];
  for (const arg of args) {
    const before = out.at(-1) ?? '';
    const waits = before.startsWith('--') && Object.hasOwn(options, before.slice(2));
    if (waits && options[before.slice(2)].type === 'string' && /^-\d/.test(arg)) {
      out[out.length - 1] = `${before}=${arg}`;
    } else out.push(arg);
  }
  return out;
}
