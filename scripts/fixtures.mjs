// `node scripts/fixtures.mjs`: what this version writes, kept under test/fixtures/v<major>.<minor>: a flow with its credentials, the
// models that it learned, its state, journal and history. Run once before a release; test/nodes/kept.test.ts opens every one of them
// in the newest version. A fixture that is there is never made anew: `-- --anew` where the release has not happened.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const harness = (name) => require(`../dist/test/harness/${name}.js`);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const folder = join(root, 'test', 'fixtures', `v${version.split('.').slice(0, 2).join('.')}`);

if (existsSync(folder) && !process.argv.includes('--anew')) throw new Error(`${folder} is there already`);
const { createUserDir, linkModule, removeUserDir } = harness('user-dir');
const { startNodeRed } = harness('node-red');
const { KeptChain, keptFlow } = harness('kept-flow');
const userDir = createUserDir();
try {
  linkModule(userDir);
  const nodeRed = await startNodeRed({ userDir, flows: keptFlow() });
  try {
    await new KeptChain(nodeRed).live();
  } finally {
    await nodeRed.stop();
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ['flows.json', 'flows_cred.json', 'swat'])
    if (existsSync(join(userDir, name))) cpSync(join(userDir, name), join(folder, name), { recursive: true });
  // Logs are no state: nothing reads them again.
  rmSync(join(folder, 'swat', 'logs'), { recursive: true, force: true });
} finally {
  removeUserDir(userDir);
}
process.stdout.write(`${folder}\n${readdirSync(folder, { recursive: true }).join('\n')}\n`);
