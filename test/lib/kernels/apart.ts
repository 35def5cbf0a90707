import assert from 'node:assert/strict';
import type { WasmEngine } from '../../../lib/kernels/simd';

/** The WebAssembly of the machine, which the types of Node do not have. */
export const { WebAssembly: engine } = globalThis as unknown as { WebAssembly: WasmEngine };

/** A memory of WebAssembly is whole pages of 64 KiB, all of which one array would hardly be. */
export const inWasm = ({ buffer }: { readonly buffer: ArrayBufferLike }): boolean => buffer.byteLength % 65_536 === 0;

/** The greatest difference between two lists, relative to the greatest number of the second one. */
export function apart(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  assert.equal(ours.length, theirs.length);
  let [worst, greatest] = [0, 1e-30];
  for (let i = 0; i < ours.length; i++) {
    worst = Math.max(worst, Math.abs(ours[i] - theirs[i]));
    greatest = Math.max(greatest, Math.abs(theirs[i]));
  }
  return worst / greatest;
}
