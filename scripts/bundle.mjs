// Puts what lib/vendor stands for into dist, so that a user installs none of it: one file each, and their licences beside them.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { inflateSync } from 'node:zlib';
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
  const folders = [...parts].sort().map((part) => join(root, part));
  folders.push(...fonts(root));
  const described = folders.map(describe);
  const texts = described.map(licence);
  texts.push(`Roboto, a font that comes with pdfmake (Apache-2.0)\n\n${apache(root)}\n`);
  const out = join(root, 'dist', 'lib', 'vendor');
  writeFileSync(join(out, 'LICENSES.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`));
  // The same for programs: scripts/sbom.mjs reads it.
  const named = described.map(({ name, version, license }) => ({ name, version, license }));
  named.push({ name: 'Roboto', license: 'Apache-2.0' });
  writeFileSync(join(out, 'bundled.json'), `${JSON.stringify(named, null, 2)}\n`);
}

/** The fonts of reports, beside the bundle: those of pdfmake, and one for Chinese. Gives the packages that they are all there is of. */
function fonts(root) {
  const out = join(root, 'dist', 'lib', 'vendor', 'fonts');
  mkdirSync(out, { recursive: true });
  const modules = join(root, 'node_modules');
  for (const name of ['Roboto-Regular.ttf', 'Roboto-Medium.ttf']) {
    cpSync(join(modules, 'pdfmake', 'fonts', 'Roboto', name), join(out, name));
  }
  const chinese = join(modules, '@fontsource', 'noto-sans-sc');
  const file = 'noto-sans-sc-chinese-simplified-400-normal.woff';
  // Unpacked, whatever its name: a reader of WOFF inflates the whole table for every sign.
  writeFileSync(join(out, 'noto-sans-sc.woff'), unpacked(readFileSync(join(chinese, 'files', file))));
  return [chinese];
}

/** The Apache licence, which TypeScript carries word for word. */
function apache(root) {
  return readFileSync(join(root, 'node_modules', 'typescript', 'LICENSE.txt'), 'utf8').trim();
}

/** The tables of a WOFF as the font they were packed from (WOFF 1.0). */
function unpacked(woff) {
  const count = woff.readUInt16BE(12);
  const head = Buffer.alloc(12 + 16 * count);
  woff.copy(head, 0, 4, 8);
  head.writeUInt16BE(count, 4);
  const power = 2 ** Math.floor(Math.log2(count));
  head.writeUInt16BE(16 * power, 6);
  head.writeUInt16BE(Math.log2(power), 8);
  head.writeUInt16BE(16 * (count - power), 10);
  const tables = [];
  let place = head.length;
  for (let table = 0; table < count; table += 1) {
    const from = 44 + 20 * table;
    const [offset, packed, length] = [4, 8, 12].map((field) => woff.readUInt32BE(from + field));
    const bytes = woff.subarray(offset, offset + packed);
    const whole = packed < length ? inflateSync(bytes) : bytes;
    const to = 12 + 16 * table;
    woff.copy(head, to, from, from + 4);
    woff.copy(head, to + 4, from + 16, from + 20);
    head.writeUInt32BE(place, to + 8);
    head.writeUInt32BE(length, to + 12);
    tables.push(whole, Buffer.alloc((4 - (length % 4)) % 4));
    place += length + ((4 - (length % 4)) % 4);
  }
  return Buffer.concat([head, ...tables]);
}

/** The folder of the package that a file belongs to. */
function packageOf(input) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

/** What a package is called, and what it is licensed under: what it says itself, else what its licence file begins with. */
function describe(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(basename(entry)));
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
  const named = license ?? (/^(The )?MIT License/i.test(text) ? 'MIT' : undefined);
  if (named === undefined) throw new Error(`${dirname(folder)}: ${name} has no licence`);
  return { name, version, license: named, text };
}

function licence({ name, version, license, text }) {
  return `${name} ${version} (${license})\n${text === '' ? '' : `\n${text}\n`}`;
}
