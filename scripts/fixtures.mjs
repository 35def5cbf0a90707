// `node scripts/fixtures.mjs`: what this version writes, kept under test/fixtures/v<major>.<minor>: a flow with its credentials, the
// models that it learned, its state, journal and history, and in told.json what it says itself of them after a restart. Run once
// before a release; test/nodes/kept.test.ts opens every one of them in the newest version. A fixture that is there is never made
// anew: `-- --anew` where the release has not happened.
//   node scripts/fixtures.mjs CHECKOUT VERSION   what an earlier version writes, built in a worktree of its tag
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dialogsOf } from './fields.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const harness = (name) => require(`../dist/test/harness/${name}.js`);
const { createUserDir, linkModule, packageName, removeUserDir } = harness('user-dir');
const { startNodeRed } = harness('node-red');
const { KeptChain, detectorsOf, keptFlow } = harness('kept-flow');

const [given = root, named] = process.argv.slice(2).filter((each) => !each.startsWith('--'));
const checkout = resolve(given);
const version = named ?? JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')).version;
const folder = join(root, 'test', 'fixtures', `v${version.split('.').slice(0, 2).join('.')}`);
if (existsSync(folder) && !process.argv.includes('--anew')) throw new Error(`${folder} is there already`);

const dialogs = Object.fromEntries(
  Object.entries(dialogsOf(checkout)).map(([type, { defaults }]) => [
    type,
    Object.fromEntries(Object.entries(defaults).map(([name, { value }]) => [name, value])),
  ]),
);
const hasJournal = 'journal' in dialogs['swat-alert'];
const flow = keptFlow(dialogs);

/** Runs Node-RED with this version on a user directory, and ends it as Ctrl-C does. */
async function running(userDir, act) {
  const nodeRed = await startNodeRed({ userDir });
  try {
    return await act(new KeptChain(nodeRed, detectorsOf(dialogs)), nodeRed);
  } finally {
    await nodeRed.stop();
  }
}

const userDir = createUserDir();
try {
  linkModule(userDir, packageName, checkout);
  await running(userDir, async (chain, { admin }) => {
    // Deployed as the editor does, so that Node-RED writes the file of the flow itself.
    await admin.deploy(flow);
    await chain.live();
  });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ['flows.json', 'flows_cred.json', 'swat'])
    if (existsSync(join(userDir, name))) cpSync(join(userDir, name), join(folder, name), { recursive: true });
  // Logs are no state: nothing reads them again.
  rmSync(join(folder, 'swat', 'logs'), { recursive: true, force: true });
  const told = await running(userDir, async (chain) => ({
    version,
    alarms: await chain.alarms(),
    ...(hasJournal ? { journal: await chain.journal() } : {}),
    verdicts: await chain.goOn(),
    alarmsThen: await chain.alarms(),
  }));
  writeFileSync(join(folder, 'told.json'), `${JSON.stringify(told)}\n`);
} finally {
  removeUserDir(userDir);
}
process.stdout.write(`${folder}\n${readdirSync(folder, { recursive: true }).join('\n')}\n`);
