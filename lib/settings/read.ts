import { SwatError } from '../errors';
import type { Field, Fields } from '../platform/fields';
import { SECTIONS, type SectionKey } from './sections';
import { readTree, type Entry, type Item } from './tree';

/** A value that is kept as it will be, or where it is to be taken from when it is needed. */
export type Source =
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'env'; readonly name: string }
  | { readonly from: 'here'; readonly value: unknown };

export interface Setting {
  /** Of a section: the name of the variable; of a node: that of the field. */
  readonly name: string;
  readonly line: number;
  readonly source: Source;
  /** Is not to be shown. */
  readonly secret: boolean;
}

/** What the file says of some nodes. */
export interface Override {
  /** A type, a name or an id. */
  readonly of: string;
  readonly line: number;
  readonly fields: readonly Setting[];
}

/** A settings file, read. */
export interface SettingsFile {
  /** In the words of the environment. */
  readonly variables: readonly Setting[];
  readonly nodes: readonly Override[];
}

const TOP = [...Object.keys(SECTIONS), 'nodes'] as const;
const SHOWN = 60;

/**
 * Reads a settings file and says all that is wrong with it, each with its line.
 * @param known the fields of each type of node
 * @returns problems as `config-syntax`, `config-size`, `config-key` {line, key, known}, `config-type` {line, key, wanted, found}
 */
export function readSettings(text: string, known: Fields): { file: SettingsFile; problems: SwatError[] } {
  const problems: SwatError[] = [];
  const variables: Setting[] = [];
  const nodes: Override[] = [];
  const keep = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (cause) {
      if (!(cause instanceof SwatError)) throw cause;
      problems.push(cause);
      return undefined;
    }
  };
  const each = (entries: readonly Entry[] | undefined, read: (entry: Entry) => void): void =>
    entries?.forEach((entry) => keep(() => read(entry)));

  const tree = keep(() => readTree(text));
  const top = tree === undefined || isEmpty(tree) ? undefined : keep(() => entriesOf(tree, 'the file'));
  each(top, ({ key, line, item }) => {
    if (key === 'nodes') {
      each(isEmpty(item) ? [] : entriesOf(item, key), (entry) => {
        const fields: Setting[] = [];
        nodes.push({ of: entry.key, line: entry.line, fields });
        each(entriesOf(entry.item, entry.key), (field) => fields.push(fieldOf(entry.key, field, known)));
      });
      return;
    }
    const section = Object.hasOwn(SECTIONS, key) ? sectionOf(key as keyof typeof SECTIONS) : undefined;
    if (section === undefined) throw unknown(line, key, TOP);
    each(isEmpty(item) ? [] : entriesOf(item, key), (entry) => variables.push(variableOf(section, entry)));
  });
  return { file: { variables, nodes }, problems };
}

/**
 * Fields that a type of node does not have, or values that its dialog would not take.
 * @throws SwatError `config-key`, `config-type`, `config-choice`, `config-number`
 */
export function checkFields(type: string, { of, fields }: Override, known: Fields): void {
  const own = Object.hasOwn(known, type) ? known[type] : {};
  const wrong = fields.find(({ name }) => !Object.hasOwn(own, name));
  if (wrong !== undefined) throw unknown(wrong.line, `${of}.${wrong.name}`, Object.keys(own));
  for (const { name, line, source } of fields)
    if (source.from === 'here') checkValue(line, `${of}.${name}`, [own[name]], source.value);
}

function sectionOf(name: keyof typeof SECTIONS): Readonly<Record<string, SectionKey>> {
  return SECTIONS[name];
}

function variableOf(section: Readonly<Record<string, SectionKey>>, { key, line, item }: Entry): Setting {
  if (!Object.hasOwn(section, key)) throw unknown(line, key, Object.keys(section));
  const { variable, kind, secret = false } = section[key];
  const source = sourceOf(key, item);
  const setting = (value: string): Setting => ({ name: variable, line, source: { from: 'here', value }, secret });
  if (source.from !== 'here') return { name: variable, line, source, secret };
  const { value } = source;
  if (kind === 'flag') {
    if (typeof value === 'boolean') return setting(value ? '1' : '0');
    throw wrongType(line, key, 'true or false', value);
  }
  const texts = Array.isArray(value) && kind === 'list' ? (value as unknown[]) : [value];
  if (!texts.every((text) => typeof text === 'string' || typeof text === 'number') || texts.length === 0)
    throw wrongType(line, key, kind === 'list' ? 'a text or a list of texts' : 'a text', value);
  return setting(texts.join(','));
}

function fieldOf(of: string, { key, line, item }: Entry, known: Fields): Setting {
  // A name can be that of nodes of any type; which it is shows once there are nodes.
  const types = Object.hasOwn(known, of) ? [of] : Object.keys(known);
  const fields = types.flatMap((type) => (Object.hasOwn(known[type], key) ? [known[type][key]] : []));
  if (fields.length === 0) {
    const names = new Set(types.flatMap((type) => Object.keys(known[type])));
    throw unknown(line, `${of}.${key}`, [...names].sort());
  }
  const isOne = (kind: Field['kind']): boolean => fields.some((field) => field.kind === kind);
  const source = sourceOf(key, item, isOne('other'));
  if (source.from === 'here') checkValue(line, `${of}.${key}`, fields, source.value);
  return { name: key, line, source, secret: isOne('secret') };
}

const WANTED = { text: 'a text', number: 'a number', flag: 'true or false', secret: 'a text', other: 'a list or map' };

/** Refuses what none of the fields takes. @throws SwatError `config-type`, `config-choice`, `config-number` */
function checkValue(line: number, key: string, fields: readonly Field[], value: unknown): void {
  const near = fields.filter(({ kind }) => fits(kind, value));
  if (near.length === 0) {
    const wanted = [...new Set(fields.map(({ kind }) => WANTED[kind]))].join(', or ');
    throw wrongType(line, key, wanted, value);
  }
  if (near.some((field) => admits(field, value))) return;
  const shown = JSON.stringify(value).slice(0, SHOWN);
  const [{ choices, min = -Infinity, max = Infinity }] = near;
  if (choices !== undefined)
    throw new SwatError('config-choice', { line, key, value: shown, choices: choices.join(', ') });
  throw new SwatError(max === Infinity ? 'config-number-least' : 'config-number', {
    line,
    key,
    value: shown,
    min,
    max,
  });
}

function admits({ choices, min = -Infinity, max = Infinity }: Field, value: unknown): boolean {
  if (choices !== undefined) return value === '' || choices.includes(String(value));
  return typeof value !== 'number' || (value >= min && value <= max);
}

function fits(kind: Field['kind'], value: unknown): boolean {
  switch (kind) {
    case 'number':
      return typeof value === 'number';
    case 'flag':
      return typeof value === 'boolean';
    case 'text':
    case 'secret':
      return typeof value === 'string' || typeof value === 'number';
    case 'other':
      return true;
  }
}

/** A value, or `{file: path}` or `{env: NAME}`. */
function sourceOf(key: string, item: Item, free = false): Source {
  if (item.kind === 'map' && item.entries.length === 1) {
    const [{ key: from, item: where }] = item.entries;
    if (where.kind === 'value' && typeof where.value === 'string' && where.value !== '') {
      if (from === 'file') return { from, path: where.value };
      if (from === 'env') return { from, name: where.value };
    }
  }
  if (item.kind === 'map' && !free)
    throw wrongType(item.line, key, 'a value, {file: path} or {env: NAME}', plain(item));
  return { from: 'here', value: plain(item) };
}

/** The value as JSON would have it. */
function plain(item: Item): unknown {
  switch (item.kind) {
    case 'value':
      return item.value;
    case 'list':
      return item.items.map(plain);
    case 'map':
      return Object.fromEntries(item.entries.map(({ key, item: value }) => [key, plain(value)]));
  }
}

function isEmpty(item: Item): boolean {
  return item.kind === 'value' && item.value === null;
}

function entriesOf(item: Item, key: string): readonly Entry[] {
  if (item.kind === 'map') return item.entries;
  throw wrongType(item.line, key, 'names with values', plain(item));
}

function unknown(line: number, key: string, known: readonly string[]): SwatError {
  return new SwatError('config-key', { line, key: key.slice(0, SHOWN), known: known.join(', ') });
}

function wrongType(line: number, key: string, wanted: string, value: unknown): SwatError {
  const isPlain = value !== null && typeof value !== 'object';
  const found = isPlain
    ? JSON.stringify(value).slice(0, SHOWN)
    : value === null
      ? 'nothing'
      : Array.isArray(value)
        ? 'a list'
        : 'a map';
  return new SwatError('config-type', { line, key: key.slice(0, SHOWN), wanted, found });
}
