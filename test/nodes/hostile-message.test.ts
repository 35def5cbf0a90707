import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../harness/eventually';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

/** A node of the test that sends what no wire of the editor can make: messages that throw where they are read. */
const SENDER = `
const throwing = (name) => Object.defineProperty({ topic: 'x' }, name, { enumerable: true, configurable: true, get() { throw new Error('not to be read'); } });
const deep = () => {
  let value = 1;
  for (let left = 20000; left > 0; left -= 1) value = [value];
  const pca = { score: 0.4, threshold: 1, ratio: 0.4, ratioKind: 'calibrated', ready: true, model: 'm' };
  return { payload: { asset: 'a', end: 1, quality: { good: 1 } }, scores: { pca }, value };
};
const kinds = {
  payload: () => throwing('payload'),
  swat: () => throwing('swat'),
  kept: () => Object.assign(throwing('other'), { payload: { asset: 'a' } }),
  deep,
  text: () => ({ payload: { asset: 'a', end: 1, quality: { good: 1 } }, scores: { pca: { ready: true, score: { toString: null } } } }),
  below: () => ({ ...kinds.array(), other: Array.from({ length: 20 }).reduce((inner) => ({ inner }), Object.assign([1], { constructor: 1 })) }),
  array: () => ({ payload: { asset: 'a', end: 1, quality: { good: 1 } }, scores: deep().scores, other: Object.assign([1], { constructor: 1 }) }),
  choice: () => ({ swat: { command: 'list', state: Symbol('x') } }),
};
module.exports = (RED) => {
  RED.httpAdmin.get('/send/:kind/:to', (request, response) => {
    const error = [];
    RED.hooks.add('onComplete.sender', (event) => { if (event.node.id === request.params.to) error.push(event.error ? event.error.code : 'taken'); });
    RED.nodes.getNode(request.params.to).receive(kinds[request.params.kind]());
    setTimeout(() => { RED.hooks.remove('onComplete.sender'); response.json(error); }, 150);
  });
  RED.nodes.registerType('hostile-sender', function (config) { RED.nodes.createNode(this, config); });
};`;

describe('a message that cannot be read', () => {
  let userDir: string;
  let nodeRed: RunningNodeRed;

  before(async function () {
    this.timeout(90_000);
    userDir = createUserDir();
    linkModule(userDir);
    mkdirSync(join(userDir, 'nodes'));
    writeFileSync(join(userDir, 'nodes', 'hostile-sender.js'), SENDER);
    writeFileSync(join(userDir, 'nodes', 'hostile-sender.html'), '<script type="text/javascript"></script>');
    const place = { z: 'flow', x: 100, y: 100 };
    const flows = [
      { id: 'flow', type: 'tab', label: 'hostile' },
      { id: 'severity', type: 'swat-severity', expectPca: true, expectAutoencoder: false, expectIforest: false, wires: [['one', 'two'], []], ...place }, // prettier-ignore
      { id: 'alert', type: 'swat-alert', wires: [[], [], []], ...place },
      { id: 'notify', type: 'swat-notify', kind: 'text', wires: [[], [], []], ...place },
      // Node-RED copies what is refused, and what is settled, for these.
      { id: 'caught', type: 'catch', scope: null, uncaught: false, wires: [['one']], ...place },
      { id: 'settled', type: 'complete', scope: ['severity', 'alert', 'notify'], wires: [['one']], ...place },
      { id: 'one', type: 'function', func: 'return null;', outputs: 1, wires: [[]], ...place },
      { id: 'two', type: 'function', func: 'return null;', outputs: 1, wires: [[]], ...place },
    ];
    nodeRed = await startNodeRed({ userDir, flows });
  });
  after(async function () {
    this.timeout(60_000);
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  const send = async (kind: string, to: string): Promise<string[]> =>
    JSON.parse(await nodeRed.admin.text(`/send/${kind}/${to}`)) as string[];

  for (const [kind, to, code] of [
    ['payload', 'severity', 'unexpected'],
    ['payload', 'notify', 'unexpected'],
    ['swat', 'alert', 'unexpected'],
    ['swat', 'notify', 'unexpected'],
    ['kept', 'severity', 'severity-window'],
    ['kept', 'notify', 'unexpected'],
    ['deep', 'severity', 'message-deep'],
    ['array', 'severity', 'message-copy'],
    ['below', 'severity', 'message-copy'],
    ['text', 'severity', 'score-wrong'],
    ['choice', 'notify', 'setting-choice'],
  ] as const) {
    it(`(${kind}) is refused once by ${to}, with a Catch node behind it, and Node-RED goes on`, async () => {
      await eventually(async () => (await send(kind, to)).join() === code, () => `not refused once with ${code}`, 15_000); // prettier-ignore
      assert.equal((await fetch(nodeRed.url)).status, 200);
      assert.doesNotMatch(nodeRed.log(), /Cannot read prop|Uncaught|Unhandled/);
    });
  }
});
