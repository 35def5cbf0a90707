// What the package runs of WebAssembly; lib/kernels/simd.ts has the same names and says where it may run.
export { adam } from './adam';
export { errors, gate, multiply, sumRows, toPanels, transposePanels } from './batch';
export { walk } from './forest';
export { project } from './projection';
export { forwardRow } from './row';
export { describe, slide } from './running';
export { residuals, standardise } from './scale';
