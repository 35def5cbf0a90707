import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SwatError } from '../../lib/errors';
import { exported } from '../../lib/journal/export';
import { openJournal } from '../../lib/journal/opened';
import { Trail } from '../../lib/journal/trail';
import { readBundle } from '../../lib/model/bundle';
import { sealed } from '../../lib/model/manifest';
import { createStore } from '../../lib/model/store';
import { readTar, writeTar } from '../../lib/model/tar';
import { createPlant, type Tag } from '../../lib/plant/dictionary';
import { csvOf, tagsFromCsv } from '../../lib/plant/csv';
import { knownFields } from '../../lib/platform/fields';
import { disk } from '../../lib/platform/files';
import { readSettings } from '../../lib/settings/read';
import { RECORD, writeBatch } from '../../lib/snapshot/batch';
import { readStateFile, stateHeader } from '../../lib/snapshot/file';
import { fromBytes } from '../../lib/snapshot/json';
import { readHistorian } from '../../lib/stream/historian';
import { windowSchema } from '../../lib/stream/schema';
import { entry, T0 } from '../lib/journal/contract-entry';
import { networkArtifact, NETWORK_REPORT } from '../lib/model/network';
import { NOW } from '../lib/model/sample';
import type { Watched } from './data-only-watch';

/** What a process has found that loaded files whose every text is code: see data-only.test.ts. */
export interface DataOnly {
  /** By the name of what was loaded: `taken`, or the code of its refusal. */
  readonly came: Readonly<Record<string, string>>;
  /** What was evaluated or loaded meanwhile. */
  readonly noted: readonly string[];
  /** Whether one of the texts has run. */
  readonly hasRun: boolean;
  /** Whether the prototypes are what they were. */
  readonly isSound: boolean;
}

type Json = Record<string, unknown>;

/** Code, paths and names of an object's own machinery; each would leave a mark if it ran. */
export function codeTexts(mark: string): string[] {
  const write = `require('node:fs').writeFileSync(${JSON.stringify(mark)}, 'x')`;
  return [
    write,
    `(() => { ${write}; globalThis.hasRun = true; })()`,
    `\${globalThis.hasRun = true}`,
    `{{#each x}}{{constructor.constructor('globalThis.hasRun = true')()}}{{/each}}`,
    `<%= globalThis.hasRun = true %>`,
    `'); ${write}; ('`,
    `"); ${write}; ("`,
    `file://${mark}.mjs`,
    `data:text/javascript,globalThis.hasRun=true`,
    `../../../../../../..${mark}.js`,
    `!!js/function 'function () { globalThis.hasRun = true }'`,
    `=cmd|'/c calc'!A1`,
    '__proto__',
    'constructor',
  ];
}

async function run(folder: string, watched: Watched): Promise<DataOnly> {
  const mark = join(folder, 'mark');
  for (const ending of ['.js', '.mjs', '.cjs']) await writeFile(`${mark}${ending}`, 'globalThis.hasRun = true;');
  const texts = codeTexts(mark);
  const before = prototypes();
  const bundle = await bundleOf(folder, texts);
  watched.arm();
  const came: Record<string, string> = {};
  for (const [name, load] of loads(folder, texts, bundle)) came[name] = await outcomeOf(load);
  // What is put off would run by then.
  await pause(50);
  const hasRun = existsSync(mark) || Object.hasOwn(globalThis, 'hasRun');
  return { came, noted: [...watched.noted], hasRun, isSound: prototypes() === before };
}

async function outcomeOf(load: () => unknown): Promise<string> {
  try {
    await load();
    return 'taken';
  } catch (cause) {
    return cause instanceof SwatError ? cause.code : `unforeseen: ${String(cause)}`;
  }
}

function prototypes(): string {
  return [Object, Array, Function, String, Number].map(({ prototype }) => Reflect.ownKeys(prototype).map(String).join()).join(); // prettier-ignore
}

/** A version whose tags, settings and report are made of these texts, as far as a model may hold them. */
async function bundleOf(folder: string, texts: readonly string[]): Promise<Buffer> {
  const text = (at: number): string => texts[at % texts.length];
  const tags = [0, 1].map((at): Tag => ({ name: `T${at}$\{globalThis.hasRun=true}`, stage: text(at).slice(0, 64), kind: 'sensor', unit: text(at + 2).slice(0, 32), low: 0, high: 1, description: text(at + 4) })); // prettier-ignore
  const plain = networkArtifact();
  const schema = windowSchema(createPlant('code', tags), [60]);
  const settings = {
    ...plain.settings,
    ...Object.fromEntries(texts.slice(0, 8).map((each, at) => [`note${at}`, each])),
  };
  const files = createStore({ files: disk, folder: join(folder, 'from'), product: text(0).slice(0, 64) });
  const version = await files.save({ ...plain, schema, settings }, NETWORK_REPORT, NOW);
  return files.exportVersion('autoencoder', version);
}

/** Everything that reads a file, given one that is full of code. */
function loads(folder: string, texts: readonly string[], bundle: Buffer): [name: string, load: () => unknown][] {
  const store = createStore({ files: disk, folder: join(folder, 'to'), product: '1' });
  const parts = readTar(bundle);
  const json = (name: string): Json => JSON.parse(parts.get(name)?.toString() ?? '{}') as Json;
  const withPart = (name: string, bytes: Buffer): Buffer => writeTar([...parts].map(([each, own]) => ({ name: each, bytes: each === name ? bytes : own }))); // prettier-ignore
  const withoutManifest = (name: string, bytes: Buffer): Buffer => writeTar([...parts].flatMap(([each, own]) => (each === 'manifest.json' ? [] : [{ name: each, bytes: each === name ? bytes : own }]))); // prettier-ignore
  const lambda = json('tfjs/model.json');
  (lambda.modelTopology as { config: { layers: Json[] } }).config.layers[0] = { class_name: 'Lambda', config: { name: 'x', function: texts } }; // prettier-ignore
  const everywhere = texts.flatMap((text, at): [string, () => unknown][] => {
    const replaced = (name: string): Buffer => Buffer.from(JSON.stringify(json(name), (key, value: unknown) => (typeof value === 'string' && !['mark', 'format', 'class_name'].includes(key) ? text : value))); // prettier-ignore
    const manifest = JSON.parse(replaced('manifest.json').toString()) as Json;
    delete manifest.sha256;
    return [
      [`manifest ${at}`, () => readBundle(withPart('manifest.json', Buffer.from(sealed(manifest))))],
      [`network ${at}`, () => readBundle(withoutManifest('tfjs/model.json', replaced('tfjs/model.json')))],
      [`beside a network ${at}`, () => readBundle(withoutManifest('tfjs/swat.json', replaced('tfjs/swat.json')))],
      [`name in an archive ${at}`, () => readBundle(writeTar([{ name: text.slice(0, 99), bytes: Buffer.from(text) }]))],
      [`settings ${at}`, () => readSettings(`brokers: ${JSON.stringify(text)}\nnodes:\n  ${JSON.stringify(text)}:\n    topics: ${text}\n`, knownFields())], // prettier-ignore
    ];
  });
  return [
    ['a model', async () => {
      const read = readBundle(bundle);
      if (read.form !== 'native') throw new Error(read.form);
      const version = await store.importVersion(read, NOW);
      await store.activate('autoencoder', version, NOW);
      return store.load('autoencoder', version);
    }],
    ['a network', () => readBundle(withoutManifest('', Buffer.alloc(0)))],
    ['a network with a layer of code', () => readBundle(withoutManifest('tfjs/model.json', Buffer.from(JSON.stringify(lambda))))],
    ...everywhere,
    ['tags', () => tagsFromCsv(`tag,unit,low,high,description\n${texts.map((text, at) => `T${at},${JSON.stringify(text)},0,1,"${text.replaceAll('"', '""')}"`).join('\n')}\n`)],
    ['tags again', () => tagsFromCsv(csvOf(tagsFromCsv('tag,unit,low,high\nA,=1+1,0,1\n').tags))],
    ['a historian', () => drained(readHistorian(once(Buffer.from(`time,${texts.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')}\n2026-01-01T00:00:00Z,${texts.map(() => '1').join(',')}\n2026-01-01T00:00:01Z,${texts.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')}\n`)), { timeZone: 'UTC', columns: { time: '', label: '' } }))],
    ['a state', async () => {
      const header = { kind: 'swat-window', version: 1, key: texts[0] };
      const path = join(folder, 'x.state');
      await writeFile(path, Buffer.concat([stateHeader(header), writeBatch(texts.map((text) => ({ type: RECORD.full, key: text, data: Buffer.from(JSON.stringify({ [text]: text, code: texts })) })), false)]));
      const file = await readStateFile(disk, path, header);
      if (file.found !== 'restored' || file.entries.size !== texts.length) throw new Error(file.found);
      return [...file.entries].map(([key, { full }]) => fromBytes(key, full));
    }],
    ['a trail', async () => {
      const trail = new Trail(disk, join(folder, 'audit.jsonl'), { cut: () => undefined });
      for (const text of texts) await trail.append({ action: text, reason: text, [text]: text });
      return trail.last(100);
    }],
    ['a journal', async () => {
      const place = { kind: 'file', path: join(folder, 'journal.db') } as const;
      const opened = await openJournal(place, disk, T0, () => undefined);
        const { journal } = opened;
      await journal.append(texts.map((text, at) => entry(at + 1, { asset: text, tag: text, tags: [text], comment: text, user: text, event: text, alarm: text, body: { [text]: text, texts } })));
      const pages = await Promise.all(texts.map((text) => journal.query({ asset: text.slice(0, 128), event: text.slice(0, 64), limit: 5 })));
      if (!pages.every(({ records }) => records.length === 1)) throw new Error('not found again');
      for (const form of ['csv', 'json'] as const) await drained(exported(journal, {}, form));
      await opened.close();
    }],
    ['a file by a name of code', async () => readFile(await writtenAs(folder, texts[2]))],
  ]; // prettier-ignore
}

async function writtenAs(folder: string, text: string): Promise<string> {
  const path = join(folder, text.replaceAll('/', '_'));
  await disk.writeAtomic(path, text);
  return path;
}

async function drained(items: AsyncIterable<unknown>): Promise<number> {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all.length;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer, undefined> {
  yield await Promise.resolve(bytes);
  return undefined;
}

const { dataOnlyWatch: watched } = globalThis as unknown as { readonly dataOnlyWatch?: Watched };
if (watched !== undefined) {
  void run(process.argv[2], watched).then((found) => process.stdout.write(JSON.stringify(found)));
}
