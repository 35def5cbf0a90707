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

/** What is found of one value, and where the look is now. */
class Search {
  readonly found: Finding[] = [];
  readonly path: (string | number)[] = [];

  constructor(readonly named: Named) {}

  get full(): boolean {
    return this.found.length >= MOST_FINDINGS;
  }

  /** @param key below the place of now, where that is what is meant */
  report(rule: Finding['rule'], wanted: unknown, key?: string): void {
    if (this.full) return;
    const path = key === undefined ? this.path : [...this.path, key];
    const pointer = path
      .map((part) => `/${String(part).slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')}`)
      .join('');
    this.found.push({ pointer, rule, wanted: String(wanted) });
  }
}

/**
 * What is wrong with a value, at most {@link MOST_FINDINGS}: none where it fits. Knows `type`, `enum`, `required`, `properties`,
 * `additionalProperties`, `minProperties`, `maxProperties`, `items`, `minItems`, `maxItems`, `minimum`, `maximum`, `exclusiveMinimum`, `minLength`,
 * `maxLength`, `pattern` and `$ref` into the schemas that are given by name. Never recurses deeper than the schema does.
 */
export function findings(value: unknown, schema: Schema, named: Named): Finding[] {
  const search = new Search(named);
  look(value, schema, search);
  return search.found;
}

function look(value: unknown, given: Schema, search: Search): void {
  if (search.full || search.path.length > DEEPEST) return;
  const schema = resolved(given, search.named);
  const { type } = schema;
  const fits = Array.isArray(type) ? type.some((each) => isOf(value, each)) : type === undefined || isOf(value, type);
  if (!fits) {
    search.report('type', [type].flat().join(', '));
    return;
  }
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) search.report('enum', schema.enum.join(', '));
  if (typeof value === 'number') lookNumber(value, schema, search);
  else if (typeof value === 'string') lookText(value, schema, search);
  else if (Array.isArray(value)) lookList(value, schema, search);
  else if (isRecord(value)) lookObject(value, schema, search);
}

function lookList(value: readonly unknown[], { minItems, maxItems, items }: Schema, search: Search): void {
  if (typeof minItems === 'number' && value.length < minItems) search.report('few', minItems);
  if (typeof maxItems === 'number' && value.length > maxItems) search.report('many', maxItems);
  else if (isRecord(items)) {
    for (let index = 0; index < value.length; index += 1) {
      search.path.push(index);
      look(value[index], items, search);
      search.path.pop();
    }
  }
}

function lookObject(value: Readonly<Record<string, unknown>>, schema: Schema, search: Search): void {
  const { properties, additionalProperties, required, minProperties, maxProperties } = schema;
  const known = isRecord(properties) ? properties : {};
  const keys = Object.keys(value);
  if (typeof minProperties === 'number' && keys.length < minProperties) search.report('few', minProperties);
  if (typeof maxProperties === 'number' && keys.length > maxProperties) {
    search.report('many', maxProperties);
    return;
  }
  for (const name of Array.isArray(required) ? (required as string[]) : [])
    if (!Object.hasOwn(value, name)) search.report('required', name);
  for (const key of keys) {
    const own = Object.hasOwn(known, key) ? known[key] : additionalProperties;
    if (own === false) search.report('unknown', Object.keys(known).join(', '), key);
    else if (isRecord(own)) {
      search.path.push(key);
      look(value[key], own, search);
      search.path.pop();
    }
  }
}

function lookNumber(value: number, { minimum, maximum, exclusiveMinimum }: Schema, search: Search): void {
  if (typeof minimum === 'number' && value < minimum) search.report('low', minimum);
  if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) search.report('low', exclusiveMinimum);
  if (typeof maximum === 'number' && value > maximum) search.report('high', maximum);
}

/** Lengths count characters, as JSON Schema does. */
function lookText(value: string, { minLength, maxLength, pattern }: Schema, search: Search): void {
  const length = minLength === undefined && maxLength === undefined ? 0 : Array.from(value).length;
  if (typeof minLength === 'number' && length < minLength) search.report('short', minLength);
  if (typeof maxLength === 'number' && length > maxLength) search.report('long', maxLength);
  else if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value)) search.report('pattern', pattern);
}

function resolved(schema: Schema, named: Named): Schema {
  if (typeof schema.$ref !== 'string') return schema;
  const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
  return Object.hasOwn(named, name) ? named[name] : {};
}

function isOf(value: unknown, type: unknown): boolean {
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
