/** The module that scripts/kernels.mjs compiles of lib/kernels/assembly, in base64: a string, so that no file is looked up. */
export const SIMD_BYTES: string;
