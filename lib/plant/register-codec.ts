import { WORDS, type DataType, type Order } from './source';

/** Ends of the whole numbers. */
const ENDS: Readonly<Partial<Record<DataType, readonly [low: number, high: number]>>> = {
  int16: [-0x8000, 0x7fff],
  uint16: [0, 0xffff],
  int32: [-0x80000000, 0x7fffffff],
  uint32: [0, 0xffffffff],
};

const view = new DataView(new ArrayBuffer(8));

/**
 * The number that registers make, before gain and offset; `true` or `false` for `bool` and `bit`.
 * @param words registers as 0 to 65535, or as -32768 to 32767
 * @param at position of the first
 * @returns `undefined` where the registers do not reach so far, or one is no such number
 */
export function decode(
  words: readonly unknown[],
  at: number,
  { dataType, order, bit }: { readonly dataType: DataType; readonly order: Order; readonly bit: number },
): number | boolean | undefined {
  const count = WORDS[dataType];
  for (let index = 0; index < count; index += 1) {
    const word = words[at + index];
    if (typeof word !== 'number' || !Number.isInteger(word) || word < -0x8000 || word > 0xffff) return undefined;
    place(index, count, order, word & 0xffff);
  }
  switch (dataType) {
    case 'int16':
      return view.getInt16(0);
    case 'uint16':
      return view.getUint16(0);
    case 'int32':
      return view.getInt32(0);
    case 'uint32':
      return view.getUint32(0);
    case 'float32':
      return view.getFloat32(0);
    case 'float64':
      return view.getFloat64(0);
    case 'bool':
      return view.getUint16(0) !== 0;
    case 'bit':
      return ((view.getUint16(0) >> bit) & 1) === 1;
  }
}

/**
 * The registers that a number makes, the twin of {@link decode}: whole numbers are rounded and kept within their type. A `bit`
 * gives a register of that bit alone.
 */
export function encode(
  value: number,
  { dataType, order, bit }: { readonly dataType: DataType; readonly order: Order; readonly bit: number },
): number[] {
  const [low, high] = ENDS[dataType] ?? [-Infinity, Infinity];
  const whole = Math.min(high, Math.max(low, Math.round(value)));
  switch (dataType) {
    case 'int16':
    case 'uint16':
      view.setUint16(0, whole & 0xffff);
      break;
    case 'int32':
    case 'uint32':
      view.setUint32(0, whole >>> 0);
      break;
    case 'float32':
      view.setFloat32(0, value);
      break;
    case 'float64':
      view.setFloat64(0, value);
      break;
    case 'bool':
      view.setUint16(0, value === 0 ? 0 : 1);
      break;
    case 'bit':
      view.setUint16(0, value === 0 ? 0 : 1 << bit);
  }
  const count = WORDS[dataType];
  return Array.from({ length: count }, (_, index) => {
    const word = view.getUint16(2 * standsAt(index, count, order));
    return order === 'BADC' || order === 'DCBA' ? swapped(word) : word;
  });
}

function place(index: number, count: number, order: Order, word: number): void {
  view.setUint16(2 * standsAt(index, count, order), order === 'BADC' || order === 'DCBA' ? swapped(word) : word);
}

/** Which word of a number a register holds, 0 the highest. */
function standsAt(index: number, count: number, order: Order): number {
  return order === 'CDAB' || order === 'DCBA' ? count - 1 - index : index;
}

function swapped(word: number): number {
  return ((word & 0xff) << 8) | (word >> 8);
}
