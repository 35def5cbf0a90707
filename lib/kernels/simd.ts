import { SIMD_BYTES } from './simd-bytes';

/** What of WebAssembly is used; the types of Node do not have it. */
export interface WasmEngine {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => object;
  Memory: new (size: { readonly initial: number; readonly maximum: number }) => { readonly buffer: ArrayBuffer };
  Instance: new (module: object, imports: object) => { readonly exports: object };
}

/** The functions of lib/kernels/assembly, which say what they take; places and strides are bytes of the memory. */
export interface Kernels {
  forwardRow(layers: number, count: number, list: number, orders: number): void;
  multiply(
    a: number,
    aRow: number,
    aDepth: number,
    b: number,
    bPanel: number,
    c: number,
    cPanel: number,
    cRow: number,
    bias: number,
    rows: number,
    panels: number,
    depth: number,
    floor: number,
  ): void;
  toPanels(rows: number, out: number, count: number, width: number, height: number): void;
  transposePanels(from: number, out: number, height: number, panels: number, outRow: number, outPanel: number): void;
  errors(
    output: number,
    target: number,
    delta: number,
    height: number,
    width: number,
    count: number,
    scale: number,
  ): number;
  gate(delta: number, activation: number, bytes: number): void;
  sumRows(from: number, out: number, height: number, panels: number): void;
  adam(
    values: number,
    gradients: number,
    first: number,
    second: number,
    bytes: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    rate: number,
    correction: number,
    epsilon: number,
    flush: number,
  ): void;
  standardise(
    features: number,
    mean: number,
    spread: number,
    baseline: number,
    out: number,
    bytes: number,
    cut: number,
  ): void;
  residuals(row: number, output: number, scale: number, out: number, bytes: number): void;
  walk(forest: number, row: number, groups: number, levels: number): number;
  project(x: number, directions: number, variances: number, bytes: number, count: number): number;
  slide(rows: number, bytes: number, come: number, gone: number, newest: number): void;
  describe(
    rows: number,
    bytes: number,
    out: number,
    perLength: number,
    middle: number,
    perSpread: number,
    guard: number,
  ): number;
}

/** Kernels, and the memory that they work on. It begins as zeros and never grows, so that views of it stay good. */
export interface Simd {
  readonly kernels: Kernels;
  readonly buffer: ArrayBuffer;
}

/** Where parts stand in a memory that is yet to be made. Every part begins at a whole cache line. */
export class Layout {
  /** In bytes. */
  size = 0;

  /** @returns the place of a part of so many bytes */
  reserve(bytes: number): number {
    const at = this.size;
    this.size += LINE * Math.ceil(bytes / LINE);
    return at;
  }
}

const LINE = 64;
const PAGE = 65_536;
const { WebAssembly: found } = globalThis as { readonly WebAssembly?: WasmEngine };
const modules = new WeakMap<WasmEngine, object>();

/**
 * Kernels on a memory of their own, of whole pages of 64 KiB; it goes with the last view of it.
 * @param engine that of the machine unless set, `null` for none
 * @returns `undefined` where there is no WebAssembly with 128-bit SIMD, no room for another memory, or where numbers are
 * kept the other way round; then the same is to be computed without
 */
export function openSimd({ size }: Layout, engine: WasmEngine | null = found ?? null): Simd | undefined {
  if (engine === null || !littleEndian()) return undefined;
  try {
    const module = modules.get(engine) ?? compile(engine);
    if (module === undefined) return undefined;
    const pages = Math.max(1, Math.ceil(size / PAGE));
    const memory = new engine.Memory({ initial: pages, maximum: pages });
    const { exports } = new engine.Instance(module, { env: { memory } });
    return { kernels: exports as Kernels, buffer: memory.buffer };
  } catch {
    return undefined;
  }
}

function compile(engine: WasmEngine): object | undefined {
  const bytes = Buffer.from(SIMD_BYTES, 'base64');
  if (!engine.validate(bytes)) return undefined;
  const module = new engine.Module(bytes);
  modules.set(engine, module);
  return module;
}

function littleEndian(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
}
