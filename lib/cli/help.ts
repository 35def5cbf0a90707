import { englishText } from '../platform/catalogue';
import type { Option, Options } from './arguments';

/** One way to call a command: the sentences of the catalogue that it goes by, and what it can be told. */
export interface Form {
  readonly name: string;
  readonly options: Options;
}

/** What every command is for, a line each. */
export function overview(commands: readonly string[]): string[] {
  return [
    'usage: swat <command> [options]',
    ...commands.map((name) => `  ${name.padEnd(10)}${text(`about.${name}`)}`),
    '',
    text('about.more'),
  ];
}

/** How a command is called, and its options, a line each with what holds unless it is given. */
export function helpOf(forms: readonly Form[]): string[] {
  return forms.flatMap((form, index) => [
    ...(index === 0 ? [] : ['']),
    `usage: ${text(`usage.${form.name}`)}`,
    ...optionLines(form),
  ]);
}

function optionLines({ name, options }: Form): string[] {
  const lines = Object.entries(options).map(([each, option]) => ({
    head: `  --${each}${VALUES[option.kind]}`,
    tail: `${text(`options.${name}.${each}`)}${usual(option)}`,
  }));
  const width = Math.max(...lines.map(({ head }) => head.length)) + 2;
  return lines.map(({ head, tail }) => `${head.padEnd(width)}${tail}`);
}

const VALUES: Readonly<Record<Option['kind'], string>> = { number: ' NUMBER', text: ' TEXT', flag: '' };

function usual(option: Option): string {
  const value = option.kind === 'flag' ? undefined : option.fallback;
  return value === undefined || value === '' ? '' : ` [${value}]`;
}

function text(code: string): string {
  return englishText(`cli.${code}`, {}) ?? code;
}
