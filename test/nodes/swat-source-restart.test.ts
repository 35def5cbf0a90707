import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Node } from 'node-red';
import type { AttackScore, ScoreTotals } from '../../lib/alarm/scoreboard';
import { randomDrill } from '../../lib/plant/drill';
import { disk } from '../../lib/platform/files';
import { StateLog } from '../../lib/snapshot/log';
import swatSource from '../../nodes/swat-source';
import { eventually } from '../harness/eventually';
import helper from '../harness/helper';

interface Frame {
  payload: Record<string, number>;
  timestamp: number;
  label?: { attack: number | true | null };
}
interface Told {
  event: string;
  time: number;
  attack?: number;
  line?: number;
}
interface Score {
  event: string;
  attack?: AttackScore;
  totals: ScoreTotals;
  results?: AttackScore[];
}

const HOUR = 3_600_000;

describe('swat-source over a restart', () => {
  let folder: string;
  let frames: Frame[];
  let events: Told[];
  let scores: Score[];
  let errors: string[];
  const realNow = Date.now;

  beforeEach((done) => {
    folder = mkdtempSync(join(tmpdir(), 'swat-source-'));
    [frames, events, scores, errors] = [[], [], [], []];
    helper.settings({ userDir: folder, uiPort: 0, uiHost: '127.0.0.1' });
    helper.startServer(done);
  });
  afterEach((done) => {
    Date.now = realNow;
    void helper.unload().then(() =>
      helper.stopServer(() => {
        rmSync(folder, { recursive: true, force: true });
        done();
      }),
    );
  });

  const load = async (settings: Record<string, unknown>): Promise<Node> => {
    await helper.load(
      [swatSource],
      [
        { id: 'flow', type: 'tab' },
        { id: 'caught', type: 'catch', z: 'flow', wires: [['errors']] },
        ...['errors', 'frames', 'events', 'scores'].map((id) => ({ id, type: 'helper', z: 'flow' })),
        { id: 's', type: 'swat-source', z: 'flow', wires: [['frames'], ['events'], ['scores']], ...settings },
      ],
    );
    const hear = (id: string, into: (message: never) => void): void => {
      helper.getNode(id).on('input', (message) => into(message as never));
    };
    hear('frames', (frame: Frame) => frames.push(frame));
    hear('events', ({ payload }: { payload: Told }) => events.push(payload));
    hear('scores', ({ payload }: { payload: Score }) => scores.push(payload));
    hear('errors', ({ error }: { error: { message: string } }) => errors.push(error.message));
    return helper.getNode('s');
  };
  const send = (swat: unknown): void => helper.getNode('s').receive({ swat });
  const until = (done: () => boolean): Promise<void> => eventually(done, () => String(done));
  const turns = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const told = (event: string): Told[] => events.filter((each) => each.event === event);
  const stateFile = (): string => join(folder, 'swat', 'state', 'swat-source-s.state');
  const warnings = (node: Node): string[] => {
    const texts: string[] = [];
    node.on('call:warn' as 'input', (call: unknown) => texts.push(String((call as { args: unknown[] }).args[0])));
    return texts;
  };
  /** A deploy that restarts the node. What was on its way to the next nodes arrives before it. */
  const redeploy = async (settings: Record<string, unknown>): Promise<Node> => {
    await helper.unload();
    return load(settings);
  };
  const seconds = (): void => {
    for (let index = 1; index < frames.length; index += 1) {
      assert.equal(frames[index].timestamp - frames[index - 1].timestamp, 1000, `at frame ${index}`);
    }
  };

  it('goes on in the middle of an attack: it is told once, becomes visible, ends, and is scored', async () => {
    const settings = { speed: 'max', seed: 4, credit: true };
    await load(settings);
    send({ command: 'next', count: 20 });
    send({ command: 'attack', id: 16 });
    for (let ask = 20; told('attack-started').length === 0; ask += 20) {
      send({ command: 'next', count: 20 });
      await until(() => frames.length >= ask + 20);
    }
    for (let count = 0; count < 4; count += 1) {
      await redeploy(settings);
      const before = frames.length;
      send({ command: 'next', count: 150 });
      await until(() => frames.length === before + 150);
    }
    send({ command: 'speed', factor: 'max' });
    send({ command: 'next', count: 3000 });
    await until(() => scores.length > 0);
    seconds();
    assert.deepEqual(
      events.map(({ event }) => event).filter((event) => event !== 'attack-waiting'),
      ['started', 'attack-started', 'attack-visible', 'attack-ended'],
    );
    assert.equal(frames.find(({ label }) => label?.attack === 16)?.timestamp, told('attack-started')[0].time);
    assert.deepEqual(scores[0].attack?.attack, 16);
    assert.deepEqual(scores[0].attack.firstDifference?.time, told('attack-visible')[0].time);
    await redeploy(settings);
    send({ command: 'scoreboard' });
    await until(() => scores.length > 1);
    assert.deepEqual(scores[1].results, [scores[0].attack]);
    assert.ok(scores[1].totals.normalHours >= scores[0].totals.normalHours);
    assert.deepEqual(errors, []);
  });

  it('goes on in the middle of a drill', async () => {
    // The longest attack takes nine hours: a seed without it.
    const drillSeed = [1, 2, 3, 4, 5].find((each) =>
      randomDrill(2, each, 900).attacks.every(({ attack }) => attack !== 28),
    );
    const settings = { speed: 'max', drill: 2, drillSeed, seed: 3, credit: true };
    await load(settings);
    send({ command: 'next', count: 400 });
    await until(() => frames.length === 400);
    await redeploy(settings);
    send({ command: 'next', count: 2500 });
    await until(() => frames.length === 2900);
    await redeploy(settings);
    send({ command: 'next', count: 30_000 });
    await until(() => told('attack-started').length === 2);
    send({ command: 'stop-attack' });
    await until(() => told('drill-ended').length === 1);
    seconds();
    assert.deepEqual([told('started').length, told('drill-started').length], [1, 1]);
  });

  it('stays paused, and goes on with the command', async () => {
    await load({ speed: 'max' });
    await until(() => frames.length > 50);
    send({ command: 'pause' });
    await until(() => told('paused').length === 1);
    await redeploy({ speed: 'max', name: 'another name', asset: 'another asset' });
    await turns(100);
    const count = frames.length;
    send({ command: 'resume' });
    await until(() => frames.length > count + 20);
    seconds();
    assert.deepEqual([told('started').length, told('resumed').length], [1, 1]);
  });

  it('goes on at the speed of a command, and says so until the dialog has another', async () => {
    await load({ speed: 'times', factor: 1000 });
    await until(() => frames.length > 10);
    send({ command: 'speed', factor: 500 });
    const warned = warnings(await redeploy({ speed: 'times', factor: 1000 }));
    await until(() => warned.length === 1);
    assert.match(warned[0], /^Runs at 500x, .* the dialog says 1000x\./);
    const silent = warnings(await redeploy({ speed: 'times', factor: 200 }));
    const count = frames.length;
    await until(() => frames.length > count + 10);
    assert.deepEqual(silent, []);
  });

  it('begins anew with other settings, after a stop, and where nothing was saved', async () => {
    await load({ speed: 'max' });
    await until(() => frames.length > 10);
    const node = await redeploy({ speed: 'max', seed: 2 });
    const warned = warnings(node);
    await until(() => told('started').length === 2 && warned.length === 1);
    assert.match(warned[0], /settings have changed/);
    send({ command: 'stop' });
    await until(() => told('stopped').length === 1);
    await redeploy({ speed: 'max', seed: 2 });
    await until(() => told('started').length === 3);
    await helper.unload();
    rmSync(stateFile());
    await load({ speed: 'max', seed: 2 });
    await until(() => told('started').length === 4);
    await redeploy({ speed: 'max', seed: 2, autostart: false });
    const count = frames.length;
    await until(() => frames.length > count + 10);
    assert.equal(told('started').length, 4, 'what was under way goes on, also without a start of its own');
  });

  it('sets a state aside that cannot be read, says so, and starts afresh', async () => {
    await load({ speed: 'max' });
    await until(() => frames.length > 10);
    await helper.unload();
    assert.ok(existsSync(stateFile()));
    writeFileSync(stateFile(), 'nonsense');
    const warned = warnings(await load({ speed: 'max' }));
    await until(() => told('started').length === 2 && warned.length === 1);
    assert.match(warned[0], /is damaged\. It was set aside/);
    assert.deepEqual(errors, []);
  });

  it('starts afresh with a state that is whole but makes no sense, and says so', async () => {
    await load({ speed: 'max' });
    await until(() => frames.length > 10);
    await helper.unload();
    const key = (JSON.parse(/\{.*\}/.exec(readFileSync(stateFile(), 'latin1'))![0]) as { key: string }).key;
    const owner = { keys: () => ['source'], full: () => Buffer.from('{"player":{"state":"running"},"score":{}}') };
    const watcher = { failed: () => undefined, recovered: () => undefined };
    const log = new StateLog(disk, stateFile(), { kind: 'swat-source', version: 1, key }, owner, watcher);
    log.change('source');
    await log.close();
    const warned = warnings(await load({ speed: 'max' }));
    await until(() => told('started').length === 2 && warned.length === 1);
    assert.match(warned[0], /cannot be used and start afresh: source/);
  });

  describe('with a historian’s file', () => {
    const START = 1_767_571_200;
    const rows = (from: number, to: number): string =>
      Array.from({ length: to - from }, (_, index) => `${START + from + index},${500 + index},2\n`).join('');
    const text = `Time,LIT101,FIT101\n${rows(0, 30)}broken\n${rows(30, 200)}`;
    const settings = { mode: 'historian', file: 'a.csv', speed: 'max', credit: true };

    for (const [what, file, content] of [
      ['a file', 'a.csv', text],
      ['a packed file', 'a.csv.gz', gzipSync(text)],
    ] as const) {
      it(`goes on behind the line of ${what}, and stays finished until it is started`, async () => {
        writeFileSync(join(folder, file), content);
        const mine = { ...settings, file };
        await load(mine);
        for (let count = 40; count < 200; count += 40) {
          send({ command: 'next', count: 40 });
          await until(() => frames.length === count);
          await redeploy(mine);
        }
        send({ command: 'next', count: 1000 });
        await until(() => told('finished').length === 1);
        seconds();
        assert.deepEqual([frames.length, told('line-skipped').length, told('started').length], [200, 1, 1]);
        const { frames: sent, skipped } = told('finished')[0] as unknown as Record<string, number>;
        assert.deepEqual([sent, skipped], [200, 1]);
        await redeploy({ ...mine, autostart: false });
        await turns(100);
        assert.equal(told('started').length, 1);
        await redeploy(mine);
        await until(() => told('started').length === 2);
      });
    }

    it('begins at the beginning of another file, and says so in one warning', async () => {
      writeFileSync(join(folder, 'a.csv'), text);
      await load(settings);
      send({ command: 'next', count: 50 });
      await until(() => frames.length === 50);
      await helper.unload();
      writeFileSync(join(folder, 'a.csv'), `Time,LIT101\n${START},500\n`);
      const warned = warnings(await load(settings));
      send({ command: 'next', count: 10 });
      await until(() => told('finished').length === 1);
      assert.deepEqual(warned, [
        'The file is no longer the one that was being replayed: its line 1 is another one, or is gone. The replay begins at its beginning.',
      ]);
      assert.deepEqual([frames.length, frames[50].payload, told('started').length], [51, { LIT101: 500 }, 2]);
      assert.deepEqual(errors, []);
    });

    it('goes on in a file that has grown meanwhile', async () => {
      writeFileSync(join(folder, 'a.csv'), text);
      await load(settings);
      send({ command: 'next', count: 200 });
      await until(() => frames.length === 200);
      await helper.unload();
      appendFileSync(join(folder, 'a.csv'), rows(200, 210));
      await load(settings);
      send({ command: 'next', count: 11 });
      await until(() => told('finished').length === 1);
      seconds();
      assert.equal(frames.length, 210);
    });
  });

  for (const by of [HOUR, -HOUR]) {
    it(`keeps its pace while the clock is set by ${by / HOUR} h`, async () => {
      await load({ speed: 'times', factor: 10 });
      await until(() => frames.length > 3);
      const count = frames.length;
      Date.now = () => realNow() + by;
      await turns(1000);
      const sent = frames.length - count;
      assert.ok(sent >= 5 && sent <= 13, `${sent} frames in a second at 10x`);
      send({ command: 'start' });
      await until(() => told('started').length === 2);
      assert.ok(Math.abs(told('started')[1].time - Date.now()) < 60_000, 'a start begins at the time that it is now');
    });
  }
});
