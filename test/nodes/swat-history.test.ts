import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Overview, Streams, Trend } from '../../lib/history/reader';
import swatAlert from '../../nodes/swat-alert';
import swatHistory from '../../nodes/swat-history';
import swatPlant from '../../nodes/swat-plant';
import swatSeverity from '../../nodes/swat-severity';
import swatWindow from '../../nodes/swat-window';
import { historyOf } from '../../nodes/runtime/history-shared';
import { LIT101, score, START, type Loose } from '../harness/alarm-flow';
import { eventually } from '../harness/eventually';
import helper from '../harness/helper';

const TAGS = [
  { name: 'LIT101', stage: 'P1', low: '0', high: '1000', unit: 'mm' },
  { name: 'P101', stage: 'P1', kind: 'actuator', states: '1=off|2=on' },
  { name: 'FIT201', stage: 'P2', low: '0', high: '10', unit: 'm3/h' },
];
const frame = (second: number): Loose => ({ LIT101: 500 + (second % 10), P101: 1 + (second % 2), FIT201: 2.5 });

describe('swat-history', function () {
  this.timeout(20_000);
  let folder: string;
  const pushed: Loose[] = [];
  const answers: Loose[] = [];
  const failures: unknown[] = [];
  const warned: string[] = [];

  beforeEach((done) => {
    folder = mkdtempSync(join(tmpdir(), 'swat-history-'));
    helper.settings({ userDir: folder, uiPort: 0, uiHost: '127.0.0.1' });
    helper.startServer(done);
  });
  afterEach((done) => {
    void helper.unload().then(() =>
      helper.stopServer(() => {
        rmSync(folder, { recursive: true, force: true });
        done();
      }),
    );
  });

  async function load(history: Loose = {}, window: Loose = {}): Promise<void> {
    for (const list of [pushed, answers, failures, warned]) list.length = 0;
    await helper.load([swatPlant, swatWindow, swatSeverity, swatAlert, swatHistory], [
      { id: 'p', type: 'swat-plant', source: 'list', tags: TAGS },
      { id: 'w', type: 'swat-window', plant: 'p', length: 3, lags: 1, ...window, wires: [['h'], [], []] },
      { id: 's', type: 'swat-severity', expectIforest: false, persistN: 1, persistM: 1, wires: [['h', 'a'], []] },
      { id: 'a', type: 'swat-alert', wires: [['h'], [], []] },
      { id: 'h', type: 'swat-history', name: 'the past', ...history, wires: [['o1'], ['o2']] },
      { id: 'o1', type: 'helper' },
      { id: 'o2', type: 'helper' },
    ] as never);
    helper.getNode('o1').on('input', (message) => void pushed.push(message));
    helper.getNode('o2').on('input', (message) => void answers.push(message));
    helper.getNode('h').on('call:error' as 'input', (call: unknown) => {
      failures.push((call as { args: unknown[] }).args[0]);
    });
    helper.getNode('h').on('call:warn' as 'input', (call: unknown) => {
      warned.push(String((call as { args: unknown[] }).args[0]));
    });
  }

  const ask = async (swat: Loose, more: Loose = {}): Promise<Loose> => {
    const before = answers.length;
    helper.getNode('h').receive({ swat, ...more });
    await eventually(
      () => answers.length > before,
      () => `an answer to ${JSON.stringify(swat)}`,
    );
    return answers[before];
  };
  const told = async <T>(swat: Loose): Promise<T> => (await ask(swat)).payload as T;
  const feed = (from: number, to: number, asset = 'plant1'): void => {
    for (let second = from; second < to; second += 1)
      helper.getNode('w').receive({ payload: frame(second), asset, timestamp: START + second * 1000 });
  };
  const judge = (second: number, ratio: number, asset = 'plant1'): void => {
    const end = START + second * 1000;
    const payload = { asset, start: end, end, samples: 3, quality: { good: 1, bad: [] }, schema: 'x', features: [] };
    helper.getNode('s').receive({ payload, scores: { autoencoder: score(ratio) } });
  };
  /** Until so many windows, verdicts and alarm events have come. */
  const came = (kind: string, count: number): Promise<void> =>
    eventually(
      async () => {
        const { figures } = await told<Streams>({ command: 'streams' });
        const { values } = figures.find(({ node }) => node === 'h')!;
        const { topics } = await told<Streams>({ command: 'streams' });
        const got = topics
          .filter(({ topic }) => topic.startsWith(`swat/${kind}/`))
          .reduce((sum, each) => sum + each.count, 0);
        return got >= count && values.historyMessages >= count;
      },
      () => `${count} of ${kind}`,
    );

  it('recognises windows, verdicts and alarms, and answers with the trend and the overview of them', async () => {
    await load();
    feed(0, 60);
    judge(50, 0.4);
    judge(55, 1.7);
    judge(58, 1.8);
    await came('window', 58);
    await came('verdict', 3);
    await came('alarm', 1);

    const trend = await told<Trend & Loose>({
      command: 'trend',
      asset: 'plant1',
      from: START,
      to: START + 60_000,
      tags: ['LIT101', 'P101'],
    });
    assert.equal(trend.ok, true);
    assert.equal(trend.step, 1000);
    const [level, pump] = trend.tags;
    assert.deepEqual([level.stage, level.unit, level.values.length], ['P1', 'mm', 58]);
    assert.deepEqual(level.values.at(-1), [START + 59_000, 509, 509, 509]);
    assert.deepEqual(
      level.expected,
      [55, 58].map((second) => [START + second * 1000, 512.1, 512.1]),
    );
    assert.equal(pump.expected, undefined);
    assert.deepEqual(
      trend.score.map(([time, , high]) => [(time - START) / 1000, high]),
      [
        [50, 0.4],
        [55, 1.7],
        [58, 1.8],
      ],
    );
    assert.equal(trend.episodes.length, 1);
    const [episode] = trend.episodes;
    assert.deepEqual([episode.from, episode.level, episode.open], [START + 55_000, 'WARNING', true]);
    assert.ok(episode.id !== undefined && (episode.text ?? '').includes('LIT101'));
    const culprits = await told<Trend>({ command: 'trend', to: START + 60_000 });
    assert.deepEqual(
      culprits.tags.map(({ tag }) => tag),
      ['LIT101'],
    );

    const overview = await told<Overview>({ command: 'overview' });
    assert.deepEqual(
      [overview.asset, overview.level, overview.ratio, overview.ready],
      ['plant1', 'WARNING', 1.8, true],
    );
    assert.deepEqual(overview.stages, [
      { stage: 'P1', health: 'WARNING', why: 'LIT101' },
      { stage: 'P2', health: 'normal' },
    ]);
    assert.deepEqual(overview.tags[1], { tag: 'P101', stage: 'P1', kind: 'actuator', value: 2, unit: '', quality: 'good', state: 'on', low: 0, high: 2 }); // prettier-ignore
    assert.deepEqual([overview.tags[0].value, overview.tags[0].share], [509, LIT101.share]);
    const [alarm] = overview.alarms;
    assert.deepEqual(
      [alarm.id, alarm.state, alarm.since, alarm.tags],
      [episode.id, 'unacknowledged', START + 55_000, ['LIT101']],
    );
    assert.deepEqual(await told({ command: 'assets' }), {
      ok: true,
      command: 'assets',
      assets: [{ asset: 'plant1', first: START + 2000, last: START + 59_000, level: 'WARNING' }],
    });
    assert.deepEqual(failures, []);

    helper.getNode('a').receive({ swat: { command: 'reset', asset: 'plant1' } });
    await eventually(
      async () => (await told<Overview>({ command: 'overview' })).alarms.length === 0,
      () => 'no alarm is left',
    );
  });

  it('answers another node in the process, and keeps the other properties of whoever asks', async () => {
    await load();
    feed(0, 10);
    await came('window', 8);
    const reader = historyOf({ nodes: { getNode: (id: string) => helper.getNode(id) } } as never, 'h');
    assert.ok(reader);
    assert.equal((await reader.trend({ from: START, to: START + 60_000, tags: ['FIT201'] })).tags[0].values.length, 8);
    assert.equal((await reader.overview()).tags.length, 3);
    await assert.rejects(reader.trend({ asset: 'nobody' }), { code: 'history-asset' });
    assert.equal(historyOf({ nodes: { getNode: (id: string) => helper.getNode(id) } } as never, 'w'), undefined);
    const answer = await ask({ command: 'assets' }, { socketid: 'abc', _client: { socketId: 'abc' }, payload: 1 });
    assert.deepEqual([answer.socketid, answer._client, answer.swat], ['abc', { socketId: 'abc' }, undefined]);
  });

  it('tells what is wrong with a question in the answer, and of an unknown command as an error', async () => {
    await load();
    feed(0, 5);
    await came('window', 3);
    for (const [swat, code] of [
      [{ command: 'trend', asset: 'nobody' }, 'history-asset'],
      [{ command: 'trend', from: 5, to: 5 }, 'history-span'],
      [{ command: 'trend', from: '2026' }, 'history-number'],
      [{ command: 'trend', points: 1 }, 'history-points'],
      [{ command: 'trend', points: 1e9 }, 'history-points'],
      [{ command: 'trend', tags: Array(13).fill('LIT101') }, 'history-tags'],
      [{ command: 'trend', tags: 'LIT101' }, 'history-tags'],
      [{ command: 'overview', asset: 'x'.repeat(10_000) }, 'history-asset'],
      [{ command: 'forget' }, 'history-asset'],
    ] as const) {
      const payload = (await ask(swat)).payload as Loose;
      assert.deepEqual([payload.ok, payload.command, payload.code], [false, swat.command, code]);
      assert.ok(String(payload.error).length > 10 && !String(payload.error).startsWith('errors.'));
    }
    helper.getNode('h').receive({ swat: { command: 'erase' } });
    await eventually(
      () => failures.length === 1,
      () => 'an error',
    );
    assert.match(String(failures[0]), /assets, trend, overview, streams, forget/);
  });

  it('pushes how an asset stands when that changes, at most twice a second', async () => {
    await load({ stale: 1 });
    const begun = Date.now();
    for (let second = 0; second < 40; second += 1) {
      feed(second, second + 1);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    await eventually(
      () => pushed.length > 0,
      () => 'an overview',
    );
    const most = (Date.now() - begun) / 500 + 1;
    assert.ok(pushed.length <= most, `${pushed.length} in ${most / 2} s`);
    const last = pushed.at(-1)?.payload as Overview & Loose;
    assert.deepEqual([last.ok, last.command, last.asset], [true, 'overview', 'plant1']);
    // Silence is a change, too.
    await eventually(
      () => (pushed.at(-1)?.payload as Overview).stages.every(({ health }) => health === 'no-data'),
      () => JSON.stringify((pushed.at(-1)?.payload as Overview).stages),
    );
    const quiet = pushed.length;
    await new Promise((resolve) => setTimeout(resolve, 1200));
    assert.equal(pushed.length, quiet);
  });

  it('takes frames without windows, and windows without raw samples, in which frames go first', async () => {
    await load({}, { lags: 0 });
    const direct = (second: number, values: Loose, asset = 'free'): void =>
      helper.getNode('h').receive({ payload: values, asset, timestamp: START + second * 1000 });
    direct(0, { 'X-1': 5, on: true, text: 'hello', nothing: null, rich: { value: 7, quality: 'bad' }, time: 3 });
    direct(1, { 'X-1': 7, on: false, rich: { value: '8.5', quality: 'good' } });
    const free = await told<Overview>({ command: 'overview', asset: 'free' });
    assert.deepEqual(
      free.tags.map(({ tag, stage, value, quality }) => [tag, stage, value, quality]),
      [
        ['X-1', '', 7, 'good'],
        ['on', '', 0, 'good'],
        ['nothing', '', null, 'bad'],
        ['rich', '', 8.5, 'good'],
      ],
    );
    assert.deepEqual(free.stages, [{ stage: '', health: 'bad-data', why: 'nothing' }]);

    feed(0, 5, 'means');
    await came('window', 3);
    const { tags } = await told<Trend>({
      command: 'trend',
      asset: 'means',
      from: START,
      to: START + 60_000,
      tags: ['LIT101'],
    });
    assert.deepEqual(
      tags[0].values.map(([, , , last]) => last),
      [501, 502, 503],
    );
    direct(5, { LIT101: 999 }, 'means');
    feed(5, 8, 'means');
    await came('window', 6);
    const both = await told<Trend>({
      command: 'trend',
      asset: 'means',
      from: START,
      to: START + 60_000,
      tags: ['LIT101'],
    });
    assert.deepEqual(both.tags[0].values.at(-1), [START + 5000, 999, 999, 999]);
    assert.equal(both.tags[0].stage, 'P1');
  });

  it('follows a record that is replayed from its beginning', async () => {
    await load();
    feed(0, 1000);
    await came('window', 998);
    feed(0, 50);
    await came('window', 1046);
    const overview = await told<Overview>({ command: 'overview' });
    assert.equal(overview.time, START + 49_000);
    const { tags } = await told<Trend>({ command: 'trend', from: START, to: START + 60_000, tags: ['FIT201'] });
    assert.equal(tags[0].values.at(-1)?.[0], START + 49_000);
  });

  it('keeps no more assets than it may, says so once, and has room again when one is forgotten', async () => {
    await load({ mostAssets: 2 });
    for (const asset of ['a', 'b', 'c']) feed(0, 6, asset);
    await came('window', 12);
    assert.deepEqual(
      (await told<{ assets: Loose[] }>({ command: 'assets' })).assets.map(({ asset }) => asset),
      ['a', 'b'],
    );
    assert.equal(warned.filter((text) => text.includes('forget')).length, 1);
    assert.equal((await told<Loose>({ command: 'forget', asset: 'a' })).ok, true);
    feed(6, 8, 'c');
    await eventually(
      async () => (await told<{ assets: Loose[] }>({ command: 'assets' })).assets.some(({ asset }) => asset === 'c'),
      () => 'c is kept',
    );
    assert.deepEqual(failures, []);
  });

  it('counts every topic, and tells what the nodes, the event loop and the memory do', async () => {
    await load();
    for (let i = 0; i < 20; i += 1) helper.getNode('h').receive({ topic: 'plant/x', payload: { n: i } });
    helper.getNode('h').receive({ payload: 'no topic, no shape' });
    feed(0, 5);
    helper.getNode('w').receive({ payload: frame(0), asset: 'plant1', timestamp: START - 1e9 });
    await came('window', 3);
    const streams = await told<Streams>({ command: 'streams' });
    const [plain, window] = streams.topics;
    assert.deepEqual([plain.topic, plain.count, streams.topics.length], ['plant/x', 20, 2]);
    assert.deepEqual([window.topic, window.count], ['swat/window/plant1', 3]);
    assert.ok(window.last.length <= 300 && window.last.startsWith('{asset: "plant1"'));
    const figures = streams.figures.find(({ type }) => type === 'swat-window');
    assert.deepEqual([figures?.node, figures?.values.windows, figures?.values.bad], ['w', 3, 0]);
    assert.ok(streams.eventLoop.max >= streams.eventLoop.p50 && streams.memory.rss > 1e6 && streams.uptime >= 0);
  });

  it('has the same past after a deploy', async () => {
    await load();
    feed(0, 400);
    judge(390, 1.7);
    await came('window', 398);
    await came('alarm', 1);
    const question = { command: 'trend', from: START, to: START + 400_000, tags: ['LIT101', 'P101', 'FIT201'] };
    const before = await told<Trend>(question);
    const { alarms, text, tags } = await told<Overview>({ command: 'overview' });
    await helper.unload();
    await load();
    assert.deepEqual(await told<Trend>(question), before);
    const after = await told<Overview>({ command: 'overview' });
    assert.deepEqual([after.alarms, after.text, after.level], [alarms, text, 'WARNING']);
    assert.deepEqual(
      after.tags.map(({ value, quality }) => [value, quality]),
      tags.map(({ value }) => [value, 'stale']),
    );
    feed(400, 405);
    await came('window', 3);
    assert.deepEqual(warned, []);
  });

  for (const [how, damage, said, least] of [
    ['torn', (file: string) => truncateSync(file, readFileSync(file).length - 7), /torn/, 100],
    [
      'flipped in the middle',
      (file: string) => {
        const bytes = readFileSync(file);
        bytes[bytes.length >> 1] ^= 0xff;
        writeFileSync(file, bytes);
      },
      /torn|set aside/,
      0,
    ],
    ['no file of ours', (file: string) => writeFileSync(file, 'hello'), /set aside/, 0],
    ['empty', (file: string) => writeFileSync(file, ''), /set aside/, 0],
  ] as const)
    it(`starts with what is whole of a file that is ${how}, says so, and goes on`, async () => {
      await load();
      feed(0, 100);
      await came('window', 98);
      // What is forgotten is removed from the disk at once, and what has changed meanwhile is written.
      feed(0, 4, 'other');
      await came('window', 100);
      await ask({ command: 'forget', asset: 'other' });
      feed(100, 200);
      await came('window', 200);
      await helper.unload();
      const place = join(folder, 'swat', 'history', 'h');
      const [file] = readdirSync(place);
      damage(join(place, file));
      await load();
      await eventually(
        () => warned.some((text) => said.test(text)),
        () => `a warning: ${warned.join()}`,
      );
      feed(200, 210);
      await came('window', 8);
      const { tags } = await told<Trend>({ command: 'trend', from: START, to: START + 300_000, tags: ['LIT101'] });
      assert.ok(tags[0].values.length >= 8 + least, `${tags[0].values.length}`);
      assert.deepEqual(failures, []);
    });

  it('refuses every message while its settings cannot be used', async () => {
    await load({ mostAssets: 'many' });
    helper.getNode('h').receive({ payload: 1 });
    await eventually(
      () => failures.length > 0,
      () => 'an error',
    );
    assert.match(String(failures[0]), /mostAssets/);
  });
});
