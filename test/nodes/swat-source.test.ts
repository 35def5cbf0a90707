import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Node } from 'node-red';
import helper from 'node-red-node-test-helper';
import type { AttackScore, ScoreTotals } from '../../lib/alarm/scoreboard';
import { randomDrill } from '../../lib/plant/drill';
import swatPlant from '../../nodes/swat-plant';
import swatSource from '../../nodes/swat-source';
import { eventually } from '../harness/eventually';

interface FrameMessage {
  payload: Record<string, number>;
  timestamp: number;
  asset: string;
  label?: { attack: number | true | null; since: number | null };
}
interface EventMessage {
  payload: {
    event: string;
    time: number;
    attack?: number;
    attacks?: number;
    tag?: string;
    line?: number;
    code?: string;
    frames?: number;
    skipped?: number;
    skippedCells?: number;
    column?: string;
    value?: string;
    waitingFor?: string;
  };
  asset: string;
}
interface ScoreMessage {
  payload: {
    event: 'scored' | 'asked';
    asset: string;
    attack?: AttackScore;
    totals: ScoreTotals;
    results?: AttackScore[];
    text: string;
  };
  asset: string;
  swat?: unknown;
  kept?: string;
}
interface Caught {
  error: { message: string };
}

describe('swat-source', () => {
  let folder: string;
  let frames: FrameMessage[];
  let events: EventMessage['payload'][];
  let errors: string[];
  let scores: ScoreMessage[];

  beforeEach((done) => {
    folder = mkdtempSync(join(tmpdir(), 'swat-source-'));
    frames = [];
    events = [];
    errors = [];
    scores = [];
    helper.init(require.resolve('node-red'), { userDir: folder, uiPort: 0, uiHost: '127.0.0.1' });
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

  const load = async (settings: Record<string, unknown>): Promise<Node> => {
    await helper.load(
      [swatPlant, swatSource],
      [
        { id: 'flow', type: 'tab' },
        { id: 'plant', type: 'swat-plant' },
        { id: 'caught', type: 'catch', z: 'flow', wires: [['errors']] },
        { id: 'errors', type: 'helper', z: 'flow' },
        { id: 'frames', type: 'helper', z: 'flow' },
        { id: 'events', type: 'helper', z: 'flow' },
        { id: 'scores', type: 'helper', z: 'flow' },
        { id: 's', type: 'swat-source', z: 'flow', wires: [['frames'], ['events'], ['scores']], ...settings },
      ],
    );
    helper.getNode('frames').on('input', (message) => frames.push(message as unknown as FrameMessage));
    helper.getNode('events').on('input', (message) => events.push((message as unknown as EventMessage).payload));
    helper.getNode('scores').on('input', (message) => scores.push(message as unknown as ScoreMessage));
    helper.getNode('errors').on('input', (message) => errors.push((message as unknown as Caught).error.message));
    return helper.getNode('s');
  };
  const send = (node: Node, swat: unknown): void => node.receive({ swat });
  const until = (done: () => boolean): Promise<void> => eventually(done, () => String(done));
  const told = (event: string) => events.filter((candidate) => candidate.event === event);

  const statuses = (node: Node): string[] => {
    const texts: string[] = [];
    node.on('call:status' as 'input', (call: unknown) => {
      texts.push(String((call as { args: [{ text?: string }] }).args[0].text));
    });
    return texts;
  };

  it('sends frames of 51 tags, a second apart in event time', async () => {
    await load({ speed: 'max' });
    await until(() => frames.length >= 100);
    assert.equal(Object.keys(frames[0].payload).length, 51);
    assert.ok(frames[0].payload.LIT101 > 400);
    assert.deepEqual([frames[0].asset, frames[0].label], ['SWaT', { attack: null, since: null }]);
    for (let index = 1; index < 100; index += 1) {
      assert.equal(frames[index].timestamp - frames[index - 1].timestamp, 1000);
    }
    assert.ok(Math.abs(frames[0].timestamp - Date.now()) < 60_000);
    assert.equal(events[0].event, 'started');
  });

  it('keeps the time it is told', async () => {
    await load({ speed: 'times', factor: 100 });
    await until(() => frames.length > 0);
    const [begin, before] = [performance.now(), frames.length];
    await new Promise((resolve) => setTimeout(resolve, 1000));
    // What the clock says, not what was asked for: a busy machine wakes up late.
    const due = (performance.now() - begin) / 10;
    const came = frames.length - before;
    assert.ok(came > 0.6 * due && came < 1.15 * due + 5, `${came} frames in the time of ${due} at 100x`);
  });

  it('starts an attack by command, tells how it goes, and ends it by command', async () => {
    const node = await load({ speed: 'max' });
    send(node, { command: 'attack', id: '2' });
    await until(() => told('attack-started').length > 0);
    const { time } = told('attack-started')[0];
    await until(() => frames.some(({ label }) => label?.attack === 2));
    const first = frames.find(({ label }) => label?.attack === 2)!;
    assert.deepEqual(first.label, { attack: 2, since: time });
    assert.equal(first.payload.P102, 2);
    send(node, { command: 'stop-attack' });
    await until(() => told('attack-ended').length > 0);
  });

  it('tells what an attack waits for, in words and numbers', async () => {
    const node = await load({ speed: 'real', seed: 1 });
    const shown = statuses(node);
    send(node, { command: 'attack', id: 41 });
    await until(() => shown.includes('attack 41 waits: LIT301 > 900'));
    // It is told with the next second of the plant.
    await until(() => told('attack-waiting').length === 1);
    send(node, { command: 'attack', id: 1 });
    await until(() => shown.includes('attack 1 waits: MV101 closed') && told('attack-waiting').length === 2);
    const [first, second] = told('attack-waiting').map(({ attack, waitingFor }) => ({ attack, waitingFor }));
    assert.equal(first.attack, 41);
    assert.match(first.waitingFor!, /^LIT301 above 900 \(now 8\d\d(\.\d)?\)$/);
    assert.deepEqual(second, { attack: 1, waitingFor: 'MV101 closed (now open)' });
    assert.ok(!('awaited' in told('attack-waiting')[0]));
  });

  it('starts and ends the chosen attack with the button in the editor', async () => {
    await load({ speed: 'max', buttonAttack: 10 });
    await until(() => frames.length > 0);
    await helper.request().post('/swat-source/s/button').expect(204);
    await until(() => told('attack-started').length > 0);
    assert.equal(told('attack-started')[0].attack, 10);
    await helper.request().post('/swat-source/nobody/button').expect(409);
    const { body } = (await helper.request().get('/swat-source/attacks').expect(200)) as { body: unknown[] };
    assert.equal(body.length, 36);
  });

  it('starts attacks by its schedule', async () => {
    await load({ speed: 'max', schedule: '40@1, 38@20', repeat: 40 });
    await until(() => told('attack-started').length >= 3);
    assert.deepEqual(
      told('attack-started').map(({ attack }) => attack),
      [40, 38, 40],
    );
  });

  describe('with alarms wired back', () => {
    const alarm = (time: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({
      payload: {
        event: 'raised',
        id: '5c0f6b1e9a3d4f27',
        asset: 'SWaT',
        time,
        level: 'WARNING',
        tags: [
          { tag: 'P102', stage: 'P1', feature: 'mean', share: 1, seen: 2, expected: 1, unit: '' },
          { tag: 'LIT101', stage: 'P1', feature: 'mean', share: 0.1, seen: 2, expected: 1, unit: 'mm' },
        ],
        ...more,
      },
    });

    it('tells how an attack went once it is over for five minutes, in figures and in one sentence', async () => {
      const node = await load({ speed: 'max' });
      send(node, { command: 'attack', id: 34 });
      await until(() => told('attack-started').length > 0);
      const started = told('attack-started')[0].time;
      node.receive(alarm(started + 9000, { asset: 'another plant' }));
      node.receive(alarm(started + 13_000));
      node.receive(alarm(started + 20_000, { event: 'escalated' }));
      await until(() => scores.length > 0);
      const [{ payload, asset }] = scores;
      assert.deepEqual([payload.event, payload.asset, asset], ['scored', 'SWaT', 'SWaT']);
      const { attack, totals, text } = payload;
      assert.deepEqual(
        [attack?.attack, attack?.detected, attack?.delayS, attack?.named, attack?.stageNamed, attack?.alarms],
        [34, true, 13, 'P102', true, 1],
      );
      assert.deepEqual(attack?.firstDifference, { time: started, tag: 'P101' });
      assert.equal(told('attack-visible')[0].tag, 'P101');
      assert.deepEqual([totals.attacks, totals.detected, totals.falseAlarms], [1, 1, 0]);
      assert.match(
        text,
        /^Attack 34 was detected after 13 s; first named: P102 in P1, which was attacked \(P101 turned off\)\. So far 1 of 1 detected, median delay 13 s; false alarms: 0 in [\d.]+ normal hours\.$/,
      );
      const end = told('attack-ended')[0].time;
      await until(() => frames.some(({ timestamp }) => timestamp > end + 600_000));
      assert.equal(scores.length, 1, 'it is told once');
      assert.deepEqual(errors, []);
    });

    it('tells of an attack that was missed, and of one that leaves no trace', async () => {
      const node = await load({ speed: 'max' });
      send(node, { command: 'attack', id: 29 });
      await until(() => scores.length > 0);
      send(node, { command: 'attack', id: 4 });
      await until(() => scores.length > 1);
      assert.match(scores[0].payload.text, /^Attack 29 was missed \(.*\)\. So far 0 of 1 detected; false alarms/);
      assert.match(
        scores[1].payload.text,
        /^Attack 4 was missed: it left no trace in the recorded tags \(MV504 opened\)/,
      );
      assert.equal(told('attack-visible').length, 1);
    });

    it('answers the command scoreboard, and begins anew with the source', async () => {
      const node = await load({ speed: 'max' });
      await until(() => frames.length > 20);
      node.receive(alarm(frames[10].timestamp));
      node.receive({ swat: { command: 'scoreboard' }, kept: 'yes' });
      await until(() => scores.length > 0);
      const [{ payload, kept, swat }] = scores;
      assert.deepEqual([payload.event, payload.results, kept, swat], ['asked', [], 'yes', undefined]);
      assert.equal(payload.totals.falseAlarms, 1);
      send(node, { command: 'start' });
      send(node, { command: 'scoreboard' });
      await until(() => scores.length > 1);
      assert.equal(scores[1].payload.totals.falseAlarms, 0);
    });

    it('takes no other message for an alarm', async () => {
      const node = await load({ speed: 'real' });
      node.receive(alarm(0, { id: undefined }));
      node.receive({ payload: { event: 'attack-started' } });
      await until(() => errors.length === 2);
    });
  });

  it('starts a drill by command: the attacks of its seed, with normal time between them, then it ends', async () => {
    const node = await load({ speed: 'max', seed: 3 });
    // The longest attack takes nine hours: a seed without it.
    const seed = [1, 2, 3, 4, 5].find((each) =>
      randomDrill(2, each, 900).attacks.every(({ attack }) => attack !== 28),
    )!;
    send(node, { command: 'drill', count: 2, seed });
    await until(() => told('drill-ended').length > 0);
    assert.deepEqual(
      told('attack-started').map(({ attack }) => attack),
      randomDrill(2, seed, 900).attacks.map(({ attack }) => attack),
    );
    assert.deepEqual([told('drill-started')[0].attacks, told('drill-ended')[0].attacks], [2, 2]);
    const [first, second] = [told('attack-ended')[0].time, told('attack-started')[1].time];
    assert.ok(second - first >= 900_000);
    assert.ok(told('drill-ended')[0].time - told('attack-ended')[1].time >= 900_000);
    await until(() => scores.length === 2);
  });

  it('shows how far a drill is', async () => {
    const node = await load({ speed: 'real' });
    const shown = statuses(node);
    send(node, { command: 'drill', count: 2 });
    await until(() => shown.includes('drill 0/2'));
    send(node, { command: 'stop-attack' });
    await until(() => shown.at(-1) === 'running');
  });

  it('starts a drill with its start where it is set so; stop-attack ends it', async () => {
    const node = await load({ speed: 'max', drill: 3, drillSeed: 7, drillGap: 20 });
    await until(() => told('attack-started').length > 0);
    assert.equal(told('attack-started')[0].attack, randomDrill(3, 7, 1200).attacks[0].attack);
    assert.ok(told('attack-started')[0].time - frames[0].timestamp >= 1_200_000);
    send(node, { command: 'stop-attack' });
    await until(() => told('attack-ended').length > 0 && told('drill-ended').length > 0);
    assert.equal(told('drill-started').length, 1);
  });

  it('pauses, goes on where it was, stops, and starts anew', async () => {
    const node = await load({ speed: 'max' });
    await until(() => frames.length > 20);
    send(node, { command: 'pause' });
    await until(() => told('paused').length > 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const count = frames.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(frames.length, count);
    send(node, { command: 'resume' });
    await until(() => frames.length > count + 20);
    assert.equal(frames[count].timestamp - frames[count - 1].timestamp, 1000);
    send(node, { command: 'stop' });
    await until(() => told('stopped').length > 0);
    send(node, { command: 'start' });
    await until(() => told('started').length === 2);
  });

  it('waits to be started, and sends what was asked for, where it is set so', async () => {
    const node = await load({ speed: 'max', autostart: false, credit: true });
    send(node, { command: 'next' });
    await until(() => errors.length > 0);
    send(node, { command: 'start' });
    send(node, { command: 'next', count: 5 });
    await until(() => frames.length >= 5);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(frames.length, 5);
  });

  for (const [name, swat] of [
    ['an unknown command', { command: 'explode' }],
    ['an attack without a number', { command: 'attack' }],
    ['no command', undefined],
    ['a text', 'start'],
    ['the name of a prototype key', { command: '__proto__' }],
    ['an attack that there is not', { command: 'attack', id: 5 }],
    ['an attack with a name for a number', { command: 'attack', id: 'LIT101' }],
    ['a speed of zero', { command: 'speed', factor: 0 }],
    ['a resume without a pause', { command: 'resume' }],
    ['a negative count', { command: 'next', count: -1 }],
    ['a drill of nothing', { command: 'drill', count: 0 }],
    ['a drill without rest', { command: 'drill', gap: 5 }],
    ['a drill with a seed that is none', { command: 'drill', seed: 1.5 }],
  ] as const) {
    it(`answers ${name} with one error, and goes on`, async () => {
      const node = await load({ speed: 'max' });
      send(node, swat);
      await until(() => errors.length > 0);
      const count = frames.length;
      await until(() => frames.length > count + 10);
      assert.equal(errors.length, 1);
    });
  }

  for (const [name, settings] of [
    ['a seed that is none', { seed: 'x' }],
    ['an unreadable schedule', { schedule: '3 at 10' }],
    ['an unknown mode', { mode: 'magic' }],
    ['a drill of half an attack', { drill: 0.5 }],
    ['a drill without rest', { drill: 3, drillGap: 1 }],
    ['no file', { mode: 'historian' }],
    ['an unknown time zone', { mode: 'historian', file: 'a.csv', timeZone: 'Mars/Base' }],
    ['a plant that is gone', { mode: 'historian', file: 'a.csv', plant: 'gone' }],
  ] as const) {
    it(`refuses ${name}, and answers each message with the error`, async () => {
      const node = await load(settings);
      send(node, { command: 'start' });
      await until(() => errors.length > 0);
      assert.equal(frames.length, 0);
    });
  }

  describe('with a historian file', () => {
    const rows = (count: number): string =>
      Array.from(
        { length: count },
        (_, i) => `${1_767_571_200 + i},${500 + i},2.5,${i < 5 ? 'Normal' : 'A ttack'}\n`,
      ).join('');
    const csv = `Timestamp,LIT101, FIT101,Normal/Attack\n${rows(10)}broken\n`;

    it('sends its rows, tells broken lines and the end', async () => {
      writeFileSync(join(folder, 'a.csv'), csv);
      await load({ mode: 'historian', file: 'a.csv', plant: 'plant', speed: 'max' });
      await until(() => told('finished').length > 0);
      assert.deepEqual([frames.length, frames[0].payload], [10, { LIT101: 500, FIT101: 2.5 }]);
      assert.equal(frames[0].timestamp, 1_767_571_200_000);
      assert.deepEqual(frames[9].label, { attack: true, since: 1_767_571_205_000 });
      assert.deepEqual([told('line-skipped')[0].line, told('line-skipped')[0].code], [12, 'line-short']);
      assert.deepEqual([told('finished')[0].frames, told('finished')[0].skipped], [10, 1]);
    });

    it('tells cells that it could not read, and how many lines and cells it skipped', async () => {
      writeFileSync(
        join(folder, 'a.csv'),
        `Timestamp,LIT101,FIT101,Label\n${'1767571200,abc,2.5,Maybe\n'.repeat(60)}1767571201,1,2,0,9\n1767571202,"1,2,0\n`,
      );
      const node = await load({ mode: 'historian', file: 'a.csv', plant: 'plant', speed: 'max' });
      const shown = statuses(node);
      await until(() => told('finished').length > 0 && shown.some((text) => text.includes('finished')));
      assert.equal(told('cell-skipped').length, 100);
      const [first, second] = told('cell-skipped');
      assert.deepEqual([first.line, first.column, first.value], [2, 'LIT101', 'abc']);
      assert.deepEqual([second.line, second.column, second.value], [2, 'Label', 'Maybe']);
      assert.deepEqual(
        told('line-skipped').map(({ code }) => code),
        ['line-wide', 'line-quote'],
      );
      const { frames: sent, skipped, skippedCells } = told('finished')[0];
      assert.deepEqual([sent, skipped, skippedCells], [60, 2, 120]);
      assert.equal(shown.at(-1), 'finished · skipped: lines 2, cells 120');
    });

    for (const [text, name, content] of [
      ['file not found', 'missing.csv', undefined],
      ['the file is empty', 'empty.csv', ''],
      ['no tags in the header', 'wrong.csv', 'a,b\n1,2\n'],
      ['no time column', 'timeless.csv', 'LIT101,FIT101\n1,2\n'],
      ['finished · 1 line skipped', 'one.csv', 'time,LIT101\n1767571200,1\nbroken\n'],
    ] as const) {
      it(`shows "${text}"`, async () => {
        if (content !== undefined) writeFileSync(join(folder, name), content);
        const node = await load({ mode: 'historian', file: name, plant: 'plant', speed: 'max' });
        const shown = statuses(node);
        await until(() => shown.at(-1) === text);
      });
    }

    it('unpacks .gz, does without a plant, and starts again in a loop', async () => {
      writeFileSync(join(folder, 'a.csv.gz'), gzipSync(csv));
      await load({ mode: 'historian', file: join(folder, 'a.csv.gz'), speed: 'max', loop: true });
      await until(() => frames.length > 25);
      assert.equal(frames[20].payload.LIT101, 500);
    });

    for (const [name, prepare] of [
      ['missing', () => 'nowhere.csv'],
      ['a folder', () => '.'],
      [
        'no historian file',
        (at: string) => {
          writeFileSync(join(at, 'b.csv'), 'a,b\n1,2\n');
          return 'b.csv';
        },
      ],
      [
        'a broken archive',
        (at: string) => {
          writeFileSync(join(at, 'c.csv.gz'), 'no archive');
          return 'c.csv.gz';
        },
      ],
    ] as const) {
      it(`tells that its file is ${name}, and can be started again`, async () => {
        const node = await load({ mode: 'historian', file: prepare(folder), plant: 'plant', speed: 'max' });
        await until(() => errors.length === 1);
        send(node, { command: 'start' });
        await until(() => errors.length === 2);
      });
    }

    // The superuser may read everything.
    if (process.getuid?.() !== 0) {
      it('tells that it may not read its file', async () => {
        writeFileSync(join(folder, 'd.csv'), csv);
        chmodSync(join(folder, 'd.csv'), 0);
        await load({ mode: 'historian', file: 'd.csv', plant: 'plant' });
        await until(() => errors.length === 1);
      });
    }
  });

  it('is silent after it is closed', async () => {
    await load({ speed: 'max' });
    await until(() => frames.length > 10);
    await helper.unload();
    const count = frames.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(frames.length, count);
  });
});
