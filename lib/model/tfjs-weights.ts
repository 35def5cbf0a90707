import type { Tensor } from '../detect/artifact';
import { SwatError } from '../errors';
import type { Untrusted } from './shape';
import { MAX_RANK, MAX_TENSORS, volume } from './tensors';

interface Spec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly count: number;
  readonly bytes: 1 | 2 | 4;
  readonly scale: number;
  readonly min: number;
}

const MAX_SHARDS = 1000;
const MAX_SIZE = 2 ** 26;

/**
 * The weights of a layer by its name and the tensor's. Sizes are held against the files before any memory is taken.
 * @throws SwatError `tfjs-weights` {what}, `tfjs-quantised` {dtype}
 */
export function readTfjsWeights(
  manifest: Untrusted,
  file: (name: string) => Buffer | undefined,
): (layer: string, part: string) => Tensor | undefined {
  const tensors = new Map<string, Tensor>();
  for (const group of manifest.list(MAX_SHARDS)) {
    const shards = group
      .field('paths')
      .list(MAX_SHARDS)
      .map((path) => {
        const name = path.text(200);
        const bytes = file(name);
        if (bytes === undefined) throw new SwatError('tfjs-weights', { what: name.slice(0, 80) });
        return bytes;
      });
    const specs = group.field('weights').list(MAX_TENSORS).map(specOf);
    const size = shards.reduce((sum, { length }) => sum + length, 0);
    const wanted = specs.reduce((sum, { count, bytes }) => sum + count * bytes, 0);
    if (size !== wanted) throw new SwatError('tfjs-weights', { what: `${size} / ${wanted} bytes` });
    const bytes = shards.length === 1 ? shards[0] : Buffer.concat(shards);
    let at = 0;
    for (const spec of specs) {
      tensors.set(spec.name, { shape: spec.shape, data: numbersOf(bytes, at, spec) });
      at += spec.count * spec.bytes;
    }
  }
  const names = [...tensors.keys()];
  return (layer, part) => {
    const wanted = `${layer}/${part}`;
    const name = names.find((known) => known === wanted) ?? names.find((known) => known.endsWith(`/${wanted}`));
    return name === undefined ? undefined : tensors.get(name);
  };
}

function specOf(at: Untrusted): Spec {
  const shape = at
    .field('shape')
    .list(MAX_RANK)
    .map((size) => size.integer(0, MAX_SIZE));
  const count = volume(shape);
  if (count > MAX_SIZE) throw new SwatError('tfjs-weights', { what: at.field('name').text(200).slice(0, 80) });
  const known = { name: at.field('name').text(200), shape, count };
  const quantised = at.optional('quantization');
  const dtype = (quantised ?? at).field('dtype').text(32);
  if (quantised === undefined) {
    if (dtype !== 'float32') throw new SwatError('tfjs-quantised', { dtype });
    return { ...known, bytes: 4, scale: 1, min: 0 };
  }
  if (dtype !== 'uint8' && dtype !== 'uint16') throw new SwatError('tfjs-quantised', { dtype });
  return {
    ...known,
    bytes: dtype === 'uint8' ? 1 : 2,
    scale: quantised.field('scale').number(),
    min: quantised.field('min').number(),
  };
}

function numbersOf(bytes: Buffer, start: number, { name, count, bytes: width, scale, min }: Spec): Float32Array {
  const data = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    const at = start + index * width;
    const value = width === 4 ? bytes.readFloatLE(at) : min + scale * bytes.readUIntLE(at, width);
    data[index] = value;
    if (!Number.isFinite(data[index])) throw new SwatError('tfjs-weights', { what: `${name.slice(0, 60)}[${index}]` });
  }
  return data;
}
