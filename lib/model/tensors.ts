import type { Tensor } from '../detect/artifact';
import { areFinite } from '../detect/tensors';
import { SwatError } from '../errors';
import { damaged } from './shape';

/** Largest `weights.bin` that is written or read. */
export const MAX_WEIGHTS = 256 * 1024 * 1024;
/** Most tensors in a model, and most dimensions of one. */
export const MAX_TENSORS = 256;
export const MAX_RANK = 4;

/** Where a tensor stands in `weights.bin`: float32, little endian, row-major, from byte `offset`. */
export interface Place {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
}

/** Numbers in a tensor of this shape. */
export function volume(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * All tensors in one block of bytes, in the order of their names.
 * @throws SwatError `model-invalid` when a shape does not fit its data, a number is not finite, or it is too large
 */
export function pack(tensors: Readonly<Record<string, Tensor>>): { bytes: Uint8Array; layout: Place[] } {
  const names = Object.keys(tensors).sort();
  const layout: Place[] = [];
  let size = 0;
  for (const name of names) {
    const { shape, data } = tensors[name];
    if (volume(shape) !== data.length || shape.length > MAX_RANK || !areFinite(data))
      throw new SwatError('model-invalid', { part: name, reason: 'value' });
    layout.push({ name, shape: [...shape], offset: size });
    size += data.length * 4;
  }
  if (size > MAX_WEIGHTS || names.length > MAX_TENSORS)
    throw new SwatError('model-invalid', { part: '*', reason: 'size' });
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (const { name, offset } of layout) {
    tensors[name].data.forEach((number, index) => view.setFloat32(offset + index * 4, number, true));
  }
  return { bytes, layout };
}

/**
 * The tensors again, as copies.
 * @throws SwatError `model-corrupt` when a number is not finite
 */
export function unpack(bytes: Uint8Array, layout: readonly Place[]): Record<string, Tensor> {
  return Object.fromEntries(
    layout.map(({ name, shape, offset }) => {
      const data = numbersAt(bytes, offset, volume(shape));
      if (!areFinite(data)) {
        const index = data.findIndex((number) => !Number.isFinite(number));
        throw damaged('weights.bin', `${name}[${index}]`);
      }
      return [name, { shape, data }];
    }),
  );
}

/** A copy of so many float32. */
function numbersAt(bytes: Uint8Array, offset: number, count: number): Float32Array {
  // Not slice: that of a Buffer is no copy.
  const copy = new Uint8Array(bytes.subarray(offset, offset + 4 * count)).buffer;
  if (LITTLE_ENDIAN) return new Float32Array(copy);
  const view = new DataView(copy);
  return Float32Array.from({ length: count }, (_, index) => view.getFloat32(4 * index, true));
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
