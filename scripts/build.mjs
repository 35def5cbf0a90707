// Compiles the sources and the tests to dist/ and puts what Node-RED looks for beside the node files.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';
import { buildDashboard } from './dashboard.mjs';
import { writeFields } from './fields.mjs';
import { buildKernels } from './kernels.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const clean = process.argv.includes('--clean');

if (clean) rmSync(join(root, 'dist'), { recursive: true, force: true });
if (!existsSync(join(root, 'dist'))) process.stdout.write('Building for the first time: about a minute.\n');
await buildKernels(root);
const { status } = spawnSync(process.execPath, [tsc, '--build', 'test/tsconfig.json'], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
await bundle(root);

// `npx swat` in the checkout.
chmodSync(join(root, 'dist', 'lib', 'cli', 'swat.js'), 0o755);
const out = join(root, 'dist', 'nodes');
mkdirSync(out, { recursive: true });
for (const name of readdirSync(join(root, 'nodes'))) {
  if (name.endsWith('.html')) cpSync(join(root, 'nodes', name), join(out, name));
}
writeFields(root);
await buildDashboard(root);
// What the dialogs share is one plugin of the editor, which is there before any dialog opens: an element for each file.
const editor = join(root, 'nodes', 'editor');
const elements = readdirSync(editor).map((name) => {
  const tag = name.endsWith('.css') ? 'style' : 'script';
  return `<${tag}>\n${readFileSync(join(editor, name), 'utf8')}</${tag}>\n`;
});
writeFileSync(join(out, 'swat-shared.html'), elements.join('\n'));
for (const [from, to] of [
  [join(root, 'nodes', 'locales'), join(out, 'locales')],
  [join(root, 'icons'), join(out, 'icons')],
  [join(root, 'nodes', 'api-page'), join(out, 'api-page')],
]) {
  rmSync(to, { recursive: true, force: true });
  if (existsSync(from)) cpSync(from, to, { recursive: true });
}
// Commands in the help are longer than the sidebar is wide: what stands behind the tooltip's paragraph is ours to style.
for (const name of readdirSync(join(out, 'locales'), { recursive: true }).filter((each) => each.endsWith('.html'))) {
  const path = join(out, 'locales', name);
  const help = readFileSync(path, 'utf8').replace(
    /(<script [^>]*data-help-name="[^"]*">[\s\S]*?<\/p>)([\s\S]*?)(<\/script>)/g,
    '$1\n<div class="swat-help">$2</div>\n$3',
  );
  writeFileSync(path, help);
}
