// Puts what lib/vendor stands for into dist, so that a user installs none of it: one file each, and their licences beside them.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

/** Native parts that nobody calls. */
const LEFT_OUT = /^serialport$/;

/** @param root of the project, with dist/lib compiled */
export async function bundle(root) {
  const folder = join(root, 'lib', 'vendor');
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: readdirSync(folder)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .map((name) => join(folder, name)),
    outdir: join(root, 'dist', 'lib', 'vendor'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifyWhitespace: true,
    minifySyntax: true,
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
  texts.push(...fonts(root));
  writeFileSync(join(root, 'dist', 'lib', 'vendor', 'LICENSES.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`));
}

/** The fonts of reports, beside the bundle: those of pdfmake, and one for Chinese. Gives their licences. */
function fonts(root) {
  const out = join(root, 'dist', 'lib', 'vendor', 'fonts');
  mkdirSync(out, { recursive: true });
  const modules = join(root, 'node_modules');
  for (const name of ['Roboto-Regular.ttf', 'Roboto-Medium.ttf']) {
    cpSync(join(modules, 'pdfmake', 'fonts', 'Roboto', name), join(out, name));
  }
  const chinese = join(modules, '@fontsource', 'noto-sans-sc');
  const file = 'noto-sans-sc-chinese-simplified-400-normal.woff';
  cpSync(join(chinese, 'files', file), join(out, 'noto-sans-sc.woff'));
  // TypeScript carries the same licence word for word.
  const apache = readFileSync(join(modules, 'typescript', 'LICENSE.txt'), 'utf8').trim();
  return [`Roboto, a font (Apache-2.0)\n\n${apache}\n`, licence(chinese)];
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
