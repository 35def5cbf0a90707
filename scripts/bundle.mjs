// Puts what lib/vendor stands for into dist, so that a user installs none of it: one file each, and their licences beside them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

/** Native parts that nobody calls. */
const LEFT_OUT = /^serialport$/;

/** @param root of the project, with dist/lib compiled */
export async function bundle(root) {
  const folder = join(root, 'lib', 'vendor');
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: readdirSync(folder).map((name) => join(folder, name)),
    outdir: join(root, 'dist', 'lib', 'vendor'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [
      {
        name: 'left-out',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: LEFT_OUT }, ({ path }) => ({ path, namespace: 'left-out' }));
          onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
        },
      },
    ],
  });
  const parts = new Set(Object.keys(metafile.inputs).flatMap((input) => packageOf(input) ?? []));
  const texts = [...parts].sort().map((part) => licence(join(root, part)));
  writeFileSync(join(root, 'dist', 'lib', 'vendor', 'LICENSES.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`));
}

/** The folder of the package that a file belongs to. */
function packageOf(input) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

function licence(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(basename(entry)));
  if (file === undefined && license === undefined) throw new Error(`${dirname(folder)}: ${name} has no licence`);
  const text = file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  return `${name} ${version} (${license})\n${text}`;
}
