import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { FlowNode } from '../harness/admin';
import { AlarmDeskClient, alarmDeskFlow } from '../harness/alarm-desk';
import { eventsOf, provenJournalIn } from '../harness/alarm-proof';
import { chainFlow, type ToldVerdict } from '../harness/chain-flow';
import { startCollector, type Collector } from '../harness/collector';
import { eventually } from '../harness/eventually';
import { LEARNER, learningIn, withLearner } from '../harness/learner';
import { freePort, startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { startFeed, type PlantFeed } from '../harness/plant-feed';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

/** The journal's thread is ended so often, while alarms come. */
const ENDS = process.env.SWAT_FULL === undefined ? 3 : 50;

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
    nodeRed = await startNodeRed({ userDir, flows, nodeArgs, env: { SWAT_THREADS_PORT: String(threadsPort) } });
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

    it('or runs out of memory: no window goes unjudged, the windows are kept, and the next training succeeds', async function () {
      this.timeout(180_000);
      const feedPort = await freePort();
      const window = { hold: 120 };
      const nodes = chainFlow({ feedPort, collector, assets: [{ name: 'plant', window }], more: LEARNER });
      await start(nodes.map(withLearner));
      feed = startFeed({ seed: 6, perSecond: 100, attacks: [], rest: 0 });
      feed.to(feedPort);
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
      assert.deepEqual((await command({ command: 'versions' })).versions, [], 'no half version');

      await command({ command: 'train', epochs: 2, hidden: '8, 4' });
      await until(() => learning('trained').length === 1, 'trained');
      const [{ version }] = learning('trained');
      await command({ command: 'activate', version });
      const { versions } = await command({ command: 'versions' });
      const found = (versions as Learning[]).map(({ active, problem }) => ({ active, problem }));
      assert.deepEqual(found, [{ active: true, problem: undefined }]);

      const told = collector.lines.flatMap(({ value }) => ('level' in value ? [(value as ToldVerdict).time] : []));
      assert.ok(told.length > 100, String(told.length));
      assert.deepEqual(
        told,
        told.map((_, index) => told[0] + index * 1000),
        'a verdict for each second, once and in order',
      );
      assert.doesNotMatch(nodeRed.log(), /uncaught|unhandled/i);
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
