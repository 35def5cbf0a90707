import assert from 'node:assert/strict';
import type { FlowNode } from '../harness/admin';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

/** More than the listeners of one kind that Node takes without a warning. */
const CHANNELS = Array.from({ length: 12 }, (_, index) => `channel${index}`);
const FLOW: FlowNode[] = [
  { id: 'tab', type: 'tab', label: 'notifications' },
  { id: 'in', z: 'tab', type: 'http in', url: '/news', method: 'post', x: 100, y: 100, wires: [[...CHANNELS, 'out']] },
  { id: 'out', z: 'tab', type: 'http response', x: 300, y: 60, wires: [] },
  ...CHANNELS.map((id, index) => ({ id, z: 'tab', type: 'swat-notify', kind: 'text', name: '', x: 300, y: 100 + index * 60, wires: [[], [], []] })), // prettier-ignore
];

interface Outbox {
  readonly deployed: boolean;
  readonly counts?: { readonly sent: number; readonly dropped: number };
  readonly entries: readonly { readonly key: string; readonly title: string; readonly state: string }[];
}

describe('the outbox by HTTP, in a real Node-RED', function () {
  this.timeout(90_000);
  let userDir: string;
  let running: RunningNodeRed | undefined;

  before(() => {
    userDir = createUserDir();
    linkModule(userDir);
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
  });
  after(() => removeUserDir(userDir));

  const json = { 'Content-Type': 'application/json' };
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${running?.url ?? ''}${path}`, { method: 'POST', headers: json, body: JSON.stringify(body) });
  const outbox = async (id = 'channel0'): Promise<Outbox> => {
    const answer = await fetch(`${running?.url ?? ''}/swat-notify/${id}/outbox`);
    assert.equal(answer.status, 200);
    return (await answer.json()) as Outbox;
  };
  const arrived = async (): Promise<Outbox> => {
    for (let turn = 0; turn < 100; turn += 1) {
      const seen = await outbox();
      if ((seen.counts?.sent ?? 0) > 0) return seen;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('nothing was sent');
  };

  it('lists, carries out commands, and says what is wrong with one', async () => {
    running = await startNodeRed({ userDir, flows: FLOW });
    const news = { key: 'n1', event: 'raised', asset: 'line-1', level: 'CRITICAL', text: 'news' };
    for (let turn = 0; turn < 50 && !(await post('/news', news)).ok; turn += 1) await new Promise((done) => setTimeout(done, 100)); // prettier-ignore
    const { entries } = await arrived();
    assert.deepEqual(entries.map(({ key, title, state }) => [key, title, state]), [['n1', 'CRITICAL in line-1', 'sent']]); // prettier-ignore
    assert.deepEqual(await outbox('nobody'), { deployed: false, entries: [] });
    const wrong = await post('/swat-notify/channel0/command', { command: 'drop', key: 'n7' });
    assert.equal(wrong.status, 400);
    assert.match(await wrong.text(), /No notification with the key .*n7/);
    assert.equal((await post('/swat-notify/nobody/command', { command: 'list' })).status, 404);
    const answer = await post('/swat-notify/channel0/command', { command: 'drop', key: 'n1' });
    assert.deepEqual(await answer.json(), { ok: true, command: 'drop', key: 'n1', count: 1 });
    assert.deepEqual((await outbox()).entries, []);
    assert.equal((await outbox('channel1')).entries.length, 1, 'each has an outbox of its own');
    assert.doesNotMatch(running.log(), /MaxListeners|\[error\]/);
  });

  it('shows the list to who may read, and lets them change nothing', async () => {
    const adminAuth = { type: 'credentials', users: [], default: { permissions: 'read' } };
    running = await startNodeRed({ userDir, settings: { adminAuth } });
    assert.equal((await outbox('channel1')).entries.length, 1);
    assert.equal((await post('/swat-notify/channel1/command', { command: 'drop', key: 'n1' })).status, 401);
    assert.equal((await outbox('channel1')).entries.length, 1);
  });

  it('shows nothing to who may not read it', async () => {
    const adminAuth = {
      type: 'credentials',
      users: [],
      default: { permissions: ['flows.read', 'nodes.read', 'settings.read'] },
    };
    running = await startNodeRed({ userDir, settings: { adminAuth } });
    assert.equal((await fetch(`${running.url}/swat-notify/channel1/outbox`)).status, 401);
  });
});
