// Looks at the package as it was installed into a user directory, in a real Node-RED of one of the pairs of versions.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeOf } from './other-node.mjs';
import { check, differing } from './verdicts.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const manifest = require('../package.json');
const nodeTypes = Object.keys(manifest['node-red'].nodes);

/** The pairs of Node and Node-RED that are on this machine: the checkout's, and that of test/matrix. */
export function pairs() {
  const own = { name: 'Node-RED of this checkout', from: root, node: process.execPath };
  const matrix = join(root, 'test', 'matrix');
  const node = nodeOf(matrix);
  return existsSync(node) ? [own, { name: 'Node-RED of test/matrix', from: matrix, node }] : [own];
}

/** Whether a node type is one of configuration, which has no icon and no place on a tab. */
export function isConfig(type) {
  const dialog = join(root, 'nodes', `${type}.html`);
  return existsSync(dialog) && /category:\s*'config'/.test(readFileSync(dialog, 'utf8'));
}

/** Starts Node-RED with the user directory, and holds everything that the editor is to get against what was promised. */
export async function checkRunning(userDir, { name: pair, from, node }) {
  const { startNodeRed } = require('../dist/test/harness/node-red.js');
  const nodeRed = await startNodeRed({ userDir, from, node });
  const promise = (what, problems) => check(`${pair}: ${what}`, problems);
  try {
    const { admin } = nodeRed;
    const sets = (await admin.nodeSets()).filter((set) => set.module === manifest.name);
    const broken = sets.filter((set) => !set.enabled || set.err !== undefined);
    const enabled = sets.flatMap((set) => set.types);
    promise(
      'loads every node set',
      broken.map((set) => JSON.stringify(set)),
    );
    promise('every node type is in the palette', differing(enabled, nodeTypes));

    const html = await admin.text('/nodes', { Accept: 'text/html', 'Accept-Language': 'en-US' });
    for (const attribute of ['data-template-name', 'data-help-name']) {
      const without = nodeTypes.filter((type) => !html.includes(`${attribute}="${type}"`));
      promise(`the editor gets ${attribute} of every node`, without);
    }
    const shared = await admin.text('/plugins', { Accept: 'text/html', 'Accept-Language': 'en-US' });
    const missing = shared.includes('window.swatDetector =') ? [] : [shared.slice(0, 200)];
    promise('the editor gets what the dialogs share', missing);
    const texts = JSON.parse(await admin.text('/nodes/messages?lng=en-US'));
    const mute = nodeTypes.filter((type) => texts[`${manifest.name}/${type}`]?.[type] === undefined);
    promise('the editor gets the texts of every node', mute);
    const icons = JSON.parse(await admin.text('/icons'))[manifest.name] ?? [];
    const bare = nodeTypes.filter((type) => !isConfig(type) && !icons.includes(`${type}.svg`));
    promise('the editor gets the icon of every node', bare);

    const examples = JSON.parse(await admin.text(`/library/examples/flows/${manifest.name}`));
    const listed = examples.map((entry) => entry.fn ?? entry);
    const shipped = readdirSync(join(root, 'examples'));
    const names = shipped.filter((file) => file.endsWith('.json')).map((file) => file.replace('.json', ''));
    promise('Import > Examples lists every example', names.length > 0 ? differing(listed, names) : ['none is there']);
    promise('warns of nothing of ours', nodeRed.log().match(/\[(warn|error)\].*swat.*/gi) ?? []);
  } finally {
    await nodeRed.stop();
  }
}
