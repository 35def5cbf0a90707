import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../harness/eventually';
import helper from '../harness/helper';
import type { DetectorScore } from '../../lib/detect/detector';
import { registerSchema } from '../../lib/stream/schema';
import type { WindowPayload } from '../../lib/stream/window';
import swatModel from '../../nodes/swat-model';
import swatPca from '../../nodes/swat-pca';
import type { Live } from '../../nodes/runtime/detector-live';
import type { DetectorNode } from '../../nodes/runtime/detector-node';
import swatSeverity from '../../nodes/swat-severity';
import { SMALL, smallWindows } from '../lib/train/plant';

type Event = Record<string, unknown>;

const FAST = { windows: 300, stride: 1, model: 'm', activation: 'always', leaveOut: false };

describe('operating modes, a new normal, and drift in a detector', function () {
  let folder: string;
  let scores: DetectorScore[];
  let events: Event[];
  let verdicts: Event[];
  let failures: string[];
  let second = 0;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'swat-watch-'));
    helper.settings({ userDir: folder });
    second = 0;
  });
  afterEach(async () => {
    await helper.unload();
    rmSync(folder, { recursive: true, force: true });
  });

  const load = async (settings: object = {}): Promise<void> => {
    [scores, events, verdicts, failures] = [[], [], [], []];
    await helper.load([swatModel, swatPca, swatSeverity], [
      { id: 'm', type: 'swat-model', name: 'skid', reference: false },
      { id: 'd', type: 'swat-pca', wires: [['out', 's'], ['events']], ...FAST, ...settings },
      {
        id: 's',
        type: 'swat-severity',
        expectAutoencoder: false,
        expectIforest: false,
        expectPca: true,
        wires: [['verdicts'], []],
      },
      { id: 'out', type: 'helper' },
      { id: 'events', type: 'helper' },
      { id: 'verdicts', type: 'helper' },
    ] as Parameters<typeof helper.load>[1]);
    helper.getNode('events').on('input', ({ payload }) => void events.push(payload as Event));
    helper.getNode('verdicts').on('input', ({ payload }) => void verdicts.push(payload as Event));
    helper.getNode('out').on('input', (message) => {
      scores.push((message as unknown as { scores: { pca: DetectorScore } }).scores.pca);
    });
    helper.getNode('d').on('call:error' as 'input', (call: unknown) => {
      const [error] = (call as { args: [(Error & { code?: string }) | string] }).args;
      failures.push(error instanceof Error ? (error.code ?? error.message) : error);
    });
  };
  const give = (message: Event): void => helper.getNode('d').receive(message);
  const until = (ready: () => boolean, what = ''): Promise<void> =>
    eventually(ready, () => `${what} ${failures.join()} ${JSON.stringify(events).slice(-500)}`);
  /** Windows of normal operation that go on in time; the valve shows a state, and the level is moved. */
  const windows = (count: number, seed = 9, { moved = 0, valve = 1 } = {}): WindowPayload[] => {
    const from = smallWindows(seed, moved);
    return Array.from({ length: count }, () => {
      const window = from.next().value;
      second += 1;
      const end = 1_700_000_000_000 + second * 1000;
      const features = window.features.map((value, i) => (i >= 10 && [0, 2, 3].includes(i - 10) ? valve : value));
      return { ...window, start: end - 4000, end, features };
    });
  };
  const score = async (
    list: readonly WindowPayload[],
    more: (i: number) => object = () => ({}),
  ): Promise<DetectorScore[]> => {
    scores = [];
    list.forEach((payload, i) => give({ payload: structuredClone(payload), ...more(i) }));
    await until(() => scores.length === list.length, 'scores');
    return scores;
  };
  const command = async (name: string, more: object = {}): Promise<Event> => {
    const before = events.length;
    give({ payload: '', swat: { command: name, ...more } });
    await until(() => events.slice(before).some((event) => event.command === name), name);
    return events.slice(before).find((event) => event.command === name)!;
  };
  const train = async (more: object = {}, list = windows(300, 1), extra: object = {}): Promise<string> => {
    await command('collect', more);
    events = [];
    for (const payload of list) give({ payload: structuredClone(payload), ...extra });
    await until(() => ['activated', 'trained'].every((name) => events.some(({ event }) => event === name)), 'trained');
    return String(events.find(({ event }) => event === 'activated')!.version);
  };
  const live = (): Live => (helper.getNode('d') as unknown as DetectorNode).live!();
  const audit = (): Event[] =>
    readFileSync(join(folder, 'swat', 'models', 'skid', 'audit.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(/\{.*\}/.exec(line)![0]) as Event); // prettier-ignore

  it('mutes a mode and its transitions, and the verdict says so', async () => {
    await load({ modeType: 'msg', modeSource: 'mode', modes: 'backwash = mute' });
    await train({}, windows(300, 1), { mode: 'run' });
    verdicts = [];
    const list = windows(30);
    const found = await score(list, (i) => ({ mode: i >= 10 && i < 20 ? 'backwash' : 'run' }));
    assert.deepEqual(
      found.map(({ ready }) => ready),
      list.map((_, i) => i < 10 || i >= 24),
    );
    assert.deepEqual([found[10].reason, found[10].mode], ['muted', 'transition']);
    assert.deepEqual([found[17].reason, found[17].mode, found[17].ratio], ['muted', 'backwash', 0]);
    await until(() => verdicts.length >= 30, 'verdicts');
    assert.equal(verdicts[17].finding, 'not-ready');
    assert.match(String(verdicts[17].text), /Not judged: skid is in the operating mode backwash, which is muted/);
    assert.deepEqual(failures, []);
  });

  it('finds the mode by a tag, and by an expression', async () => {
    await load({ modeType: 'tag', modeSource: 'MV1', modes: '2 = mute' });
    await train();
    const changing = windows(1, 9).map((window) => ({ ...window, features: window.features.with(13, 2) }));
    const found = await score([...windows(2), ...changing, ...windows(2, 9, { valve: 2 })]);
    assert.deepEqual(found.map(({ ready, mode }) => [ready, mode]), [[true, undefined], [true, undefined], [false, 'transition'], [false, '2'], [false, '2']]); // prettier-ignore
    // A table may name a state or its number, whatever the dictionary knows.
    registerSchema({ ...SMALL, tags: SMALL.tags.map((tag) => (tag.name === 'MV1' ? { ...tag, states: { 1: 'shut', 2: 'open' } } : tag)) }); // prettier-ignore
    for (const modes of ['2 = mute', 'open = mute']) {
      await helper.unload();
      await load({ modeType: 'tag', modeSource: 'MV1', modes });
      const named = await score([...windows(2), ...windows(2, 9, { valve: 2 })]);
      assert.deepEqual(named.map(({ ready }) => ready), [true, true, false, false]); // prettier-ignore
    }
    registerSchema(SMALL);
    await helper.unload();
    await load({ modeType: 'jsonata', modeSource: 'hold ? "maintenance" : "run"', modes: 'maintenance = mute' });
    await score(windows(5));
    const later = await score(windows(20), (i) => ({ hold: i >= 10 }));
    assert.deepEqual(later.map(({ ready }) => ready), later.map((_, i) => i < 10)); // prettier-ignore
  });

  it('collects only windows of one mode, which then has its own version', async () => {
    await load({ modeType: 'msg', modeSource: 'mode' });
    const normal = await train();
    await command('collect', { mode: 'start-up' });
    events = [];
    for (const payload of windows(100)) give({ payload, mode: 'run' });
    for (const payload of windows(310, 3, { moved: 200 })) give({ payload, mode: 'start-up' });
    await until(() => events.some(({ event }) => event === 'trained'), 'trained');
    const trained = events.find(({ event }) => event === 'trained')!;
    assert.equal(trained.rows, 300);
    await helper.unload();
    await load({
      modeType: 'msg',
      modeSource: 'mode',
      modes: `start-up = ${String(trained.version)}\nrun = ${normal}`,
    });
    const found = await score(windows(30), (i) => ({ mode: i < 10 ? 'run' : 'start-up' }));
    assert.deepEqual([found[5].model, found[25].model], [normal, trained.version]);
    await helper.unload();
    // What mode an asset is in outlives the process: the window still reaches back before the change.
    await load({
      modeType: 'msg',
      modeSource: 'mode',
      modes: `start-up = ${String(trained.version)}\nrun = ${normal}`,
    });
    const [first] = await score(windows(1), () => ({ mode: 'run' }));
    assert.deepEqual([first.ready, first.mode], [false, 'transition']);
  });

  it('refuses a table that cannot be read, and says once when a version of it is not there', async () => {
    await load({ modeType: 'msg', modes: 'nonsense' });
    await until(() => failures.length > 0);
    await helper.unload();
    await load({ modeType: 'msg', modes: 'run = gone' });
    await until(() => failures.length > 0);
    const [found] = await score(windows(1), () => ({ mode: 'run' }));
    assert.equal(found.ready, false);
    assert.equal(failures.length, 1, failures.join());
    await helper.unload();
    await load();
    give({ payload: '', swat: { command: 'collect', mode: 'run' } });
    await until(() => failures.includes('mode-unset'));
  });

  it('accepts a new normal of one tag, with a reason, and takes it back', async () => {
    await load({ baselineSamples: 720, baselineTravel: 30, smoothing: 1 });
    await train();
    const moved = { moved: 150 };
    for (const [more, code] of [
      [{ asset: 'skid', tag: 'LIT1' }, 'accept-reason'],
      [{ asset: 'skid', tag: 'LIT1', reason: 'x' }, 'asset-none'],
      [{ asset: 'skid', tag: 'LIT1', reason: 'x' }, 'accept-too-soon'],
    ] as const) {
      if (code === 'accept-too-soon') await score(windows(20, 9, moved));
      give({ payload: '', swat: { command: 'accept-as-normal', ...more } });
      await until(() => failures.includes(code), code);
    }
    const before = await score(windows(260, 9, moved));
    assert.ok(before.filter(({ ratio }) => ratio >= 1).length >= 200, 'over the threshold');
    give({ payload: '', swat: { command: 'accept-as-normal', asset: 'skid', tag: 'XIT1', reason: 'x' } });
    await until(() => failures.includes('tag-unknown'));
    const frozen = live().baseline;
    assert.ok(frozen.state === 'frozen', frozen.state);
    assert.deepEqual([frozen.asset, frozen.travel, live().drift], ['skid', 30, { state: 'unknown', reason: 'untold' }]);
    give({ payload: '', swat: { command: 'accept-as-normal', asset: 'skit', tag: 'LIT1', reason: 'x' } });
    await until(() => failures.includes('asset-other'));
    give({ payload: '', swat: { command: 'accept-as-normal', reason: 'x' } });
    await until(() => failures.includes('tag-which'));
    assert.equal((await command('baseline', {})).asset, 'skid', 'the only one there is');
    const answer = await command('accept-as-normal', {
      asset: 'skid',
      tag: 'LIT1',
      user: 'ann',
      reason: 'new set point',
    });
    assert.ok(Number(answer.movedTo) > 0.3 && Number(answer.movedTo) <= 30);
    const [line] = audit().filter(({ action }) => action === 'accept-as-normal');
    assert.deepEqual([line.user, line.reason], ['ann', 'new set point']);
    const mean = (list: DetectorScore[]): number => list.reduce((sum, each) => sum + each.score, 0) / list.length;
    const accepted = mean(await score(windows(251, 9, moved)));
    assert.ok(accepted < mean(before) / 2, 'the same values score far lower now');
    const table = await command('baseline', { asset: 'skid' });
    const [furthest] = table.moved as { tag: string; by: number }[];
    assert.equal(furthest.tag, 'LIT1');
    const { baseline } = live();
    assert.ok('by' in baseline, baseline.state);
    assert.deepEqual([baseline.tag, baseline.by], [furthest.tag, furthest.by]);
    // Three hundred seconds are too short to know.
    assert.deepEqual([table.drift, table.driftUnknown], [false, ['LIT1', 'FIT1', 'MV1']]);
    assert.match(String(table.text), /Drift of LIT1, FIT1, MV1 is unknown: trained on too little time/);
    await helper.unload();
    await load({ baselineSamples: 720, baselineTravel: 30, smoothing: 1 });
    assert.ok(mean(await score(windows(251, 9, moved))) < mean(before) / 2, 'after a restart');
    await command('reset-baseline', { asset: 'skid', tag: 'LIT1' });
    assert.ok(mean(await score(windows(251, 9, moved))) > accepted * 2, 'taken back');
    assert.ok(audit().some(({ action }) => action === 'reset-baseline'));
  });

  it('tells drift once on output 2, in words, and nothing of it moves the version in force', async () => {
    await load({ baselineSamples: 0, windows: 8000 });
    const version = await train({}, windows(8000, 1));
    const weights = (): Buffer => readFileSync(join(folder, 'swat', 'models', 'skid', 'pca', version, 'weights.bin'));
    const trained = weights();
    await score(windows(1300, 4));
    assert.deepEqual(events.filter(({ event }) => event === 'advisory-raised'), []); // prettier-ignore
    assert.equal(live().baseline.state, 'off');
    assert.equal(live().drift.state, 'ok');
    await score(windows(1800, 5, { moved: 400 }));
    await until(() => events.some(({ event }) => event === 'advisory-raised'), 'advisory');
    const raised = events.filter(({ event, advisory }) => event === 'advisory-raised' && advisory === 'input-drift');
    assert.equal(raised.length, 1);
    assert.deepEqual([raised[0].asset, raised[0].tags], ['skid', ['LIT1']]);
    assert.match(String(raised[0].text), /LIT1 have moved away from those that were trained on.*train a new version/);
    const { drift } = live();
    assert.ok(drift.state === 'drifted', drift.state);
    const input = drift.found.find((each) => each.of === 'input');
    assert.deepEqual([input?.asset, input?.tags, input?.since], ['skid', ['LIT1'], raised[0].since]);
    assert.deepEqual(weights(), trained);
    assert.equal(scores.at(-1)?.model, version);
  });
});
