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
  return (code, params) => {
    let at = content;
    for (const part of code.split('.')) {
      at = isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined;
    }
    return typeof at === 'string' ? filled(at, params) : undefined;
  };
}

/** A sentence of a catalogue with its parameters put in, as a person reads them; what is not given stays as it stands there. */
export function filled(template: string, params: Params): string {
  return template.replace(/__(\w+?)__/g, (whole, name: string) =>
    Object.hasOwn(params, name) ? shownParam(name, params[name]) : whole,
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

/** A parameter as a person reads it: three significant digits, one decimal from a hundred on; minutes whole from ten on, else with one decimal. */
function shownParam(name: string, value: string | number | boolean): string {
  return name === 'minutes' ? shownMinutes(value) : shown(value);
}

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
