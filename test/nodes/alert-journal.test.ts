import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { JournalRecord } from '../../lib/journal/journal';
import { eventually } from '../harness/eventually';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';
import { startNodeRed } from '../harness/node-red';
import { AlarmFlow, score, scored, type Loose } from '../harness/alarm-flow';

const both = (ratio: number): Loose => ({ autoencoder: score(ratio), iforest: score(ratio) });

describe('the journal of a swat-alert', () => {
  let flow: AlarmFlow;
  beforeEach(() => (flow = new AlarmFlow()));
  afterEach(() => flow.remove());

  const texts = (): string[] =>
    flow.errors.map((error) => (error instanceof Error ? error.message : JSON.stringify(error)));
  const answers = (): Loose[] => flow.got.metric.map(({ payload }) => payload as Loose).filter(({ command }) => command === 'journal' || command === 'export'); // prettier-ignore
  const ask = async (swat: Loose): Promise<Loose> => {
    const before = answers().length;
    flow.send('alert', { swat });
    await flow.until(() => answers().length > before);
    return answers()[before];
  };
  const records = async (query: Loose = {}): Promise<JournalRecord[]> =>
    (await ask({ command: 'journal', order: 'oldest', ...query })).records as JournalRecord[];
  const alarm = async (): Promise<void> => {
    for (let second = 0; second < 12; second += 1) flow.send('severity', scored(second, both(3)));
    await flow.until(() => flow.events().some(({ event }) => event === 'raised'));
  };

  it('has every event once, with who did it and which settings decided it, and answers for it', async () => {
    await flow.load();
    await alarm();
    const [raised] = flow.events().filter(({ event }) => event === 'raised');
    flow.send('alert', { swat: { command: 'ack', id: raised.id, user: 'ada', comment: 'pump is being changed' } });
    await flow.until(() => flow.events().some(({ event }) => event === 'acknowledged'));
    let found: JournalRecord[] = [];
    await eventually(async () => (found = await records()).length >= flow.events().length, 'all in the journal');
    assert.deepEqual(found.map(({ event, seq }) => [event, seq]), flow.events().map(({ event, seq }) => [event, seq])); // prettier-ignore
    const [{ user, comment, body, alarm: id }] = await records({ event: 'acknowledged' });
    assert.deepEqual([user, comment, id], ['ada', 'pump is being changed', raised.id]);
    assert.match(String((body as Loose).configHash), /^[0-9a-f]{16}$/);
    const csv = await ask({ command: 'export' });
    assert.equal(csv.records, found.length);
    assert.match(String(csv.text), /^n,time,logged,source,seq,event,.*\r\n1,/);
  });

  it('has what came while it could not be written, once it can, and nothing is told twice after a restart', async function () {
    this.timeout(60_000);
    const folder = join(flow.folder, 'swat', 'journal');
    mkdirSync(join(flow.folder, 'swat'), { recursive: true });
    writeFileSync(folder, 'in the way');
    await flow.load();
    await alarm();
    await flow.until(() => texts().some((text) => text.includes('journal')));
    await pause(3000);
    const told = flow.events().length;
    await flow.unload();
    for (const list of Object.values(flow.got)) list.length = 0;
    rmSync(folder);
    await flow.load();
    let found: JournalRecord[] = [];
    await eventually(async () => (found = await records()).length >= told, 'all in the journal');
    assert.equal(found.length, told);
    assert.deepEqual(flow.events(), []);
  });

  it('leaves no thread and no lock behind', async () => {
    await flow.load();
    await alarm();
    await flow.unload();
    const left = readdirSync(join(flow.folder, 'swat', 'journal')).sort();
    assert.deepEqual(left, ['journal.db', 'journal.head']);
  });

  it('is not opened before there is something to record, or a question', async () => {
    await flow.load();
    await flow.unload();
    const folder = join(flow.folder, 'swat', 'journal');
    assert.equal(existsSync(folder), false);
    await flow.load();
    assert.deepEqual(await records(), []);
    assert.equal(existsSync(join(folder, 'journal.db')), true);
  });

  it('is opened at once where it was begun: damage is put aside before the first record', async () => {
    const folder = join(flow.folder, 'swat', 'journal');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'journal.db'), 'no database '.repeat(1000));
    await flow.load();
    await eventually(() => readdirSync(folder).some((name) => name.startsWith('journal.db.damaged-')), 'put aside');
  });

  it('is not there where it is switched off', async () => {
    await flow.load({}, { journal: false });
    await alarm();
    flow.send('alert', { swat: { command: 'journal' } });
    await flow.until(() => flow.errors.length > 0);
    assert.match(texts()[0], /records nothing/);
    assert.equal(existsSync(join(flow.folder, 'swat', 'journal')), false);
  });
});

describe('the admin route of the journal', () => {
  it('gives a page, CSV and JSON of a Node-RED that runs, and says what is wrong with a question', async function () {
    this.timeout(60_000);
    const userDir = createUserDir();
    linkModule(userDir);
    const z = 'tab1';
    const verdict = `msg.payload = { asset: 'line-1', time: 1767225600000, finding: 'anomaly', level: 'WARNING', ratio: 2, tags: [], detectors: {} }; return msg;`;
    const nodeRed = await startNodeRed({
      userDir,
      flows: [
        { id: z, type: 'tab', label: 'journal' },
        { id: 'press1', z, x: 1, y: 1, type: 'inject', props: [], repeat: '', once: false, wires: [['make1']] },
        { id: 'make1', z, x: 1, y: 1, type: 'function', func: verdict, outputs: 1, wires: [['alert1']] },
        { id: 'alert1', z, x: 1, y: 1, type: 'swat-alert', wires: [[], [], []] },
      ],
    });
    try {
      const get = (query: string): Promise<Response> => fetch(`${nodeRed.url}/swat-alert/alert1/journal${query}`);
      await nodeRed.admin.inject('press1');
      let page: { records: JournalRecord[] } = { records: [] };
      const ask = async (): Promise<typeof page> => (await (await get('')).json()) as typeof page;
      await eventually(async () => (page = await ask()).records.length > 0, 'the alarm in the journal');
      assert.deepEqual(page.records.map(({ event, asset }) => [event, asset]), [['raised', 'line-1']]); // prettier-ignore
      const csv = await get('?form=csv&asset=line-1');
      assert.match(csv.headers.get('content-disposition') ?? '', /alarm-journal\.csv/);
      assert.equal((await csv.text()).split('\r\n').length, 3);
      assert.deepEqual(await (await get('?form=json&asset=line-2')).json(), []);
      assert.equal((await get('?from=yesterday')).status, 400);
      assert.equal((await get('?form=csv&after=x')).status, 400);
      assert.equal((await fetch(`${nodeRed.url}/swat-alert/press1/journal`)).status, 400);
    } finally {
      await nodeRed.stop();
      removeUserDir(userDir);
    }
  });
});
