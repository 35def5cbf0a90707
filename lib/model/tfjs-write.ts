import type { DetectorArtifact } from '../detect/artifact';
import type { ArchiveFile } from './tar';
import { writeSchema } from './schema-form';
import type { TrainingReport } from './training-report';
import { pack } from './tensors';

/** What `swat.json` is marked with: everything that scoring needs beside the network. */
export const SWAT_MARK = 'swat-tfjs';
export const SWAT_FORMAT = 1;

/** Names of the layers' tensors: `dense0.kernel`, `dense0.bias`, … */
const NETWORK = /^dense(\d+)\.(kernel|bias)$/;

/**
 * The network of an autoencoder as a TensorFlow.js layers model (`model.json`, `weights.bin`), with scaler, residual scale
 * and threshold beside it (`swat.json`). Nothing for the other kinds, which are no networks.
 */
export function writeTfjs(artifact: DetectorArtifact, report: TrainingReport, product: string): ArchiveFile[] {
  if (artifact.kind !== 'autoencoder') return [];
  const count = Object.keys(artifact.tensors).filter((name) => name.endsWith('.kernel')).length;
  const activations = typeof artifact.settings.activations === 'string' ? artifact.settings.activations.split(',') : [];
  const indices = Array.from({ length: count }, (_, index) => index);
  const layers = indices.map((index) => {
    const [inputs, units] = artifact.tensors[`dense${index}.kernel`].shape;
    const activation = activations[index] ?? (index < count - 1 ? 'relu' : 'linear');
    const config = { name: `dense${index}`, trainable: true, units, activation, use_bias: true };
    const first = index === 0 ? { batch_input_shape: [null, inputs], dtype: 'float32' } : {};
    return { class_name: 'Dense', config: { ...config, ...first } };
  });
  // The names sort as the layers and their tensors are listed.
  const named = indices.flatMap((index) => (['kernel', 'bias'] as const).map((part) => [index, part] as const));
  const order = (index: number, part: string): string =>
    `t${String(2 * index + (part === 'bias' ? 1 : 0)).padStart(4, '0')}`;
  const { bytes } = pack(
    Object.fromEntries(named.map(([index, part]) => [order(index, part), artifact.tensors[`dense${index}.${part}`]])),
  );
  const weights = named.map(([index, part]) => ({
    name: `dense${index}/${part}`,
    shape: artifact.tensors[`dense${index}.${part}`].shape,
    dtype: 'float32',
  }));
  const model = {
    format: 'layers-model',
    generatedBy: `swat ${product}`,
    convertedBy: null,
    modelTopology: {
      class_name: 'Sequential',
      config: { name: 'swat', layers },
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
    },
    weightsManifest: [{ paths: ['weights.bin'], weights }],
  };
  const others = Object.entries(artifact.tensors).filter(([name]) => !NETWORK.test(name));
  const beside = {
    mark: SWAT_MARK,
    format: SWAT_FORMAT,
    settings: artifact.settings,
    calibration: artifact.calibration,
    report,
    tensors: Object.fromEntries(others.map(([name, { data }]) => [name, [...data]])),
    schema: writeSchema(artifact.schema),
  };
  const json = (name: string, value: object): ArchiveFile => ({ name, bytes: Buffer.from(JSON.stringify(value)) });
  return [json('tfjs/model.json', model), { name: 'tfjs/weights.bin', bytes }, json('tfjs/swat.json', beside)];
}
