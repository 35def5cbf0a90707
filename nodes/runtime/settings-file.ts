import { readFileSync, statSync } from 'node:fs';
import type { NodeAPI } from 'node-red';
import { detailOf, SwatError } from '../../lib/errors';
import { knownFields } from '../../lib/platform/fields';
import { appliedTo, environmentOf, type Applied, type NamedNode, type Sources } from '../../lib/settings/apply';
import { readSettings, type SettingsFile } from '../../lib/settings/read';
import { worded, words } from './words';

type Settings = Pick<NodeAPI, 'settings'>;

const NOTHING: SettingsFile = { variables: [], nodes: [] };
const NO_FIELDS: Applied = { fields: {}, secrets: {} };

/** A file as it was last read, and what of it was used. */
interface Loaded {
  readonly stamp: string;
  readonly file: SettingsFile;
  readonly failure: SwatError | undefined;
  readonly used: Set<string>;
}

const loaded = new Map<string, Loaded>();
const watching = new WeakSet<NodeAPI['events']>();
/** Texts that were told since the flows last started. */
const told = new WeakMap<NodeAPI['events'], Set<string>>();

/** The settings file: as `SWAT_CONFIG` says, else `swat.config` of settings.js; empty: none. */
function settingsPath(RED: Settings): string {
  const { swat } = RED.settings as unknown as { readonly swat?: { readonly config?: unknown } };
  const given = process.env.SWAT_CONFIG ?? '';
  return given !== '' ? given : typeof swat?.config === 'string' ? swat.config : '';
}

/**
 * The environment, and behind it what the settings file says: read it wherever a `SWAT_…` variable is meant.
 * @throws SwatError where the file cannot be used
 */
export function settingsEnv(RED: Settings): Readonly<Record<string, string | undefined>> {
  const current = load(RED);
  if (current === undefined) return process.env;
  if (current.failure !== undefined) throw current.failure;
  return inFile(RED, () => environmentOf(current.file, sources()));
}

/**
 * What the settings file says of a node, to stand before what its dialog says.
 * @throws SwatError where the file cannot be used, or says what such a node does not have
 */
export function settingsOf(RED: NodeAPI, node: NamedNode): Applied {
  const current = load(RED);
  if (current === undefined) return NO_FIELDS;
  if (current.failure !== undefined) throw current.failure;
  for (const key of [node.id, node.type, node.name]) if (typeof key === 'string') current.used.add(key);
  tellUnused(RED);
  return inFile(RED, () => appliedTo(node, current.file, knownFields(), sources()));
}

/** What keeps the settings file from being used; `undefined` where nothing does, or there is none. */
export function settingsFault(RED: Settings): SwatError | undefined {
  const current = load(RED);
  if (current?.failure !== undefined) return current.failure;
  try {
    settingsEnv(RED);
    return undefined;
  } catch (cause) {
    return cause instanceof SwatError ? cause : undefined;
  }
}

/** Whether an error says what is wrong with the settings file itself. */
export function isOfSettingsFile(cause: unknown): cause is SwatError {
  return cause instanceof SwatError && cause.code.startsWith('config-');
}

/** Logs what is wrong with the settings file: once, however many nodes it stops; anew with each deploy. */
export function tellFault(RED: NodeAPI, cause: SwatError): void {
  let texts = told.get(RED.events);
  if (texts === undefined) {
    const fresh = new Set<string>();
    texts = fresh;
    told.set(RED.events, fresh);
    RED.events.on('flows:started', () => fresh.clear());
  }
  const { message } = worded(RED, cause);
  if (texts.has(message)) return;
  texts.add(message);
  RED.log.error(message);
}

/** Where a variable was said: its name in the environment, or the file and the line. */
export function saidWhere(RED: Settings, variable: string): string {
  if ((process.env[variable] ?? '') !== '') return variable;
  const line = load(RED)?.file.variables.find(({ name }) => name === variable)?.line;
  return line === undefined ? variable : `${settingsPath(RED)}:${line}`;
}

/** What is wrong is told with the file's name. */
function inFile<T>(RED: Settings, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof SwatError)) throw cause;
    throw new SwatError(cause.code, { ...cause.details, path: settingsPath(RED) }, { cause });
  }
}

function sources(): Sources {
  return { env: process.env, readFile: (path) => readFileSync(path, 'utf8') };
}

/** Reads the file again where it has changed. */
function load(RED: Settings): Loaded | undefined {
  const path = settingsPath(RED);
  if (path === '') return undefined;
  const before = loaded.get(path);
  let stamp = 'missing';
  try {
    const { mtimeMs, size, ino } = statSync(path);
    stamp = `${mtimeMs}/${size}/${ino}`;
    if (before?.stamp === stamp) return before;
    const { file, problems } = readSettings(readFileSync(path, 'utf8'), knownFields());
    const [first] = problems as (SwatError | undefined)[];
    const failure = first && new SwatError(first.code, { ...first.details, path });
    loaded.set(path, { stamp, file, failure, used: new Set() });
  } catch (cause) {
    const detail = (cause as { code?: string }).code ?? detailOf(cause);
    const failure = new SwatError('config-unreadable', { path, detail }, { cause });
    loaded.set(path, { stamp, file: NOTHING, failure, used: new Set() });
  }
  return loaded.get(path);
}

/** Once the flows have started: names in the file that are of no node. */
function tellUnused(RED: NodeAPI): void {
  if (watching.has(RED.events)) return;
  watching.add(RED.events);
  const told = new Set<string>();
  RED.events.on('flows:started', () => {
    const current = load(RED);
    const types = knownFields();
    for (const { of, line } of current?.file.nodes ?? []) {
      if (current?.used.has(of) === true || Object.hasOwn(types, of) || told.has(of)) continue;
      told.add(of);
      RED.log.warn(words(RED, 'sentences.config-unused', { path: settingsPath(RED), line, name: of }));
    }
  });
}
