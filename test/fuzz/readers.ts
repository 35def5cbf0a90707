import { newTrack, paceOf } from '../../lib/detect/track';
import { readTrack, writeTrack } from '../../lib/detect/track-bytes';
import { SwatError } from '../../lib/errors';
import { Page } from '../../lib/history/page';
import { pageBytes, readPage } from '../../lib/history/page-bytes';
import { headOf } from '../../lib/journal/head-file';
import { recordOf } from '../../lib/journal/page-text';
import { openedLine, sealedLine, Trail } from '../../lib/journal/trail';
import { readValue } from '../../lib/kafka/form';
import { readBundle } from '../../lib/model/bundle';
import { readManifest, sealed } from '../../lib/model/manifest';
import { readPointer } from '../../lib/model/pointer';
import { createStore } from '../../lib/model/store';
import { readTar, writeTar } from '../../lib/model/tar';
import { readTfjs } from '../../lib/model/tfjs-read';
import { readPinHash } from '../../lib/operator/pin';
import { csvOf, tagsFromCsv } from '../../lib/plant/csv';
import { SWAT } from '../../lib/plant/swat';
import { knownFields } from '../../lib/platform/fields';
import { disk, type Files } from '../../lib/platform/files';
import { readLogo } from '../../lib/report/logo';
import { readSettings } from '../../lib/settings/read';
import { RECORD, writeBatch } from '../../lib/snapshot/batch';
import { readStateFile, stateHeader } from '../../lib/snapshot/file';
import { fromBytes } from '../../lib/snapshot/json';
import { decodePayload } from '../../lib/sparkplug/decode';
import { encodePayload } from '../../lib/sparkplug/encode';
import { DataType } from '../../lib/sparkplug/payload';
import { readHistorian } from '../../lib/stream/historian';
import { NETWORK_REPORT, networkArtifact } from '../lib/model/network';
import { NOW, withFolder } from '../lib/model/sample';

/** A reader of bytes that come from elsewhere: gives what it can use, and throws only errors with a code. */
export interface Reader {
  readonly name: string;
  readonly seeds: readonly Buffer[];
  readonly read: (bytes: Buffer) => unknown;
}

const bytesOf = (...texts: readonly string[]): Buffer[] => texts.map((text) => Buffer.from(text));
const PACE = paceOf({ smoothing: 0.3, baselineSamples: 720, baselineTravel: 30 });
const STATE = { kind: 'fuzz', version: 1, key: 'k' };
const PLAIN_PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'); // prettier-ignore

/** Every reader of the product's own files, of files of others, and of payloads in bytes. */
export async function readers(): Promise<Reader[]> {
  const bundle = await sampleBundle();
  const files = readTar(bundle);
  const part = (name: string): Buffer => {
    const found = files.get(name);
    if (found === undefined) throw new Error(`${name} is not among ${[...files.keys()].join(' ')}`);
    return found;
  };
  const manifest = part('manifest.json');
  const topology = part('tfjs/model.json');
  /** The bundle with one of its files in other bytes: what a tar's own sums would refuse before it is read. */
  const withPart = (name: string, bytes: Buffer): Buffer =>
    writeTar([...files].map(([each, own]) => ({ name: each, bytes: each === name ? bytes : own })));
  return [
    { name: 'a model bundle', seeds: [bundle], read: readBundle },
    { name: 'a manifest in a bundle', seeds: [manifest], read: (bytes) => readBundle(withPart('manifest.json', bytes)) },
    { name: 'a manifest', seeds: [manifest], read: readManifest },
    { name: 'a manifest under a right seal', seeds: [unsealed(manifest)], read: (bytes) => readManifest(Buffer.from(sealed(jsonOf(bytes)))) },
    { name: 'a TensorFlow.js network', seeds: [topology], read: (bytes) => readTfjs(bytes, (name) => files.get(`tfjs/${name}`)) },
    { name: 'weights', seeds: [part('weights.bin')], read: (bytes) => readBundle(withPart('weights.bin', bytes)) },
    { name: 'the pointer to a version', seeds: bytesOf(JSON.stringify({ active: 'a', previous: 'b', history: [{ version: 'a', at: 1 }] })), read: (bytes) => readPointer(bytes.toString()) },
    { name: 'a CSV of tags', seeds: bytesOf(csvOf(SWAT.tags), 'Tag;Einheit;von;bis\nA1;mm;0,5;1,5\n'), read: (bytes) => tagsFromCsv(bytes.toString()) },
    { name: 'a CSV of a historian', seeds: bytesOf(...HISTORIES), read: readHistory },
    { name: 'a settings file', seeds: bytesOf(SETTINGS), read: (bytes) => readSettings(bytes.toString(), knownFields()) },
    { name: 'a state file', seeds: [stateFile()], read: (bytes) => readStateFile(oneFile(bytes), 'x', STATE) },
    { name: 'a state in JSON', seeds: bytesOf('{"a":[1,2,{"b":null}]}'), read: (bytes) => fromBytes('k', bytes) },
    { name: 'the track of an asset', seeds: [Buffer.from(writeTrack(newTrack(8, PACE), 'v1'))], read: (bytes) => readTrack(bytes, 'v1', newTrack(8, PACE)) },
    { name: 'a page of the history', seeds: [pageSeed()], read: (bytes) => readPage(60, 8, bytes, [bytes], () => Promise.resolve()) },
    { name: 'a line of an audit trail', seeds: bytesOf(sealedLine({ action: 'train', at: 1, user: 'a' })), read: (bytes) => openedLine(bytes.toString().trimEnd()) },
    { name: 'an audit trail', seeds: bytesOf(sealedLine({ action: 'train', at: 1 }) + sealedLine({ action: 'activate', reason: 'x' })), read: (bytes) => trailOf(bytes).last(100) },
    { name: 'the head of a journal', seeds: bytesOf(`17:${'ab'.repeat(32)}\n`), read: (bytes) => headOf(bytes.toString()) },
    { name: 'a record of a journal', seeds: bytesOf(JOURNAL_RECORD), read: (bytes) => recordOf(bytes.toString()) },
    { name: 'a value of Kafka in JSON', seeds: bytesOf('{"LIT101":1,"timestamp":2}', '[{"a":1},{"a":2}]'), read: (bytes) => readValue(bytes, { form: 'json', columns: [] }) },
    { name: 'a value of Kafka in CSV', seeds: bytesOf('a;b;c\n1;2,5;x\n3;4;\n'), read: (bytes) => readValue(bytes, { form: 'csv', columns: [] }) },
    { name: 'a value of Kafka in CSV with columns', seeds: bytesOf('1,2.5,x\n'), read: (bytes) => readValue(bytes, { form: 'csv', columns: ['a', 'b', '__proto__'] }) },
    { name: 'a logo', seeds: [PLAIN_PNG, ...bytesOf('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="5" height="5"/></svg>')], read: readLogo },
    { name: 'a hash of a PIN', seeds: bytesOf(`scrypt$32768$8$3$${'A'.repeat(22)}$${'B'.repeat(43)}`), read: (bytes) => readPinHash(bytes.toString()) },
    { name: 'a payload of Sparkplug B', seeds: [encodePayload({ timestamp: 1, seq: 1, metrics: [{ name: 'a', alias: 1, timestamp: 2, datatype: DataType.Double, value: 1.5 }] })], read: decodePayload },
  ]; // prettier-ignore
}

const JOURNAL_RECORD = '[[1,"1.7e12","1.7e12","alert",5,"raised","a/1","a","T",",T,U,","unacknowledged","WARNING","medium","","seen","ab"],{"event":"raised"}]'; // prettier-ignore

const HISTORIES = [
  'Timestamp,LIT101,MV101,Normal/Attack\n2015-12-28 10:00:00,522.1,2,Normal\n2015-12-28 10:00:01,522.3,2,Attack\n',
  'title\n\nt_stamp;LIT101;FIT101\n28.12.2015 10:00:00;522,1;2,5\n28.12.2015 10:00:01;;x\n',
  '"time"\t"LIT101"\n1451296800000\t1\n1451296801000\t"2"\n',
];
const SETTINGS = 'brokers: 127.0.0.1:9092\nnodes:\n  swat-kafka-in:\n    topics: a\n  swat-window:\n    length: 60\n';

async function sampleBundle(): Promise<Buffer> {
  let bundle: Buffer = Buffer.alloc(0);
  await withFolder(async (folder) => {
    const store = createStore({ files: disk, folder, product: '1' });
    const version = await store.save(networkArtifact(), NETWORK_REPORT, NOW);
    bundle = await store.exportVersion('autoencoder', version);
  });
  return bundle;
}

/** An object, whatever the bytes are, so that a seal can be put on it. */
function jsonOf(bytes: Buffer): object {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === 'object' && value !== null ? value : { value };
  } catch (cause) {
    throw new SwatError('bundle-broken', { what: 'json' }, { cause });
  }
}

function unsealed(manifest: Buffer): Buffer {
  const body = Object.entries(jsonOf(manifest)).filter(([name]) => name !== 'sha256');
  return Buffer.from(JSON.stringify(Object.fromEntries(body)));
}

async function readHistory(bytes: Buffer): Promise<number> {
  let times = 0;
  const options = { timeZone: 'UTC', columns: { time: '', label: '' } };
  for await (const item of readHistorian(pieces(bytes), options)) times += 'time' in item ? 1 : 0;
  return times;
}

/** As a disk gives a file: piece by piece, with breaks within a line. */
async function* pieces(bytes: Buffer): AsyncGenerator<Buffer, undefined> {
  for (let at = 0; at < bytes.length; at += 1000) yield await Promise.resolve(bytes.subarray(at, at + 1000));
  return undefined;
}

function stateFile(): Buffer {
  const record = (key: string, data: string) => ({ type: RECORD.full, key, data: Buffer.from(data) });
  return Buffer.concat([stateHeader(STATE), writeBatch([record('a', '{"x":1}'), record('b', '')], false)]);
}

/** A disk with nothing but one file. */
function oneFile(bytes: Buffer): Files {
  return { ...disk, size: () => Promise.resolve(bytes.length), read: () => Promise.resolve(bytes) };
}

function trailOf(bytes: Buffer): Trail {
  const files = { ...disk, tail: () => Promise.resolve({ bytes, size: bytes.length }) };
  return new Trail(files, 'x', { cut: () => undefined });
}

function pageSeed(): Buffer {
  const page = new Page(60);
  for (let row = 0; row < 5; row += 1) page.set(row, row % 3, 1, 3, 2);
  return Buffer.from(pageBytes(page));
}
