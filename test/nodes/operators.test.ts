import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { FlowNode } from '../harness/admin';
import { eventually } from '../harness/eventually';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

type Loose = Readonly<Record<string, unknown>>;

const ALERT = 'a1e0000000000001';
const JSON_TYPE = { 'Content-Type': 'application/json' };

/** What is posted to /alert is a message to the node; events, answers and errors are lines of the log. */
const flow = (alert: Loose): FlowNode[] => [
  { id: 'tab', type: 'tab', label: 'operators' },
  { id: 'in', z: 'tab', type: 'http in', url: '/alert', method: 'post', x: 100, y: 100, wires: [['unpack', 'out']] },
  { id: 'out', z: 'tab', type: 'http response', x: 300, y: 60, wires: [] },
  { id: 'unpack', z: 'tab', type: 'function', func: 'return { swat: msg.payload.swat };', outputs: 1, x: 200, y: 100, wires: [[ALERT]] },
  { id: 'wrap', z: 'tab', type: 'catch', scope: [ALERT], uncaught: false, x: 100, y: 200, wires: [['said']] },
  { id: ALERT, z: 'tab', type: 'swat-alert', name: '', x: 300, y: 100, ...alert, wires: [['said'], [], ['said']] },
  {
    id: 'said', z: 'tab', type: 'debug', active: true, tosidebar: false, console: true, complete: '$string($)', targetType: 'jsonata',
    x: 500, y: 100, wires: [],
  },
]; // prettier-ignore

describe('operators, in a real Node-RED', function () {
  this.timeout(90_000);
  let userDir: string;
  let nodeRed: RunningNodeRed;

  const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${nodeRed.url}${path}`, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...headers },
      body: JSON.stringify(body),
    });
  const send = async (swat: Loose): Promise<void> => {
    assert.ok((await post('/alert', { swat })).ok);
  };
  const signIn = async (body: Loose, headers = {}): Promise<[number, Loose]> => {
    const answer = await post('/swat/operator', { node: ALERT, ...body }, headers);
    return [answer.status, (await answer.json()) as Loose];
  };
  const journal = async (): Promise<Loose[]> => {
    const answer = await fetch(`${nodeRed.url}/swat-alert/${ALERT}/journal`);
    return ((await answer.json()) as { records: Loose[] }).records;
  };

  before(async () => {
    userDir = createUserDir();
    linkModule(userDir);
    nodeRed = await startNodeRed({
      userDir,
      flows: flow({ actors: 'operators', operators: [{ name: 'Ann', slot: 3 }] }),
    });
  });
  after(async () => {
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  it('lets nobody act before there is an operator, and says so', async () => {
    await send({ command: 'out-of-service', asset: 'pump' });
    await nodeRed.waitForLog(/Nobody may act here yet/);
    assert.deepEqual((await signIn({ user: 'Ann', pin: '' }))[1].code, 'operator-none');
    await send({ command: 'list' });
    await nodeRed.waitForLog(/"actors":\{"who":"operators","node":"a1e0000000000001","pins":false,"proxy":false\}/);
  });

  it('takes a PIN that the dialog has hashed, by message and by session, and never shows it', async () => {
    const { hash } = (await (await post('/swat-alert/pin', { pin: '47110815' })).json()) as { hash: string };
    assert.match(hash, /^scrypt\$/);
    assert.equal((await post('/swat-alert/pin', { pin: '12' })).status, 400);
    const alert = {
      actors: 'operators',
      operators: [{ name: 'Ann', slot: 3 }],
      proxyHeader: 'X-Forwarded-User',
      credentials: { pin3: hash },
    };
    await nodeRed.admin.deploy(flow(alert));
    await eventually(
      async () => (await signIn({ user: 'nobody', pin: '0000' }))[0] === 401,
      () => nodeRed.log(),
    );
    await send({ command: 'out-of-service', asset: 'pump', user: 'Ann', comment: 'by message', pin: '47110815' });
    await nodeRed.waitForLog(/"event":"out-of-service"[^\n]*"user":"Ann"[^\n]*"known":"pin"/);

    const [status, { session, user, known, until }] = await signIn({ user: 'ann', pin: '47110815' });
    assert.deepEqual([status, user, known], [200, 'Ann', 'pin']);
    assert.ok(Math.abs(Number(until) - Date.now() - 3_600_000) < 60_000);
    await send({ command: 'comment', asset: 'pump', user: 'Mallory', comment: 'by session', session });
    await nodeRed.waitForLog(/"event":"commented"[^\n]*"user":"Ann"[^\n]*"comment":"by session"[^\n]*"known":"pin"/);
    await send({ command: 'identify', session });
    await nodeRed.waitForLog(/\{"ok":true,"command":"identify","user":"Ann","known":"pin"\}/);

    await send({ command: 'comment', asset: 'pump', user: 'Ann', comment: 'forged', pin: '99999999' });
    await nodeRed.waitForLog(/Name or PIN is wrong/);
    await send({ command: 'comment', asset: 'pump', user: 'Ann', comment: 'forged', known: 'pin' });
    await nodeRed.waitForLog(/comment is for operators/);
    await send({ command: 'comment', asset: 'pump', comment: 'forged', session: `${String(session)}x` });
    await nodeRed.waitForLog(/You are signed out/);
    assert.doesNotMatch(nodeRed.log(), /47110815|99999999/);
    assert.ok(!nodeRed.log().includes(String(session)));

    const records = await journal();
    assert.deepEqual(
      records.map(({ event, user: who, comment, body }) => [event, who, comment, (body as Loose).known]),
      [
        ['commented', 'Ann', 'by session', 'pin'],
        ['out-of-service', 'Ann', 'by message', 'pin'],
      ],
    );
    assert.doesNotMatch(JSON.stringify(records), /47110815/);
  });

  it('takes the user of a trusted proxy, from its address alone, and once', async () => {
    const [status, { user, known, session }] = await signIn({}, { 'X-Forwarded-User': 'Zoe' });
    assert.deepEqual([status, user, known], [200, 'Zoe', 'proxy']);
    await send({ command: 'comment', asset: 'pump', comment: 'through the proxy', session });
    await nodeRed.waitForLog(/"user":"Zoe"[^\n]*"known":"proxy"/);
    assert.deepEqual((await signIn({}))[1].code, 'operator-proxy');
    const twice = await rawSignIn(nodeRed.url, ['X-Forwarded-User: Eve', 'X-Forwarded-User: Zoe']);
    assert.match(twice, /^HTTP\/1\.1 401 [^]*operator-proxy-twice/);
  });

  it('makes who guesses wait, and answers nonsense with a reason', async () => {
    for (let turn = 0; turn < 4; turn += 1) await signIn({ user: 'Ann', pin: `000${turn}` });
    const answer = await post('/swat/operator', { node: ALERT, user: 'Ann', pin: '47110815' });
    assert.equal(answer.status, 429);
    assert.match(await answer.text(), /Too many wrong PINs\. Wait \d+ s/);
    assert.ok(Number(answer.headers.get('retry-after')) > 0);
    assert.equal((await post('/swat/operator', { node: 'in', user: 'Ann', pin: '1234' })).status, 404);
    for (const body of ['', 'no json', '[]', 'x'.repeat(5000)]) {
      const nonsense = await fetch(`${nodeRed.url}/swat/operator`, { method: 'POST', body });
      assert.equal(nonsense.status, 400, body.slice(0, 10));
    }
  });

  it('lets the editor act, and keeps the hash out of its reach', async () => {
    const answer = await post(`/swat-alert/${ALERT}/command`, {
      command: 'return-to-service',
      asset: 'pump',
      known: 'pin',
    });
    assert.ok(answer.ok, await answer.text());
    const [newest] = await journal();
    assert.deepEqual([newest.event, (newest.body as Loose).known], ['returned-to-service', undefined]);
    const credentials = await nodeRed.admin.text(`/credentials/swat-alert/${ALERT}`);
    assert.match(credentials, /"has_pin3":true/);
    assert.doesNotMatch(credentials, /scrypt/);
  });
});

/** A request with a header as often as it is given, which fetch would join. */
function rawSignIn(url: string, headers: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  const body = JSON.stringify({ node: ALERT });
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      const head = [
        'POST /swat/operator HTTP/1.1',
        `Host: ${hostname}`,
        'Connection: close',
        'Content-Type: application/json',
      ];
      socket.write([...head, `Content-Length: ${body.length}`, ...headers, '', body].join('\r\n'));
    });
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => (text += part));
    socket.on('end', () => resolve(text)).on('error', reject);
  });
}
