/** Outputs that are computed side by side: eight registers of two float64 each. */
export const BLOCK = 16;
const REGISTERS = BLOCK / 2;

/** What of WebAssembly is used; the types of Node do not have it. */
export interface WasmEngine {
  Module: new (bytes: Uint8Array) => object;
  Memory: new (size: { readonly initial: number; readonly maximum: number }) => { readonly buffer: ArrayBuffer };
  Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
}

/**
 * One dense layer on one row, all places in bytes of the memory: `blocks` times {@link BLOCK} outputs. Weights stand block by
 * block, in each input by input, the block's outputs side by side.
 */
export type LayerKernel = (input: number, weights: number, output: number, inputs: number, blocks: number) => void;

// WebAssembly 2.0 opcodes (https://webassembly.github.io/spec/core/binary/instructions.html).
const [TYPE, IMPORT, FUNCTION, EXPORT, CODE] = [1, 2, 3, 7, 10];
const [I32, V128, FUNC, EMPTY] = [0x7f, 0x7b, 0x60, 0x40];
const [LOOP, END, BR_IF] = [0x03, 0x0b, 0x0d];
const [I32_ADD, I32_SUB] = [0x6a, 0x6b];
const simd = (code: number): number[] => [0xfd, ...unsigned(code)];
const ZERO = [...simd(0x0c), ...new Array<number>(16).fill(0)];
const LOAD_SPLAT = [...simd(0x09), 2, 0];
const loadPair = (offset: number): number[] => [...simd(0x5d), 2, ...unsigned(offset)];
const storePair = (offset: number): number[] => [...simd(0x5b), 2, ...unsigned(offset), 0];
const [DEMOTE, PROMOTE, ADD, MULTIPLY] = [0x5e, 0x5f, 0xf0, 0xf2].map(simd);

const get = (local: number): number[] => [0x20, ...unsigned(local)];
const set = (local: number): number[] => [0x21, ...unsigned(local)];
const tee = (local: number): number[] => [0x22, ...unsigned(local)];
const constant = (value: number): number[] => [0x41, ...signed(value)];
const advance = (local: number, by: number): number[] => [...get(local), ...constant(by), I32_ADD, ...set(local)];
/** Counts down, and goes round the loop again unless that made 0. */
const repeat = (local: number): number[] => [...get(local), ...constant(1), I32_SUB, ...tee(local), BR_IF, 0, END];

/**
 * The {@link LayerKernel} as a module that imports its memory as `m.m` and exports itself as `f`. Sums are kept in float64,
 * taken in the order of the inputs and rounded once when they are stored: bit for bit what `multiplyTransposed` gives.
 */
export function layerModule(): Uint8Array {
  const [input, weights, output, inputs, blocks, at, left, value] = [0, 1, 2, 3, 4, 5, 6, 7];
  const sums = Array.from({ length: REGISTERS }, (_, i) => value + 1 + i);
  const body = [
    ...[LOOP, EMPTY],
    ...sums.flatMap((sum) => [...ZERO, ...set(sum)]),
    ...[...get(input), ...set(at), ...get(inputs), ...set(left)],
    ...[LOOP, EMPTY],
    ...[...get(at), ...LOAD_SPLAT, ...PROMOTE, ...set(value)],
    ...sums.flatMap((sum, i) => [
      ...[...get(sum), ...get(value), ...get(weights), ...loadPair(8 * i), ...PROMOTE],
      ...[...MULTIPLY, ...ADD, ...set(sum)],
    ]),
    ...[...advance(weights, 4 * BLOCK), ...advance(at, 4), ...repeat(left)],
    ...sums.flatMap((sum, i) => [...get(output), ...get(sum), ...DEMOTE, ...storePair(8 * i)]),
    ...[...advance(output, 4 * BLOCK), ...repeat(blocks), END],
  ];
  const code = [2, 2, I32, 1 + REGISTERS, V128, ...body];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(TYPE, [1, FUNC, 5, I32, I32, I32, I32, I32, 0]),
    ...section(IMPORT, [1, ...name('m'), ...name('m'), 2, 0, 1]),
    ...section(FUNCTION, [1, 0]),
    ...section(EXPORT, [1, ...name('f'), 0, 0]),
    ...section(CODE, [1, ...unsigned(code.length), ...code]),
  ]);
}

const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content];
const name = (text: string): number[] => [text.length, ...Array.from(text, (letter) => letter.charCodeAt(0))];

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest & 127) | 128);
  }
}

/** LEB128 of a number that is not negative, where the highest bit is a sign. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 64) return [...bytes, rest];
    bytes.push((rest & 127) | 128);
  }
}
