import { createHash } from 'node:crypto';
import type { Calibration, DetectorArtifact } from '../detect/artifact';
import { DETECTOR_KINDS, type DetectorKind } from '../detect/detector';
import { SwatError } from '../errors';
import type { WindowSchema } from '../stream/schema';
import { readSchema, writeSchema } from './schema-form';
import { damaged, untrusted, type Untrusted } from './shape';
import { MAX_RANK, MAX_TENSORS, MAX_WEIGHTS, volume, type Place } from './tensors';
import { readReport, type TrainingReport } from './training-report';

/** Largest `manifest.json` that is read. */
export const MAX_MANIFEST = 5 * 1024 * 1024;
const FILE = 'manifest.json';
const MARK = 'swat-model';
const FORMAT = 1;
/** Names of all tags there can be, with commas between. */
const MAX_TAG_LIST = 2000 * 65;

/** Everything of a model version but its numbers. */
export interface Manifest {
  readonly version: string;
  readonly kind: DetectorKind;
  /** ms since the epoch. */
  readonly created: number;
  /** Version of the product that made it. */
  readonly product: string;
  readonly schema: WindowSchema;
  readonly settings: DetectorArtifact['settings'];
  readonly calibration: Calibration;
  readonly report: TrainingReport;
  readonly weights: { readonly bytes: number; readonly sha256: string; readonly layout: readonly Place[] };
}

/** SHA-256 as lower-case hex. */
export function sha256(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** The manifest as the text of its file: readable JSON whose last field is the SHA-256 of all that stands before it. */
export function writeManifest(manifest: Manifest): string {
  const { schema, ...rest } = manifest;
  return sealed({ mark: MARK, format: FORMAT, ...rest, schema: writeSchema(schema) });
}

/** JSON of an object, closed with the hash of its own content. */
export function sealed(body: object): string {
  const head = JSON.stringify(body, null, 1).slice(0, -2);
  return `${head},\n "sha256": "${sha256(head)}"\n}\n`;
}

/**
 * Reads the text of a manifest and believes none of it.
 * @throws SwatError `model-foreign` (no manifest of ours), `model-newer` (of a later format), `model-corrupt` {file, what}
 */
export function readManifest(bytes: Buffer): Manifest {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damaged(FILE, 'json', cause);
  }
  const root = untrusted(FILE, parsed);
  if (root.optional('mark')?.value !== MARK) throw new SwatError('model-foreign', { file: FILE });
  const format = root.field('format').integer(1, 1_000_000);
  if (format > FORMAT) throw new SwatError('model-newer', { format, known: FORMAT });
  checkSeal(bytes);
  const kind = root.field('kind').word(DETECTOR_KINDS);
  const schema = readSchema(root.field('schema'));
  return {
    version: root.field('version').text(64),
    kind,
    created: root.field('created').number(),
    product: root.field('product').text(64),
    schema,
    settings: readSettings(root.field('settings')),
    calibration: readCalibration(root.field('calibration')),
    report: readReport(root.field('report')),
    weights: readWeights(root.field('weights')),
  };
}

function checkSeal(bytes: Buffer): void {
  const tail = /,\n "sha256": "([0-9a-f]{64})"\n\}\n$/.exec(bytes.subarray(-90).toString('latin1'));
  if (tail?.[1] !== sha256(bytes.subarray(0, bytes.length - (tail?.[0].length ?? 0)))) throw damaged(FILE, 'sha256');
}

function readSettings(at: Untrusted): Manifest['settings'] {
  return Object.fromEntries(
    at.entries(64).map(([name, entry]): [string, Manifest['settings'][string]] => {
      const { value } = entry;
      if (typeof value === 'boolean') return [name, value];
      if (typeof value === 'string') return [name, entry.text(name === 'excludedTags' ? MAX_TAG_LIST : 1000)];
      return [name, Array.isArray(value) ? entry.numbers(64) : entry.number()];
    }),
  );
}

function readRobust(at: Untrusted | undefined): Pick<Calibration, 'robust'> {
  if (at === undefined) return {};
  return { robust: { location: at.field('location').number(), scale: at.field('scale').number(0) } };
}

function readCalibration(at: Untrusted): Calibration {
  const body = at.field('body').numbers(10_000);
  if (body.length === 0 || body.some((score, index) => index > 0 && score < body[index - 1]))
    throw at.field('body').refused();
  return {
    quantile: at.field('quantile').number(0, 1),
    threshold: at.field('threshold').number(),
    body,
    tailStart: at.field('tailStart').number(),
    tailScale: at.field('tailScale').number(0),
    samples: at.field('samples').integer(0, 1e9),
    ...readRobust(at.optional('robust')),
  };
}

/** The layout must fill the file exactly: each tensor starts where the one before it ended. */
function readWeights(at: Untrusted): Manifest['weights'] {
  const names = new Set<string>();
  let end = 0;
  const layout = at
    .field('layout')
    .list(MAX_TENSORS)
    .map((entry) => {
      const name = entry.field('name').text(64);
      if (!/^[A-Za-z][A-Za-z0-9._-]*$/.test(name) || Object.hasOwn(Object.prototype, name) || names.has(name))
        throw entry.field('name').refused();
      names.add(name);
      const shape = entry
        .field('shape')
        .list(MAX_RANK)
        .map((size) => size.integer(0, MAX_WEIGHTS));
      const offset = entry.field('offset').integer(end, end);
      end += volume(shape) * 4;
      if (end > MAX_WEIGHTS) throw entry.field('shape').refused();
      return { name, shape, offset };
    });
  const hash = at.field('sha256').text(64);
  if (!/^[0-9a-f]{64}$/.test(hash)) throw at.field('sha256').refused();
  return { bytes: at.field('bytes').integer(end, end), sha256: hash, layout };
}
