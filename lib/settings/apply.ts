import { detailOf, SwatError } from '../errors';
import type { Fields } from '../platform/fields';
import { checkFields, type Override, type Setting, type SettingsFile } from './read';

type Env = Readonly<Record<string, string | undefined>>;

/** Where values are taken from that do not stand in the file itself. */
export interface Sources {
  readonly env: Env;
  /** The text of a file. Throws where there is none. */
  readonly readFile: (path: string) => string;
}

/**
 * The environment, and what the file says where that says nothing.
 * @throws SwatError `config-source` where a secret is not where the file says
 */
export function environmentOf({ variables }: SettingsFile, sources: Sources): Env {
  const said = variables.filter(({ name }) => (sources.env[name] ?? '') === '');
  return { ...sources.env, ...Object.fromEntries(said.map((each) => [each.name, String(valueOf(each, sources))])) };
}

/** What is known of a node before it is made. */
export interface NamedNode {
  readonly id: string;
  readonly type: string;
  readonly name?: unknown;
}

/** What the file says of a node: its type first, then its name, then its id, the last one holds. */
export function overridesOf({ nodes }: SettingsFile, { id, type, name }: NamedNode): Override[] {
  return [type, name, id].flatMap((key) => (key === '' ? [] : nodes.filter(({ of }) => of === key)));
}

/** Fields that the file sets, by name, with their values; secrets apart. */
export interface Applied {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, unknown>>;
}

/**
 * The fields of a node as the file says.
 * @throws SwatError `config-key`, `config-type`, `config-choice`, `config-number`, `config-source`
 */
export function appliedTo(node: NamedNode, file: SettingsFile, known: Fields, sources: Sources): Applied {
  const overrides = overridesOf(file, node);
  for (const each of overrides) checkFields(node.type, each, known);
  const all = overrides.flatMap(({ fields }) => fields);
  const isSecret = ({ name }: Setting): boolean => known[node.type][name].kind === 'secret';
  // A text such as a topic or a password may look like a number.
  const typed = ({ name }: Setting, value: unknown): unknown =>
    typeof value === 'number' && ['text', 'secret'].includes(known[node.type][name].kind) ? String(value) : value;
  const named = (settings: readonly Setting[]): Record<string, unknown> =>
    Object.fromEntries(settings.map((each) => [each.name, typed(each, valueOf(each, sources))]));
  return { fields: named(all.filter((each) => !isSecret(each))), secrets: named(all.filter(isSecret)) };
}

function valueOf({ name, line, source }: Setting, { env, readFile }: Sources): unknown {
  switch (source.from) {
    case 'here':
      return source.value;
    case 'env': {
      const value = env[source.name] ?? '';
      if (value !== '') return value;
      throw new SwatError('config-source', { line, key: name, from: source.name, detail: 'ENV' });
    }
    case 'file':
      try {
        return readFile(source.path).trim();
      } catch (cause) {
        const detail = (cause as { code?: string }).code ?? detailOf(cause);
        throw new SwatError('config-source', { line, key: name, from: source.path, detail }, { cause });
      }
  }
}
