// Compiles lib/kernels/assembly with AssemblyScript to one WebAssembly module, which dist keeps as a string.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** No garbage collector and no run-time library: the functions alone, on a memory that the caller makes. */
const OPTIONS = [
  ...['--runtime', 'stub', '-O3', '--noAssert', '--enable', 'simd'],
  ...['--importMemory', '--noExportMemory', '--initialMemory', '1'],
];

/** Compiles where sources, options or compiler are others than those of the module that is there. */
export async function buildKernels(root) {
  const folder = join(root, 'lib', 'kernels', 'assembly');
  const out = join(root, 'dist', 'lib', 'kernels', 'simd-bytes.js');
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .sort();
  const hash = createHash('sha256').update(JSON.stringify(OPTIONS));
  hash.update(readFileSync(join(root, 'node_modules', 'assemblyscript', 'package.json')));
  for (const name of names) hash.update(name).update(readFileSync(join(folder, name)));
  const head = `// ${hash.digest('hex')}\n`;
  if (existsSync(out) && readFileSync(out, 'utf8').startsWith(head)) return;

  const { default: asc } = await import('assemblyscript/asc');
  let bytes;
  const { error, stderr } = await asc.main(['index.ts', ...OPTIONS, '-o', 'kernels.wasm'], {
    readFile: (name) => (names.includes(name) ? readFileSync(join(folder, name), 'utf8') : null),
    writeFile: (name, content) => (bytes = content),
    listFiles: () => [],
  });
  if (error) throw new Error(`The kernels do not compile:\n${stderr.toString()}`, { cause: error });
  mkdirSync(dirname(out), { recursive: true });
  const text = Buffer.from(bytes).toString('base64');
  writeFileSync(out, `${head}'use strict';\nexports.SIMD_BYTES =\n  '${text}';\n`);
}
