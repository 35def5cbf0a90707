import { parseArgs } from 'node:util';
import { SwatError } from '../errors';

/** What an option takes: a number in a range with a default, a text with an optional default, or nothing. */
export type Option =
  | { readonly kind: 'number'; readonly fallback: number; readonly min: number; readonly max: number }
  | { readonly kind: 'text'; readonly fallback?: string }
  | { readonly kind: 'flag' };

/** The options of a command by name. */
export type Options = Readonly<Record<string, Option>>;

/** What was given: one value per option, and the words that are no option. */
export interface Given {
  number(name: string): number;
  text(name: string): string | undefined;
  flag(name: string): boolean;
  readonly words: readonly string[];
}

/**
 * Reads a command line.
 * @throws SwatError `cli-option` for an unknown option or one without its value, `setting-number`
 */
export function readArguments(args: readonly string[], options: Options): Given {
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { kind }]) => [
      name,
      { type: kind === 'flag' ? 'boolean' : 'string' } as const,
    ]),
  );
  const { values, positionals } = parse(args, config);
  return {
    words: positionals,
    flag: (name) => values[name] === true,
    text(name) {
      const option = options[name];
      const value = values[name];
      if (typeof value === 'string') return value;
      return option.kind === 'text' ? option.fallback : undefined;
    },
    number(name) {
      const option = options[name];
      if (option.kind !== 'number') throw new TypeError(name);
      const { fallback, min, max } = option;
      const value = values[name];
      if (typeof value !== 'string') return fallback;
      const number = value.trim() === '' ? Number.NaN : Number(value);
      if (!(number >= min && number <= max)) throw new SwatError('setting-number', { name, value, min, max });
      return number;
    },
  };
}

function parse(args: readonly string[], options: Record<string, { type: 'string' | 'boolean' }>) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new SwatError(
      'cli-option',
      {
        detail,
        known: Object.keys(options)
          .map((name) => `--${name}`)
          .join(' '),
      },
      { cause },
    );
  }
}
