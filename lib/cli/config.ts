import { readFileSync } from 'node:fs';
import { detailOf, SwatError } from '../errors';
import { readKeyText } from '../api/keys';
import { readBrokerSettings } from '../kafka/broker-settings';
import { englishText, type Params } from '../platform/catalogue';
import { knownFields } from '../platform/fields';
import { environmentOf, overridesOf, type NamedNode } from '../settings/apply';
import { readMetricsSettings } from '../settings/metrics';
import { checkFields, readSettings, type Setting, type SettingsFile } from '../settings/read';
import { readArguments, type Options } from './arguments';
import { errorText, type Command } from './terminal';

/** What `swat config` can be told beside the file. */
export const CONFIG_OPTIONS = { flows: { kind: 'text' } } as const satisfies Options;

/** `swat config check FILE`: all that is wrong with a settings file, and what it would set. 0, and 1 where something is wrong. */
export const config: Command = (args, terminal) => {
  const [action, path = ''] = args;
  if (action !== 'check' || path === '' || path.startsWith('--')) throw new SwatError('config-action');
  const given = readArguments(args.slice(2), CONFIG_OPTIONS);
  const { file, problems } = readSettings(textOf(path, 'file-unreadable'), knownFields());
  const flows = given.text('flows');
  const nodes = flows === undefined ? undefined : nodesOf(flows);
  for (const { name, line, source, secret } of file.variables) {
    const code = (process.env[name] ?? '') === '' ? 'config-variable' : 'config-variable-beaten';
    terminal.result(say(code, { line, name, value: shown({ source, secret }) }));
  }
  for (const { of, line, fields } of file.nodes) {
    const hit = nodes?.filter(({ id, type, name }) => [id, type, name].includes(of));
    const whom = hit?.map(({ id, type, name }) => `${type} ${typeof name === 'string' && name !== '' ? name : id}`);
    const code = hit === undefined ? 'config-nodes' : hit.length === 0 ? 'config-nodes-none' : 'config-nodes-of';
    terminal.result(say(code, { line, of, nodes: whom?.join(', ') ?? '' }));
    for (const field of fields) terminal.result(`    ${field.name}: ${shown(field)}`);
  }
  problems.push(...faultsOf(file, nodes ?? []));
  for (const problem of problems) terminal.progress(`swat config: ${errorText(withPath(problem, path))}`);
  terminal.result(say(problems.length === 0 ? 'config-well' : 'config-faults', { count: problems.length }));
  return Promise.resolve(problems.length === 0 ? 0 : 1);
};

/**
 * The environment, and behind it the settings file that `SWAT_CONFIG` names.
 * @throws SwatError where the file cannot be used
 */
export function environment(): Readonly<Record<string, string | undefined>> {
  const path = process.env.SWAT_CONFIG ?? '';
  if (path === '') return process.env;
  const { file, problems } = readSettings(textOf(path, 'config-unreadable'), knownFields());
  if (problems.length > 0) throw withPath(problems[0], path);
  try {
    return environmentOf(file, { env: process.env, readFile: (each) => readFileSync(each, 'utf8') });
  } catch (cause) {
    throw cause instanceof SwatError ? withPath(cause, path) : cause;
  }
}

/** What shows only with the nodes of a flow, and secrets that are not where the file says. */
function faultsOf(file: SettingsFile, nodes: readonly NamedNode[]): SwatError[] {
  const faults: SwatError[] = [];
  const keep = (check: () => unknown): void => {
    try {
      check();
    } catch (cause) {
      if (!(cause instanceof SwatError)) throw cause;
      faults.push(cause);
    }
  };
  const known = knownFields();
  for (const node of nodes) for (const each of overridesOf(file, node)) keep(() => checkFields(node.type, each, known));
  const all = [...file.variables, ...file.nodes.flatMap(({ fields }) => fields)];
  for (const each of all) keep(() => environmentOf({ variables: [each], nodes: [] }, { env: process.env, readFile }));
  return [...faults, ...valueFaultsOf(file), ...connectionFaultsOf(file)];
}

/** Addresses of brokers and logins of nodes, by what the node checks. */
function connectionFaultsOf({ nodes }: SettingsFile): SwatError[] {
  const said = nodes.flatMap(({ fields }) => fields.filter(({ name }) => name === 'brokers' || name === 'sasl'));
  return said.flatMap((setting) => {
    const given = { [setting.name]: textOfSetting(setting), user: ANYTHING, password: ANYTHING };
    return refused(
      () => readBrokerSettings(given, { env: {}, readFile }),
      () => setting.line,
    );
  });
}

/** What is wrong with a value, with its line; nothing where the check is content. */
function refused(check: () => unknown, lineOf: (cause: SwatError) => number): SwatError[] {
  try {
    check();
    return [];
  } catch (cause) {
    if (!(cause instanceof SwatError)) throw cause;
    return [new SwatError('config-value', { line: lineOf(cause), detail: errorText(cause) })];
  }
}

const readFile = (path: string): string => readFileSync(path, 'utf8');

/** Variables that are checked together. */
const TOGETHER = [
  ['SWAT_KAFKA_BROKERS'],
  ['SWAT_KAFKA_SASL', 'SWAT_KAFKA_USER', 'SWAT_KAFKA_PASSWORD'],
  ['SWAT_KAFKA_TLS', 'SWAT_KAFKA_CA', 'SWAT_KAFKA_CERT', 'SWAT_KAFKA_KEY'],
  ['SWAT_METRICS_TOKEN'],
  ['SWAT_API_KEYS'],
] as const;
/** In place of what is not where the file says: that is told already. */
const ANYTHING = '?'.repeat(16);

/** Values that the nodes and the metrics would refuse, by what these themselves check. */
function valueFaultsOf({ variables }: SettingsFile): SwatError[] {
  return TOGETHER.flatMap((names) => {
    const said = variables.filter(({ name }) => (names as readonly string[]).includes(name));
    if (said.length === 0) return [];
    const env = Object.fromEntries(
      names.map((name) => [
        name,
        (process.env[name] ?? '') === '' ? textOfSetting(said.find((each) => each.name === name)) : process.env[name],
      ]),
    );
    const check = (): void => {
      readBrokerSettings({}, { env, readFile });
      readMetricsSettings(undefined, { ...env, SWAT_METRICS: '1' });
      if (env.SWAT_API_KEYS !== ANYTHING) readKeyText(env.SWAT_API_KEYS ?? '');
    };
    return refused(check, ({ details }) => (said.find(({ name }) => name === details.variable) ?? said[0]).line);
  });
}

function textOfSetting(setting: Setting | undefined): string {
  if (setting === undefined) return '';
  try {
    const file = { variables: [setting], nodes: [] };
    const env = environmentOf(file, {
      env: { ...process.env, [setting.name]: '' },
      readFile,
    });
    return env[setting.name] ?? '';
  } catch {
    return ANYTHING;
  }
}

function shown({ source, secret }: Pick<Setting, 'source' | 'secret'>): string {
  if (source.from === 'file') return `{file: ${source.path}}`;
  if (source.from === 'env') return `{env: ${source.name}}`;
  return secret ? '***' : JSON.stringify(source.value);
}

function withPath({ code, details }: SwatError, path: string): SwatError {
  return new SwatError(code, { ...details, path });
}

function say(code: string, params: Params): string {
  return englishText(`sentences.${code}`, params) ?? code;
}

/** The text of a file. @throws SwatError `file-missing` for one of the command line that is not there, else `unreadable` */
function textOf(path: string, unreadable: 'config-unreadable' | 'file-unreadable'): string {
  try {
    return readFile(path);
  } catch (cause) {
    const detail = (cause as { code?: string }).code ?? detailOf(cause);
    const isMissing = detail === 'ENOENT' && unreadable === 'file-unreadable';
    throw new SwatError(isMissing ? 'file-missing' : unreadable, { path, detail }, { cause });
  }
}

/** The nodes of ours in a flow file. @throws SwatError `file-missing`, `file-unreadable`, `config-flows` */
function nodesOf(path: string): NamedNode[] {
  const text = textOf(path, 'file-unreadable');
  const known = knownFields();
  let flows: unknown;
  try {
    flows = JSON.parse(text);
  } catch {
    flows = undefined;
  }
  if (!Array.isArray(flows)) throw new SwatError('config-flows', { path });
  return (flows as Partial<NamedNode>[]).filter(
    (node): node is NamedNode => typeof node.type === 'string' && Object.hasOwn(known, node.type),
  );
}
