import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext, runInNewContext } from 'node:vm';
import { WebSocket } from 'ws';
import { hashPin } from '../../lib/operator/pin';
import { readLogSettings } from '../../nodes/runtime/log-settings';
import type { FlowNode } from '../harness/admin';
import { ALL_KEY, API_KEYS, API_PATH, READ_KEY } from '../harness/api-flow';
import { httpEndpoint, type Endpoint, type Posted } from '../harness/endpoints';
import { eventually } from '../harness/eventually';
import { deskNodes, MessageDesk, onDesk, type Loose } from '../harness/message-desk';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { blocks, commandLines, PAGES, read } from '../harness/pages';
import { writeSettingsOfPage } from '../harness/settings-page';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

/** Blocks of a page in a language, how many, and which file runs them. */
const CLAIMED: readonly (readonly [page: string, language: string, count: number, file: string])[] = [
  ['README.md', 'js', 1, 'test/nodes/docs-blocks.test.ts'],
  ['docs/api.md', 'js', 1, 'test/nodes/docs-blocks.test.ts'],
  ['docs/delivery.md', 'js', 1, 'test/nodes/docs-blocks.test.ts'],
  ['docs/headless.md', 'js', 1, 'test/nodes/docs-blocks.test.ts'],
  ['docs/headless.md', 'yaml', 1, 'test/harness/settings-page.ts'],
  ['docs/journal.md', 'js', 1, 'test/nodes/docs-blocks.test.ts'],
  ['docs/logs.md', 'js', 1, 'test/nodes/docs-blocks.test.ts'],
  ['docs/logs.md', 'json', 1, 'test/nodes/docs-blocks.test.ts'],
  ['docs/metrics.md', 'js', 1, 'test/nodes/docs-blocks.test.ts'],
  ['docs/migration.md', 'js', 3, 'test/nodes/docs-commands.test.ts'],
  ['docs/notifications.md', 'json', 1, 'test/nodes/docs-blocks.test.ts'],
  ['docs/operators.md', 'js', 1, 'test/nodes/docs-blocks.test.ts'],
  ['docs/training.md', 'js', 1, 'test/nodes/docs-blocks.test.ts'],
];
/** Commands (docs-commands.test.ts), pictures and drawings in letters, and the template of docs/dashboards.md, which is indented. */
const OTHER_LANGUAGES = ['sh', 'mermaid', 'html', ''];

/** The only block of a page in a language. */
const block = (page: string, language = 'js'): string => blocks(page, language)[0];
/** As plain objects of this realm. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** What code assigns to `msg.swat`, one after the other. */
function commands(code: string): Loose[] {
  const given: unknown[] = [];
  const msg = Object.defineProperty({}, 'swat', { set: (command: unknown) => void given.push(command) });
  runInNewContext(code, { msg });
  return plain(given) as Loose[];
}

/** The tags of docs/training.md and README. */
const TAGS = [
  { name: 'LIT101', stage: 'P1', kind: 'sensor', unit: 'mm', low: 0, high: 1000 },
  { name: 'FIT101', stage: 'P1', kind: 'sensor', unit: 'm3/h', low: 0, high: 10 },
  { name: 'LIT401', stage: 'P4', kind: 'sensor', unit: 'mm', low: 0, high: 1000 },
];
/** Values of normal operation. */
function valuesOf(sample: number): Record<string, number> {
  const noise = (place: number): number => Math.sin(sample * (1.7 + place)) + Math.sin(sample * (0.31 + place * 0.17));
  const flow = 2.4 + 0.05 * noise(1);
  return { LIT101: 500 + 20 * Math.sin(sample / 40) + noise(0), FIT101: flow, LIT401: 700 + 40 * flow + noise(2) };
}

const PIN = '47110815';
const SECRET = 'of sender and receiver';
const TARGETS = ['window', 'pca', 'severity', 'alert', 'guarded', 'ack', 'few'];
const LISTS = ['learned', 'windows', 'events', 'told', 'answers', 'guarded-events', 'guarded-answers'];

/** One chain with an alert and an API behind it, a channel with a secret, a window of two tags, and an alert that asks who acts. */
async function chain(endpoint: Endpoint<Posted>): Promise<FlowNode[]> {
  const pin1 = await hashPin(PIN, randomBytes(16));
  const secretOfTab = {
    env: [{ name: 'PIN_OF_ANN', type: 'cred', value: '' }],
    credentials: { PIN_OF_ANN: PIN },
  };
  const channel = { url: `http://127.0.0.1:${endpoint.port}/alarms`, secret: SECRET };
  return [
    ...deskNodes(TARGETS, LISTS, secretOfTab),
    { id: 'plant', type: 'swat-plant', name: '', source: 'list', tags: TAGS },
    { id: 'two-tags', type: 'swat-plant', name: '', source: 'list', tags: TAGS.slice(0, 2) },
    { id: 'model', type: 'swat-model', name: 'trained', folder: '', reference: false },
    onDesk('window', 'swat-window', [['pca'], [], []], { plant: 'plant', length: 5, stride: 1 }),
    onDesk('pca', 'swat-pca', [['severity'], ['learned']], { name: 'line 1', model: 'model', stride: 1 }),
    onDesk('severity', 'swat-severity', [['alert', 'api'], []], { expectAutoencoder: false, expectIforest: false, expectPca: true, persistN: 1, persistM: 1 }), // prettier-ignore
    onDesk('alert', 'swat-alert', [['events', 'api'], ['told', 'notify'], ['answers']], { limit: 1000 }),
    onDesk('api', 'swat-api', [], { path: API_PATH }),
    onDesk('notify', 'swat-notify', [['request'], [], []], { kind: 'webhook', credentials: channel }),
    onDesk('request', 'http request', [['notify']], { method: 'POST', ret: 'txt', paytoqs: 'ignore', url: '', persist: false, senderr: true, headers: [] }), // prettier-ignore
    onDesk('few', 'swat-window', [['windows'], [], []], { plant: 'two-tags', length: 3, stride: 1 }),
    onDesk('guarded', 'swat-alert', [['guarded-events'], [], ['guarded-answers']], { actors: 'operators', operators: [{ name: 'Ann', slot: 1 }], credentials: { pin1 } }), // prettier-ignore
    onDesk('ack', 'function', [['guarded']], { func: `${block('docs/operators.md')}\nreturn msg;`, outputs: 1 }),
  ];
}

describe('the blocks of code in the docs', function () {
  this.timeout(120_000);
  let userDir: string;
  let endpoint: Endpoint<Posted>;
  let nodeRed: RunningNodeRed;
  let desk: MessageDesk;

  /** What the log has, in a Node-RED that tells in seconds what takes minutes. */
  const lines = (log: string): Loose[] => {
    const file = join(userDir, 'swat', 'logs', `${log}.log`);
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Loose); // prettier-ignore
  };
  /** Sends a command. @returns its answer in the list */
  const command = async (node: string, swat: Loose, list: string): Promise<Loose> => {
    const before = (await desk.heard(list)).length;
    await desk.send(node, { swat });
    return desk.newest(list, ({ ok, command: name }) => ok === true && name === swat.command, before);
  };
  const raise = async (asset: string, more: Loose = {}, node = 'alert'): Promise<Loose> => {
    const tags = [{ tag: 'LIT101', stage: 'P1', feature: 'mean', share: 1, seen: 823, expected: 512, unit: 'mm' }];
    await desk.send(node, { payload: { asset, time: Date.now(), finding: 'anomaly', level: 'WARNING', ratio: 1.7, tags, detectors: {}, ...more } }); // prettier-ignore
    const list = node === 'alert' ? 'events' : 'guarded-events';
    return desk.newest(list, (event) => event.event === 'raised' && event.asset === asset);
  };
  const metricsOf = async (running: RunningNodeRed, token?: string): Promise<[number, string]> => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await fetch(`${running.url}/swat/metrics`, { headers });
    return [answer.status, await answer.text()];
  };

  before(async () => {
    userDir = createUserDir();
    linkModule(userDir);
    endpoint = await httpEndpoint([]);
    const logs = block('docs/logs.md').replace('summarySeconds: 60', 'summarySeconds: 1');
    nodeRed = await startNodeRed({
      userDir,
      pasted: logs + block('docs/metrics.md'),
      env: { SWAT_API_KEYS: API_KEYS },
    });
    // Credentials are no part of a flow file.
    await nodeRed.admin.deploy(await chain(endpoint));
    desk = new MessageDesk(nodeRed);
  });
  after(async () => {
    await nodeRed.stop();
    await endpoint.stop();
    removeUserDir(userDir);
  });

  describe('docs/training.md', () => {
    const [collect, check, train, shadow, activate] = commands(block('docs/training.md'));
    const learned = (name: string): Promise<Loose> => desk.newest('learned', ({ event }) => event === name);
    const report = async (): Promise<Loose> => JSON.parse(await nodeRed.admin.text('/swat-pca/pca/report')) as Loose;
    const versions = async (): Promise<string[]> => {
      const { versions: all } = await command('pca', { command: 'versions' }, 'learned');
      return (all as { version: string }[]).map(({ version }) => version);
    };

    it('collects so many windows, and trains nothing', async () => {
      const { windows } = await command('pca', collect, 'learned');
      assert.equal(windows, 2000);
      const frames = Array.from({ length: 2004 }, (_, sample) => ({ timestamp: sample * 1000, ...valuesOf(sample) }));
      await desk.send('window', { payload: frames, asset: 'skid' });
      await desk.newest('learned', ({ collected }) => collected === 2000);
      const { stage, collected, trained } = await report();
      assert.deepEqual([stage, collected, trained], ['idle', 2000, null]);
      assert.deepEqual(await versions(), []);
    });

    /** A record of local time in Berlin, half an hour of which is in the stretch that is left out. */
    const FIRST = Date.UTC(2026, 0, 1, 2, 30);
    const EVERY_MS = 10_000;
    const SAMPLES = 1440;

    it('checks an upload in the time zone that is given', async () => {
      const local = (sample: number): string => new Date(FIRST + 3_600_000 + sample * EVERY_MS).toISOString().slice(0, 19).replace('T', ' '); // prettier-ignore
      const rows = Array.from({ length: SAMPLES }, (_, sample) => [local(sample), ...Object.values(valuesOf(sample))].join()); // prettier-ignore
      const uploaded = await fetch(`${nodeRed.url}/swat-model/model/data/plant.csv`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/octet-stream' },
        body: ['Timestamp,LIT101,FIT101,LIT401', ...rows, ''].join('\n'),
      });
      assert.ok(uploaded.ok, await uploaded.text());
      await command('pca', check, 'learned');
      const checked = await learned('checked');
      const { kind, file } = checked.source as Loose;
      assert.deepEqual([kind, file, checked.samples, checked.stop], ['file', 'plant.csv', SAMPLES, 0]);
      const { record } = (await report()).quality as { record: { first: number; last: number } };
      assert.deepEqual([record.first, record.last], [FIRST, FIRST + (SAMPLES - 1) * EVERY_MS]);
    });

    it('trains on it without a tag and a stretch of time, and leaves the arming to a person', async () => {
      await command('pca', train, 'learned');
      const { source, activated, version } = await learned('trained');
      const range = [Date.UTC(2026, 0, 1, 2), Date.UTC(2026, 0, 1, 3)];
      const { excludedTags, excludedRanges, excluded } = source as Loose;
      assert.deepEqual([excludedTags, excludedRanges, excluded], [['LIT401'], [range], 181]);
      assert.equal(activated, false);
      assert.deepEqual(await versions(), [version]);
    });

    it('runs a version in shadow, and arms it with a reason for the audit trail', async () => {
      const [first] = await versions();
      await command('pca', { command: 'activate', version: first }, 'learned');
      // The same again within a second would be the same version.
      await command('pca', { ...train, exclude: {} }, 'learned');
      await desk.newest('learned', ({ event, version }) => event === 'trained' && version !== first);
      const second = (await versions()).find((version) => version !== first);
      await command('pca', { ...shadow, version: second }, 'learned');
      const shadowOf = async (): Promise<unknown> => (JSON.parse(await nodeRed.admin.text('/swat-model/model/shadow?kind=pca')) as Loose).version; // prettier-ignore
      assert.equal(await shadowOf(), second);
      await command('pca', { ...activate, version: second }, 'learned');
      await desk.newest('learned', ({ event, version }) => event === 'activated' && version === second);
      assert.equal(await shadowOf(), null);
      const { entries } = JSON.parse(await nodeRed.admin.text('/swat-model/model/history?limit=1')) as { entries: Loose[] }; // prettier-ignore
      const [{ action, user, reason, version }] = entries;
      assert.deepEqual([action, user, reason, version], ['activate', activate.user, activate.reason, second]);
    });
  });

  describe('docs/logs.md', () => {
    it('shows a line as it is written, key by key', async () => {
      const frames = Array.from({ length: 50 }, (_, n) => ({ timestamp: (3000 + n) * 1000, ...valuesOf(3000 + n) }));
      await desk.send('window', { payload: frames, asset: 'skid' });
      const shown = JSON.parse(block('docs/logs.md', 'json')) as Loose & { data: Loose };
      const isIt = ({ code, data }: Loose): boolean => code === shown.code && 'model' in (data as Loose);
      await eventually(
        () => lines('inference').some(isIt),
        () => JSON.stringify(lines('inference').slice(-5)),
      );
      const written = lines('inference').find(isIt) as typeof shown;
      const typesOf = (object: Loose): string[] => Object.entries(object).map(([key, value]) => `${key}: ${typeof value}`); // prettier-ignore
      assert.deepEqual(typesOf(written), typesOf(shown));
      assert.deepEqual(typesOf(written.data), typesOf(shown.data));
      assert.deepEqual([written.log, written.level, written.type, written.name], ['inference', 'info', 'swat-pca', shown.name]); // prettier-ignore
      for (const time of [written.time, shown.time]) assert.equal(new Date(String(time)).toISOString(), time);
    });

    it('has settings that are the defaults but for the example, and that hold', async () => {
      const { swatLogs } = runInNewContext(`({ ${block('docs/logs.md')} })`) as { swatLogs: Loose };
      const { stream, ...others } = swatLogs;
      assert.ok(stream);
      assert.deepEqual(readLogSettings(plain(others)), readLogSettings(undefined));
      await desk.send('window', { payload: { LIT101: 'no number' } });
      await eventually(() => lines('stream').some(({ level }) => level === 'warn'), 'a line of bad data');
      assert.ok(!lines('stream').some(({ level }) => level === 'info'));
      assert.ok(lines('app').some(({ code, level }) => code === 'started' && level === 'info'));
      assert.ok(!lines('app').some(({ code }) => String(code).includes('setting')));
      assert.doesNotMatch(nodeRed.log(), /swatLogs|\[error\]/);
    });
  });

  // Before there is an alarm of line-1, which mutes those of line-1/pump.
  it('docs/notifications.md: a silence holds back what it is about, and is in the journal', async () => {
    const silence = JSON.parse(block('docs/notifications.md', 'json')) as Loose & { minutes: number };
    const { silences } = await command('alert', silence, 'answers');
    const [{ user, comment, until }] = silences as Loose[];
    assert.deepEqual([user, comment], [silence.user, silence.comment]);
    assert.ok(Math.abs(Number(until) - Date.now() - silence.minutes * 60_000) < 60_000);
    assert.equal((await raise('line-1/pump')).notice, 'silenced');
    assert.equal((await raise('line-2/pump')).notice, 'due');
    await desk.newest('told', ({ asset }) => asset === 'line-2/pump');
    assert.ok(!(await desk.heard('told')).some(({ asset }) => asset === 'line-1/pump'));
    const { records } = await command('alert', { command: 'journal', event: 'silenced' }, 'answers');
    assert.deepEqual((records as Loose[]).map((record) => [record.user, record.comment]), [[silence.user, silence.comment]]); // prettier-ignore
  });

  it('README.md: the message is taken by swat-window, and the event is what swat-alert sends', async () => {
    const [input, output] = block('README.md').split('\n\n');
    const sandbox = createContext({});
    runInContext(input, sandbox);
    const msg = plain(sandbox.msg) as { payload: Loose; timestamp: number; asset: string };
    for (let second = 0; second < 3; second += 1)
      await desk.send('few', { ...msg, timestamp: msg.timestamp + second * 1000 });
    const window = await desk.newest('windows', ({ asset }) => asset === msg.asset);
    const { start: from, end, samples, quality } = window;
    assert.deepEqual([from, end, samples, quality], [msg.timestamp, msg.timestamp + 2000, 3, { good: 1, bad: [] }]);

    runInContext(`msg = {}; ${output}`, sandbox);
    const shown = (plain(sandbox.msg) as { payload: Loose & { tags: Loose[]; text: string } }).payload;
    const contributions = shown.tags.map((tag) => ({ ...tag, feature: 'slope' }));
    const pca = { score: 2, threshold: 1, ratio: shown.ratio, ratioKind: 'calibrated', ready: true, model: 'm', contributions }; // prettier-ignore
    const scored = { asset: shown.asset, start: 0, end: Date.now(), samples: 60, quality: { good: 1, bad: [] } };
    await desk.send('severity', { payload: scored, scores: { pca } });
    const event = await desk.newest('events', ({ asset }) => asset === shown.asset);
    const { id, text, tags, ...same } = shown;
    for (const [key, value] of Object.entries(same)) assert.deepEqual(event[key], value, key);
    for (const each of [id, event.id]) assert.match(String(each), /^[0-9a-f]{16}$/);
    assert.ok(String(event.text).startsWith(text.replace('…', '')), String(event.text));
    const [tag] = event.tags as Loose[];
    for (const [key, value] of Object.entries(tags[0])) assert.deepEqual(tag[key], value, key);
  });

  it('docs/api.md: a page in a browser hears of alarms alone', async () => {
    const heard: Loose[] = [];
    const code = block('docs/api.md').replace('127.0.0.1:1880', new URL(nodeRed.url).host);
    const log = (told: unknown): void => void heard.push(told as Loose);
    const socket = runInNewContext(`(() => { ${code}\nreturn socket; })()`, { WebSocket, key: READ_KEY, console: { log } }) as WebSocket; // prettier-ignore
    try {
      await once(socket, 'open');
      const quiet = { asset: 'line-3', start: 0, end: Date.now(), samples: 60, quality: { good: 1, bad: [] } };
      const pca = { score: 0.4, threshold: 1, ratio: 0.4, ratioKind: 'calibrated', ready: true, model: 'm' };
      await desk.send('severity', { payload: quiet, scores: { pca } });
      const { id } = await raise('line-4');
      await eventually(() => heard.length > 0, 'the alarm');
      assert.deepEqual(heard.map(({ type, data }) => [type, (data as Loose).id]), [['alarm', id]]); // prettier-ignore
    } finally {
      socket.terminate();
    }
  });

  describe('the commands that ask this flow', () => {
    /** What comes of each, by a part of its address. */
    const EXPECTED: readonly (readonly [part: string, check: (answer: Loose) => void])[] = [
      ['/assets/SWaT/predict', ({ verdicts }) => assert.deepEqual((verdicts as Loose[]).map(({ asset, finding }) => [asset, finding]), [['SWaT', 'anomaly']])], // prettier-ignore
      ['/v1/assets', ({ items }) => assert.ok((items as Loose[]).some(({ asset }) => asset === 'SWaT'))],
      ['/swat/ready', ({ ready }) => assert.equal(ready, true)],
    ];
    const lines = PAGES.flatMap((page) => commandLines(page).filter((line) => line.startsWith('curl ')).map((line) => [page, line] as const)); // prettier-ignore

    before(async () => {
      const frames = Array.from({ length: 10 }, (_, n) => ({ timestamp: Date.now() - (10 - n) * 1000, ...valuesOf(4000 + n) })); // prettier-ignore
      await desk.send('window', { payload: frames, asset: 'SWaT' });
    });

    it('are as many as there are answers to expect', () => assert.equal(lines.length, EXPECTED.length));
    for (const [page, line] of lines)
      it(`${page}: ${line}`, () => {
        const here = line.replace(/127\.0\.0\.1:188\d/, new URL(nodeRed.url).host);
        assert.notEqual(here, line);
        const command = `${here} --silent --show-error --write-out '\\n%{http_code}'`;
        const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8', env: { ...process.env, SWAT_KEY: ALL_KEY } }); // prettier-ignore
        const [body, status] = stdout.split(/\n(?=\d+$)/);
        assert.equal(status, '200', `${stdout}${stderr}`);
        const [, check] = EXPECTED.find(([part]) => line.includes(part)) ?? [];
        assert.ok(check !== undefined, 'nobody says what comes of this command');
        check(JSON.parse(body) as Loose);
      });
  });

  it('docs/delivery.md: the signature of a webhook is checked', async () => {
    const { id } = await raise('line-5');
    const post = (): Posted | undefined => endpoint.got.find(({ body }) => body.includes(String(id)));
    await eventually(() => post() !== undefined, 'the post');
    const { body, headers } = post()!;
    const header = headers['x-swat-signature'];
    const isGenuine = (given: object): boolean =>
      runInNewContext(`${block('docs/delivery.md')}; genuine`, {
        ...{ crypto: { createHmac, timingSafeEqual }, Buffer, secret: SECRET, header, body },
        ...given,
      }) as boolean;
    assert.equal(isGenuine({}), true);
    const forged = [{ body: body.replace('line-5', 'line-6') }, { secret: 'another' }, { header: undefined }, { header: `t=1,v1=${'0'.repeat(64)}` }]; // prettier-ignore
    for (const given of forged) assert.equal(isGenuine(given), false, JSON.stringify(given));
  });

  it('docs/journal.md: questions are answered, and a list is downloaded', async () => {
    const [question, download] = commands(block('docs/journal.md'));
    const old = { time: Date.now() - 30 * 3_600_000 };
    const ofAnother = { tags: [{ tag: 'LIT301', stage: 'P3', feature: 'mean', share: 1, seen: 1, expected: 2, unit: 'mm' }] }; // prettier-ignore
    const [wanted, past, other, itself] = [await raise('line-7'), await raise('line-8', old), await raise('line-9', ofAnother), await raise(String(download.asset))]; // prettier-ignore
    const recorded = async (query: Loose): Promise<unknown[]> =>
      ((await command('alert', query, 'answers')).records as Loose[]).map(({ alarm }) => alarm);
    await eventually(async () => {
      const all = await recorded({ command: 'journal', limit: 1000 });
      return [wanted, past, other, itself].every(({ id }) => all.includes(id));
    }, 'all in the journal');
    const found = await recorded(question);
    assert.deepEqual([wanted, past, other].map(({ id }) => found.includes(id)), [true, false, false]); // prettier-ignore
    const few = await recorded({ ...question, limit: 1 });
    assert.equal(few.length, 1);
    const { text, records } = await command('alert', download, 'answers');
    const [titles, ...rows] = String(text).trim().split('\r\n');
    const place = titles.split(',').indexOf('asset');
    assert.equal(rows.length, records);
    assert.ok(rows.length > 0 && rows.every((row) => row.split(',')[place] === download.asset), rows.join('\n'));
  });

  it('docs/operators.md: a function node acts as an operator, and the PIN is nowhere', async () => {
    const { id } = await raise('SWaT', {}, 'guarded');
    await desk.send('ack', {});
    const event = await desk.newest('guarded-events', ({ event: name }) => name === 'acknowledged');
    assert.deepEqual([event.id, event.user, event.known], [id, 'Ann', 'pin']);
    await desk.newest('guarded-answers', ({ ok, command: name }) => ok === true && name === 'ack');
    let journal = '';
    await eventually(async () => (journal = await nodeRed.admin.text('/swat-alert/guarded/journal')).includes('acknowledged'), 'in the journal'); // prettier-ignore
    const [{ user, body }] = (JSON.parse(journal) as { records: { user: string; body: Loose }[] }).records;
    assert.deepEqual([user, body.known], ['Ann', 'pin']);
    const everywhere = [journal, nodeRed.log(), ...['app', 'alarms'].map((log) => JSON.stringify(lines(log))), JSON.stringify(await desk.heard('guarded-answers')), JSON.stringify(await desk.heard('guarded-events'))]; // prettier-ignore
    for (const text of everywhere) assert.ok(!text.includes(PIN));
  });

  it('nothing of it was an error', async () => {
    assert.deepEqual(await desk.heard('errors'), []);
    assert.doesNotMatch(nodeRed.log(), /\[error\]/);
  });

  describe('for settings.js', () => {
    it('docs/metrics.md: metrics are served', async () => {
      const [status, text] = await metricsOf(nodeRed);
      assert.equal(status, 200);
      assert.match(text, /^swat_windows_total\{node="window"/m);
    });

    it('docs/metrics.md: or served to who has the token, and docs/headless.md: the file is named', async () => {
      const token = 'a'.repeat(16);
      const [, alternative] = /\/\/ or (\{.+\}),/.exec(block('docs/metrics.md')) ?? [];
      const home = createUserDir();
      const other = createUserDir();
      linkModule(home);
      linkModule(other);
      writeSettingsOfPage(home);
      const lengthInDialog = 60;
      const flows = [
        ...deskNodes(['few'], ['windows']),
        { id: 'plant', type: 'swat-plant', name: '', source: 'list', tags: TAGS },
        onDesk('few', 'swat-window', [['windows'], [], []], { plant: 'plant', length: lengthInDialog, stride: 1 }),
      ];
      const pasted = [`swat: ${alternative},`.replace('…', token), block('docs/headless.md').replace('/etc/', `${home}/etc/`)]; // prettier-ignore
      const running = await Promise.allSettled([
        startNodeRed({ userDir: other, flows: [{ id: 'tab', type: 'tab', label: 'empty' }], pasted: pasted[0] }),
        startNodeRed({ userDir: home, flows, pasted: pasted[1], env: { METRICS_TOKEN: 'b'.repeat(24) } }),
      ]);
      try {
        const [withToken, withFile] = running.map((each) => {
          if (each.status === 'rejected') throw each.reason as Error;
          return each.value;
        });
        assert.deepEqual((await metricsOf(withToken))[0], 401);
        assert.deepEqual((await metricsOf(withToken, token))[0], 200);
        assert.deepEqual((await metricsOf(withFile))[0], 401);
        assert.deepEqual((await metricsOf(withFile, 'b'.repeat(24)))[0], 200);
        const frames = Array.from({ length: 30 }, (_, n) => ({ timestamp: n * 1000, ...valuesOf(n) }));
        const desk = new MessageDesk(withFile);
        await desk.send('few', { payload: frames, asset: 'a' });
        assert.equal((await desk.newest('windows', () => true)).samples, 30);
        for (const each of [withToken, withFile]) assert.doesNotMatch(each.log(), /\[error\]/);
      } finally {
        for (const each of running) if (each.status === 'fulfilled') await each.value.stop();
        for (const folder of [home, other]) removeUserDir(folder);
      }
    });
  });
});

describe('every block of code in the docs', () => {
  /** Languages of all blocks of a page, also of indented ones. */
  const languagesOf = (page: string): string[] => {
    const fences = [...read(page).matchAll(/^ *(?:```|~~~)(.*)$/gm)].map(([, language]) => language.trim());
    assert.equal(fences.length % 2, 0, page);
    return fences.filter((_, index) => index % 2 === 0);
  };

  for (const page of PAGES)
    it(`${page} is run by a test`, () => {
      const left = languagesOf(page).filter((language) => !OTHER_LANGUAGES.includes(language));
      const claimed = CLAIMED.filter(([of]) => of === page);
      assert.deepEqual(left.sort(), claimed.flatMap(([, language, count]) => Array.from({ length: count }, () => language)).sort()); // prettier-ignore
      for (const [, language, count, file] of claimed) {
        assert.equal(blocks(page, language).length, count, language);
        const call = language === 'js' ? `(?:, 'js')?` : `, '${language}'`;
        assert.match(read(file), new RegExp(`blocks?\\('${page}'${call}\\)`), file);
      }
    });
});
