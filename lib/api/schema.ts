import { isRecord } from '../record';

/** A JSON Schema (2020-12), of which {@link findings} knows the words in its doc. */
export type Schema = Readonly<Record<string, unknown>>;

/** One thing that is wrong with a value. */
export interface Finding {
  /** Where, as a JSON Pointer into the value: empty for the whole. */
  readonly pointer: string;
  /** Which word of the schema it breaks. */
  readonly rule:
    'type' | 'enum' | 'required' | 'unknown' | 'few' | 'many' | 'low' | 'high' | 'short' | 'long' | 'pattern';
  /** What the schema wants there: a type, a limit, a name. */
  readonly wanted: string;
}

/** So many findings are told at most. */
export const MOST_FINDINGS = 10;
/** Values are looked at to this depth; the schemas of the document are not deeper. */
const DEEPEST = 16;

type Named = Readonly<Record<string, Schema>>;
type Report = (pointer: string, rule: Finding['rule'], wanted: unknown) => void;

/**
 * What is wrong with a value, at most {@link MOST_FINDINGS}: none where it fits. Knows `type`, `enum`, `required`, `properties`,
 * `additionalProperties`, `minProperties`, `maxProperties`, `items`, `minItems`, `maxItems`, `minimum`, `maximum`, `exclusiveMinimum`, `minLength`,
 * `maxLength`, `pattern` and `$ref` into the schemas that are given by name. Never recurses deeper than the schema does.
 */
export function findings(value: unknown, schema: Schema, named: Named): Finding[] {
  const found: Finding[] = [];
  const report: Report = (pointer, rule, wanted) => {
    if (found.length < MOST_FINDINGS) found.push({ pointer, rule, wanted: String(wanted) });
  };
  look(value, schema, named, '', report, () => found.length >= MOST_FINDINGS, 0);
  return found;
}

function look(
  value: unknown,
  given: Schema,
  named: Named,
  at: string,
  report: Report,
  full: () => boolean,
  depth: number,
): void {
  if (full() || depth > DEEPEST) return;
  const schema = resolved(given, named);
  const types = [schema.type].flat().filter((type) => typeof type === 'string');
  if (types.length > 0 && !types.some((type) => isOf(value, type))) {
    report(at, 'type', types.join(', '));
    return;
  }
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) report(at, 'enum', schema.enum.join(', '));
  if (typeof value === 'number') lookNumber(value, schema, at, report);
  else if (typeof value === 'string') lookText(value, schema, at, report);
  else if (Array.isArray(value)) {
    const { minItems, maxItems, items } = schema;
    if (typeof minItems === 'number' && value.length < minItems) report(at, 'few', minItems);
    if (typeof maxItems === 'number' && value.length > maxItems) report(at, 'many', maxItems);
    else if (isRecord(items))
      value.forEach((item, index) => look(item, items, named, `${at}/${index}`, report, full, depth + 1));
  } else if (isRecord(value)) lookObject(value, schema, named, at, report, full, depth);
}

function lookObject(
  value: Readonly<Record<string, unknown>>,
  schema: Schema,
  named: Named,
  at: string,
  report: Report,
  full: () => boolean,
  depth: number,
): void {
  const { properties, additionalProperties, required, minProperties, maxProperties } = schema;
  const known = isRecord(properties) ? properties : {};
  const keys = Object.keys(value);
  if (typeof minProperties === 'number' && keys.length < minProperties) report(at, 'few', minProperties);
  if (typeof maxProperties === 'number' && keys.length > maxProperties) {
    report(at, 'many', maxProperties);
    return;
  }
  for (const name of Array.isArray(required) ? (required as string[]) : [])
    if (!Object.hasOwn(value, name)) report(at, 'required', name);
  for (const key of keys) {
    const own = Object.hasOwn(known, key) ? known[key] : additionalProperties;
    const there = `${at}/${key.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (own === false) report(there, 'unknown', Object.keys(known).join(', '));
    else if (isRecord(own)) look(value[key], own, named, there, report, full, depth + 1);
  }
}

function lookNumber(value: number, { minimum, maximum, exclusiveMinimum }: Schema, at: string, report: Report): void {
  if (typeof minimum === 'number' && value < minimum) report(at, 'low', minimum);
  if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) report(at, 'low', exclusiveMinimum);
  if (typeof maximum === 'number' && value > maximum) report(at, 'high', maximum);
}

/** Lengths count characters, as JSON Schema does. */
function lookText(value: string, { minLength, maxLength, pattern }: Schema, at: string, report: Report): void {
  const length = minLength === undefined && maxLength === undefined ? 0 : Array.from(value).length;
  if (typeof minLength === 'number' && length < minLength) report(at, 'short', minLength);
  if (typeof maxLength === 'number' && length > maxLength) report(at, 'long', maxLength);
  else if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value)) report(at, 'pattern', pattern);
}

function resolved(schema: Schema, named: Named): Schema {
  if (typeof schema.$ref !== 'string') return schema;
  const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
  return Object.hasOwn(named, name) ? named[name] : {};
}

function isOf(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return isRecord(value);
    case 'array':
      return Array.isArray(value);
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    default:
      return typeof value === type;
  }
}
