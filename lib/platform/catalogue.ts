import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What fills a sentence. */
export type Params = Readonly<Record<string, string | number | boolean>>;

/** Sentences of one catalogue: of a code (`errors.frame-type`) with its parameters put in; `undefined` where there is none. */
export type Texts = (code: string, params: Params) => string | undefined;

const LOCALES = join(__dirname, '..', '..', 'nodes', 'locales');
const loaded = new Map<string, Texts>();

/** The languages that there are catalogues of. */
export function languages(): string[] {
  return readdirSync(LOCALES).sort();
}

/** The sentences of a catalogue (`swat-plant`) in a language (`en-US`); none where there is no such file. */
export function textsOf(language: string, catalogue: string): Texts {
  const key = `${language}/${catalogue}`;
  const known = loaded.get(key) ?? read(language, catalogue);
  loaded.set(key, known);
  return known;
}

/** The English sentence of a code (`errors.frame-type`) with its parameters put in; `undefined` where there is none. */
export function englishText(code: string, params: Params): string | undefined {
  return textsOf('en-US', 'swat-plant')(code, params);
}

function read(language: string, catalogue: string): Texts {
  const path = join(LOCALES, language, `${catalogue}.json`);
  const content: unknown = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  const find = (code: string): string | undefined => {
    let at = content;
    for (const part of code.split('.')) {
      at = isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined;
    }
    return typeof at === 'string' ? at : undefined;
  };
  return (code, params) => worded(find, code, params);
}

/** The code of a language's decimal sign, among its sentences. */
const DECIMAL_SIGN = 'sentences.decimal-sign';

/**
 * The sentence of a code with its parameters put in. Numbers have the decimal sign of the language, but for errors: those name settings,
 * which are typed with a point.
 * @param find the sentence of a code as it stands in the catalogue; `undefined` where there is none
 */
export function worded(find: (code: string) => string | undefined, code: string, params: Params): string | undefined {
  const template = find(code);
  // Most verdicts are told by a sentence without parameters.
  if (template?.includes('__') !== true) return template;
  return filled(template, params, code.startsWith('errors.') ? undefined : find(DECIMAL_SIGN));
}

/** A sentence of a catalogue with its parameters put in, as a person reads them; what is not given stays as it stands there. */
export function filled(template: string, params: Params, sign?: string): string {
  return template.replace(/__(\w+?)__/g, (whole, name: string) =>
    Object.hasOwn(params, name) ? shownParam(name, params[name], sign) : whole,
  );
}

/** The details of an error with kinds of detectors (`kind`, `found`) by their names, as `name` gives them. */
export function kindsNamed(details: Params, name: (kind: string) => string | undefined): Params {
  const named = ['kind', 'found'].flatMap((key) => {
    const kind = Object.hasOwn(details, key) ? name(String(details[key])) : undefined;
    return kind === undefined ? [] : [[key, kind] as const];
  });
  return { ...details, ...Object.fromEntries(named) };
}

/**
 * A parameter as a person reads it: three significant digits, one decimal from a hundred on; minutes whole from ten on, else with one
 * decimal; what was seen and expected may have been rounded before.
 */
function shownParam(name: string, value: string | number | boolean, sign = '.'): string {
  const isRounded = typeof value === 'string' && ROUNDED.has(name) && /^-?\d+\.\d+$/.test(value);
  const text = name === 'minutes' ? shownMinutes(value) : shown(value);
  return typeof value === 'number' || isRounded ? text.replace('.', sign) : text;
}

/** Parameters that come as texts of numbers; see lib/alarm/evenly.ts. */
const ROUNDED: ReadonlySet<string> = new Set(['seen', 'expected']);

function shown(value: string | number | boolean): string {
  if (typeof value !== 'number' || Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(1) : String(Number(value.toPrecision(3)));
}

function shownMinutes(value: string | number | boolean): string {
  if (typeof value !== 'number' || value < 0.1) return shown(value);
  return String(value < 10 ? Number(value.toFixed(1)) : Math.round(value));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
