import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { FlowNode } from '../harness/admin';
import { AlarmDeskClient, alarmDeskFlow } from '../harness/alarm-desk';
import { eventsOf, provenJournalIn } from '../harness/alarm-proof';
import { chainFlow, type ToldVerdict } from '../harness/chain-flow';
import { startCollector, type Collector } from '../harness/collector';
import { eventually } from '../harness/eventually';
import { LEARNER, learningIn, withLearner } from '../harness/learner';
import { figuresOf, METRICS_ENV } from '../harness/metrics';
import { freePort, startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { startFeed, type PlantFeed } from '../harness/plant-feed';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

const FULL = process.env.SWAT_FULL !== undefined;
/** The journal's thread is ended so often, while alarms come. */
const ENDS = FULL ? 50 : 3;
/** The heap of the training that leaks: in the full form what every training has. */
const HEAP_MB = FULL ? 0 : 128;
/** So much more of its heap a training that leaks keeps each time that it tells how far it is. */
const HOARD_MB = 16;

type Learning = Readonly<Record<string, unknown>>;

describe('a thread that dies', () => {
  let userDir: string;
  let collector: Collector;
  let nodeRed: RunningNodeRed;
  let threadsPort: number;

  beforeEach(async function () {
    this.timeout(60_000);
    userDir = createUserDir();
    linkModule(userDir);
    collector = await startCollector();
    threadsPort = await freePort();
  });
  afterEach(async function () {
    this.timeout(60_000);
    await nodeRed.stop();
    await collector.close();
    removeUserDir(userDir);
  });

  const start = async (flows: readonly FlowNode[]): Promise<void> => {
    const nodeArgs = ['--require', require.resolve('../harness/thread-faults')];
    const env = { ...METRICS_ENV, SWAT_THREADS_PORT: String(threadsPort) };
    nodeRed = await startNodeRed({ userDir, flows, nodeArgs, env });
  };
  const ask = async (path: string): Promise<number> =>
    Number(await (await fetch(`http://127.0.0.1:${threadsPort}/${path}`)).text());

  describe('in a training', () => {
    let feed: PlantFeed;
    afterEach(() => feed.stop());

    const learning = (event: string): Learning[] => learningIn(collector.lines).filter((each) => each.event === event);
    const until = (holds: () => boolean, what: string): Promise<void> =>
      eventually(holds, () => `${what}\n${nodeRed.log().slice(-3000)}`);
    const command = async (given: Learning): Promise<Learning> =>
      (await nodeRed.admin.command('swat-autoencoder', 'learner', given)) as Learning;

    const startChain = async (): Promise<void> => {
      const feedPort = await freePort();
      const window = { hold: 120 };
      const nodes = chainFlow({ feedPort, collector, assets: [{ name: 'plant', window }], more: LEARNER });
      await start(nodes.map(withLearner));
      feed = startFeed({ seed: 6, perSecond: 100, attacks: [], rest: 0 });
      feed.to(feedPort);
    };
    const versions = async (): Promise<Learning[]> =>
      ((await command({ command: 'versions' })).versions as Learning[]).map(({ version, active, problem }) => ({
        version,
        active,
        problem,
      }));
    const trainAndActivate = async (): Promise<unknown> => {
      const trained = learning('trained').length;
      await command({ command: 'train', epochs: 2, hidden: '8, 4' });
      await until(() => learning('trained').length > trained, 'trained');
      const { version } = learning('trained')[trained];
      await command({ command: 'activate', version });
      return version;
    };
    const everySecondIsJudged = (): void => {
      const told = collector.lines.flatMap(({ value }) => ('level' in value ? [(value as ToldVerdict).time] : []));
      assert.ok(told.length > 100, String(told.length));
      assert.deepEqual(
        told,
        told.map((_, index) => told[0] + index * 1000),
        'a verdict for each second, once and in order',
      );
      assert.doesNotMatch(nodeRed.log(), /uncaught|unhandled/i);
    };

    it('or cannot even load what it works with: no window goes unjudged, the windows are kept, and the next succeeds', async function () {
      this.timeout(180_000);
      await startChain();
      await command({ command: 'collect' });

      await until(() => learning('training').length > 0, 'training');
      assert.equal(await ask('end?script=train/worker'), 1);
      await until(() => learning('failed').length === 1, 'the failure');

      // Less than the thread needs to load what it works with.
      await ask('heap?mb=3');
      await command({ command: 'train' });
      await until(() => learning('failed').length === 2, 'the second failure');
      await ask('heap?mb=0');
      const [died, starved] = learning('failed');
      assert.deepEqual([died.code, starved.code], ['training-crashed', 'training-crashed']);
      assert.match(String(starved.text), /memory/i);
      assert.deepEqual([died.kept, starved.kept], [200, 200]);
      assert.deepEqual(await versions(), [], 'no half version');

      const version = await trainAndActivate();
      assert.deepEqual(await versions(), [{ version, active: true, problem: undefined }]);
      everySecondIsJudged();
    });

    it('and runs out of memory there: the version in force stays and scores, and the next training succeeds', async function () {
      this.timeout(240_000);
      await startChain();
      const collect = async (): Promise<void> => {
        const told = learning('collecting').length;
        await command({ command: 'collect', train: false, leaveOut: false });
        await until(() => learning('collecting').slice(told).at(-1)?.collected === 200, 'collected');
      };
      await collect();
      const inForce = await trainAndActivate();
      await collect();

      for (const fault of [`heap?mb=${HEAP_MB}`, `hoard?mb=${HOARD_MB}`]) await ask(fault);
      const told = learning('training').length;
      await command({ command: 'train' });
      await until(() => learning('failed').length > 0, 'the failure');
      for (const fault of ['heap?mb=0', 'hoard?mb=0']) await ask(fault);
      const epochs = learning('training').slice(told);
      assert.ok(epochs.length > 2 && epochs.every(({ epoch }) => Number(epoch) >= 1), `${epochs.length} epochs`);
      const failed = learning('failed');
      assert.deepEqual(
        failed.map(({ code, kept }) => ({ code, kept })),
        [{ code: 'training-crashed', kept: 200 }],
      );
      assert.match(String(failed[0].text), /memory/i);
      const old = { version: inForce, problem: undefined };
      assert.deepEqual(await versions(), [{ ...old, active: true }]);
      const before = await figuresOf(nodeRed.url);
      assert.equal(before('swat_detector_ready', 'learner'), 1);
      await eventually(
        async () =>
          (await figuresOf(nodeRed.url))('swat_scores_total', 'learner') > before('swat_scores_total', 'learner') + 100,
        'it scores',
      );

      const next = await trainAndActivate();
      const found = await versions();
      assert.deepEqual(
        found.filter(({ active }) => active),
        [{ version: next, active: true, problem: undefined }],
      );
      assert.deepEqual(
        found.filter(({ active }) => !active),
        [{ ...old, active: false }],
      );
      everySecondIsJudged();
    });
  });

  it(`under the journal, ${ENDS} times while alarms come: each event is told once, and is in the journal once`, async function () {
    this.timeout(120_000 + ENDS * 5000);
    await start(alarmDeskFlow({ offDelay: 0, limit: 1000, repeat: 0 }, collector));
    const desk = new AlarmDeskClient(() => nodeRed.url);
    let count = 0;
    const verdict = (level: string): Promise<unknown> => {
      const finding = level === 'NONE' ? 'normal' : 'anomaly';
      const sentence = { code: 'anomaly-untold', params: { asset: 'one', level, ratio: 2 } };
      const time = 1_800_000_000_000 + (count += 1) * 1000;
      return desk.verdict({ asset: 'one', time, finding, level, ratio: 2, tags: [], detectors: {}, sentence });
    };
    for (let ended = 0; ended < ENDS;) {
      // It is started again by what there is to record next.
      const ending = pause(5 * (count % 7)).then(() => ask('end?script=journal-worker'));
      for (const level of ['CRITICAL', 'NONE']) await verdict(level);
      ended += await ending;
    }
    await verdict('CRITICAL');
    await eventually(() => eventsOf(collector.posts).length >= ENDS * 2, 'events');
    await pause(1500);
    await nodeRed.stop();
    const records = await provenJournalIn(userDir, collector.posts, 'alert');
    assert.ok(records.length > ENDS * 2, String(records.length));
    assert.doesNotMatch(nodeRed.log(), /uncaught|unhandled/i);
  });
});
