import type { DetectorArtifact, Tensor } from '../detect/artifact';
import { detectorOf } from '../detect/load';
import { SwatError } from '../errors';
import { MAX_MANIFEST, readCalibration, readManifest, readSettings } from './manifest';
import { readReport, type TrainingReport } from './training-report';
import { readSchema } from './schema-form';
import { tensorsOf, type RawVersion } from './shelf';
import { MAX_ARCHIVE, readTar, writeTar } from './tar';
import { parsed, readTfjs, type DenseLayer } from './tfjs-read';
import { SWAT_FORMAT, SWAT_MARK, writeTfjs } from './tfjs-write';
import { isVersionId } from './version';

/** A version exactly as another system has saved it. */
export interface NativeBundle {
  readonly form: 'native';
  readonly version: string;
  readonly raw: RawVersion;
  readonly artifact: DetectorArtifact;
  readonly report: TrainingReport;
}

/** A network in TensorFlow.js layers format with `swat.json` beside it. */
export interface TfjsBundle {
  readonly form: 'tfjs';
  readonly artifact: DetectorArtifact;
  readonly report: TrainingReport;
}

/** A network made elsewhere: of use once it was calibrated on normal operation. */
export interface BareBundle {
  readonly form: 'bare';
  readonly layers: readonly DenseLayer[];
}

/**
 * A version as one file, a tar: `manifest.json` and `weights.bin` as they stand in the store, and for an autoencoder the folder
 * `tfjs` with the same network in TensorFlow.js layers format.
 */
export function writeBundle(
  { manifest, weights }: RawVersion,
  artifact: DetectorArtifact,
  report: TrainingReport,
  product: string,
): Buffer {
  return writeTar([
    { name: 'manifest.json', bytes: manifest },
    { name: 'weights.bin', bytes: weights },
    ...writeTfjs(artifact, report, product),
  ]);
}

/**
 * Reads a bundle and believes none of it: hashes, shapes, numbers, trees and calibration are checked before anything is kept.
 * Without `manifest.json`, `model.json` (also in a folder) is read.
 * @throws SwatError `bundle-too-large`, `bundle-text`, `bundle-packed` {form}, `bundle-broken`, `bundle-path`, `bundle-foreign`, `bundle-newer`,
 * `model-unusable`, and
 * what {@link readTfjs} throws
 */
export function readBundle(bytes: Buffer): NativeBundle | TfjsBundle | BareBundle {
  if (bytes.length > MAX_ARCHIVE) throw new SwatError('bundle-too-large', { bytes: bytes.length, most: MAX_ARCHIVE });
  const packed = PACKED.find(([, mark]) => bytes.subarray(0, mark.length).equals(mark));
  if (packed !== undefined) throw new SwatError('bundle-packed', { form: packed[0] });
  if (isText(bytes)) throw new SwatError('bundle-text');
  const files = readTar(bytes);
  return explained(() => {
    const manifest = files.get('manifest.json');
    const weights = files.get('weights.bin');
    if (manifest !== undefined && weights !== undefined) return readNative({ manifest, weights });
    const model = [...files.keys()].find((name) => name === 'model.json' || name.endsWith('/model.json'));
    if (model === undefined) throw new SwatError('bundle-foreign');
    const folder = model.slice(0, -'model.json'.length);
    const layers = readTfjs(files.get(model) ?? Buffer.alloc(0), (name) => files.get(folder + name));
    const beside = files.get(`${folder}swat.json`);
    return beside === undefined ? { form: 'bare', layers } : readBeside(layers, beside);
  });
}

/** How archives begin that are compressed: none is unpacked, so that none can grow. */
const PACKED: readonly (readonly [form: string, mark: Buffer])[] = [
  ['zip', Buffer.from('PK\x03\x04')],
  ['zip', Buffer.from('PK\x05\x06')],
  ['gzip', Buffer.from([0x1f, 0x8b])],
  ['bzip2', Buffer.from('BZh')],
  ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ['7z', Buffer.from([0x37, 0x7a, 0xbc, 0xaf])],
];

/** Whether it begins as no archive does: without a single zero byte, but with the end of a line. */
function isText(bytes: Buffer): boolean {
  const head = bytes.subarray(0, 512);
  return !head.includes(0) && head.includes('\n');
}

function readNative(raw: RawVersion): NativeBundle {
  if (raw.manifest.length > MAX_MANIFEST) throw new SwatError('bundle-broken', { what: 'manifest.json' });
  const { version, kind, schema, settings, calibration, report, weights } = readManifest(raw.manifest);
  if (!isVersionId(version)) throw new SwatError('bundle-broken', { what: 'manifest.json version' });
  const artifact = { kind, schema, settings, calibration, tensors: tensorsOf(raw.weights, weights) };
  detectorOf(artifact);
  return { form: 'native', version, raw, artifact, report };
}

function readBeside(layers: readonly DenseLayer[], bytes: Buffer): TfjsBundle {
  const root = parsed('swat.json', bytes);
  if (root.optional('mark')?.value !== SWAT_MARK) throw new SwatError('bundle-foreign');
  const format = root.field('format').integer(1, 1_000_000);
  if (format > SWAT_FORMAT) throw new SwatError('model-newer', { format, known: SWAT_FORMAT });
  const schema = readSchema(root.field('schema'));
  const width = schema.features.length;
  const vectors = root
    .field('tensors')
    .entries(16)
    .map(([name, value]): [string, Tensor] => [
      name,
      { shape: [width], data: Float32Array.from(value.numbers(width)) },
    ]);
  const artifact = {
    kind: 'autoencoder' as const,
    schema,
    settings: { ...readSettings(root.field('settings')), ...activationsOf(layers) },
    calibration: readCalibration(root.field('calibration')),
    tensors: { ...Object.fromEntries(vectors), ...networkTensors(layers) },
  };
  detectorOf(artifact);
  return { form: 'tfjs', artifact, report: readReport(root.field('report')) };
}

/** Layers as the tensors of an artifact. */
export function networkTensors(layers: readonly DenseLayer[]): Record<string, Tensor> {
  return Object.fromEntries(
    layers.flatMap(({ inputs, outputs, kernel, bias }, index) => [
      [`dense${index}.kernel`, { shape: [inputs, outputs], data: kernel }],
      [`dense${index}.bias`, { shape: [outputs], data: bias }],
    ]),
  );
}

/** The setting `activations`, where they are not the usual ones. */
export function activationsOf(layers: readonly DenseLayer[]): { activations?: string } {
  const usual = layers.every(({ activation }, at) => activation === (at < layers.length - 1 ? 'relu' : 'linear'));
  return usual ? {} : { activations: layers.map(({ activation }) => activation).join(',') };
}

/** Errors of a version on the disk, said of a bundle. */
function explained<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof SwatError)) throw cause;
    const { file = '', what = '', format = 0, known = 0 } = cause.details;
    if (cause.code === 'model-corrupt')
      throw new SwatError('bundle-broken', { what: `${String(file)} ${String(what)}`.slice(0, 120) }, { cause });
    if (cause.code === 'model-newer') throw new SwatError('bundle-newer', { format, known }, { cause });
    if (cause.code === 'model-foreign') throw new SwatError('bundle-foreign', {}, { cause });
    throw cause;
  }
}
