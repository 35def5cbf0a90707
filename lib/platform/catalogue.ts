import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What fills a sentence. */
export type Params = Readonly<Record<string, string | number | boolean>>;

let loaded: unknown;

/** The English sentence of a code (`errors.frame-type`) with its parameters put in; `undefined` where there is none. */
export function englishText(code: string, params: Params): string | undefined {
  loaded ??= JSON.parse(
    readFileSync(join(__dirname, '..', '..', 'nodes', 'locales', 'en-US', 'swat-plant.json'), 'utf8'),
  );
  let at = loaded;
  for (const part of code.split('.')) {
    at = isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  }
  if (typeof at !== 'string') return undefined;
  const texts = shownParams(params);
  return at.replace(/__(\w+?)__/g, (whole, name: string) => texts[name] ?? whole);
}

/** The details of an error with kinds of detectors (`kind`, `found`) by their names, as `name` gives them. */
export function kindsNamed(details: Params, name: (kind: string) => string | undefined): Params {
  const named = ['kind', 'found'].flatMap((key) => {
    const kind = Object.hasOwn(details, key) ? name(String(details[key])) : undefined;
    return kind === undefined ? [] : [[key, kind] as const];
  });
  return { ...details, ...Object.fromEntries(named) };
}

/** Parameters as a person reads them: three significant digits, one decimal from a hundred on; minutes whole from ten on, else with one decimal. */
export function shownParams(params: Params): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) => [key, key === 'minutes' ? shownMinutes(value) : shown(value)]),
  );
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
