// Runs the compiled tests once more, on the Node and the Node-RED of test/matrix.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeOf } from './other-node.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'test', 'matrix');
const node = nodeOf(folder);
if (!existsSync(node)) {
  process.stderr.write('Node 24 is not there. Install it first: npm ci --prefix test/matrix\n');
  process.exit(1);
}
const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
process.stdout.write(`Node ${version}, Node-RED of ${folder}\n`);
const { status } = spawnSync(node, [join(root, 'scripts', 'test.mjs'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, SWAT_NODE_RED: folder, SWAT_NODE: node },
});
process.exit(status ?? 1);
