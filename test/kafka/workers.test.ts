import assert from 'node:assert/strict';
import { TestKafka } from '../harness/kafka';
import { allTaken, byAsset, Plants, WINDOW, WorkerProcess, workersFlow, type RunTopics, type Verdict } from './workers';

const FULL = process.env.SWAT_WORKERS === 'full';
const ASSETS = FULL ? 300 : 24;
const FRAMES = FULL ? 300 : 130;
const FRAME_MS = FULL ? 500 : 100;
const PARTITIONS = 12;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe(`workers with one flow: ${ASSETS} assets, ${PARTITIONS} partitions`, function () {
  this.timeout(FULL ? 1_200_000 : 240_000);
  const kafka = new TestKafka();
  const workers: WorkerProcess[] = [];
  const topicsOf = (run: string): RunTopics => ({ data: 'data', anomalies: `${run}-anomalies`, alerts: `${run}-alerts`, state: 'swat-state' }); // prettier-ignore

  before(async () => {
    await kafka.start();
    await kafka.create('data', PARTITIONS);
    await kafka.create('swat-state', PARTITIONS, { 'cleanup.policy': 'compact' });
    for (const run of ['many', 'one']) {
      await kafka.create(topicsOf(run).anomalies, PARTITIONS);
      await kafka.create(topicsOf(run).alerts, PARTITIONS);
    }
  });
  after(async () => {
    await Promise.all(workers.map((worker) => worker.end('kill')));
    await kafka.remove();
  });

  it('one is killed, one comes, the broker starts anew: every window has one verdict, every alarm is told once, as by one process', async () => {
    const began = Date.now();
    const say = (what: string): void => void process.stdout.write(`      ${((Date.now() - began) / 1000).toFixed(1)} s ${what}\n`); // prettier-ignore
    const many = workersFlow('many', topicsOf('many'));
    const start = async (flow = many): Promise<WorkerProcess> => {
      const worker = await WorkerProcess.start(kafka, flow);
      workers.push(worker);
      return worker;
    };
    await Promise.all([start(), start(), start()]);
    await Promise.all(
      workers.map(({ red }) => red.waitForLog(/\[debug:figures\] \w+: lag \d+, [\d.]+\/s, [345] partitions/, 60_000)),
    );
    say('3 workers share the partitions');
    const plants = new Plants(ASSETS, Math.floor(FRAMES * 0.5), Math.floor(FRAMES * 0.65));
    const producer = await kafka.client().produce({ idempotent: true, gzip: false });
    const write = async (to: number): Promise<void> => {
      while (plants.frames < to) {
        const next = pause(FRAME_MS);
        await plants.write(producer, 'data');
        await next;
      }
    };
    await write(Math.floor(FRAMES * 0.4));
    const coming = start();
    const [victim] = workers.splice(0, 1);
    await write(Math.floor(FRAMES * 0.55));
    await victim.end('kill');
    say('one was killed');
    await coming;
    await write(Math.floor(FRAMES * 0.75));
    await kafka.kill();
    say('the broker was killed');
    const rest = write(FRAMES);
    await kafka.start();
    say('the broker is there again');
    // From here on nothing is disturbed: one process alone goes through all of it.
    const single = start(workersFlow('one', topicsOf('one')));
    await rest;
    await producer.close();
    say(`${FRAMES} samples of ${ASSETS} assets are written`);
    const verdicts = ASSETS * (FRAMES - WINDOW + 1);
    const patience = FULL ? 400_000 : 60_000;
    await single;
    await Promise.all(
      ['many', 'one'].map(async (run) => {
        const topic = `${run}-anomalies`;
        await allTaken(kafka, run, topic, await kafka.read(topic, verdicts, patience));
      }),
    );
    say('all are judged, and alarms are made of them, by many and by one');
    // What comes twice would come now.
    await pause(2000);
    await Promise.all(workers.splice(0).map((worker) => worker.end('stop')));
    const [many1, one1, many2, one2] = await Promise.all(
      ['many-anomalies', 'one-anomalies', 'many-alerts', 'one-alerts'].map((topic) => kafka.read(topic, Infinity, FULL ? 30_000 : 4000)), // prettier-ignore
    );
    say('all is read');
    const found = byAsset(many1);
    const alone = byAsset(one1);
    const times = Array.from({ length: FRAMES - WINDOW + 1 }, (_, n) => n);
    for (const asset of plants.names) {
      const of = found.get(asset) ?? [];
      const zero = of[0]?.time ?? 0;
      assert.deepEqual(of.map(({ time }) => (time - zero) / 1000), times, `${asset}: each window once, in its order`); // prettier-ignore
      assert.deepEqual(of, alone.get(asset), `${asset}: as one process judges it`);
    }
    const events = byAsset(many2);
    const eventsAlone = byAsset(one2);
    assert.deepEqual(
      [...events.keys()].sort(),
      plants.names.filter((_, n) => n % 3 === 0),
    );
    for (const [asset, of] of events) assert.deepEqual(of.map(shape), eventsAlone.get(asset)?.map(shape), asset);
    say(`${[...events.values()].flat().length} alarm events`);
  });
});

/**
 * An alarm that is raised is told whole. It clears after a delay by the clock where no verdict comes meanwhile, as while the broker
 * is away: when, and of which verdict, is of the clock, then; that it does, once, in its turn, is not.
 */
function shape(told: Verdict): object {
  const { asset, event, id, episode, seq, state } = told;
  return event === 'raised' ? told : { asset, event, id, episode, seq, state };
}
