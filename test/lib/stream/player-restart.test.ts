import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Scoreboard, type AttackScore } from '../../../lib/alarm/scoreboard';
import { SwatError } from '../../../lib/errors';
import { randomDrill } from '../../../lib/plant/drill';
import { parseSchedule } from '../../../lib/plant/schedule';
import { stageOf } from '../../../lib/plant/swat';
import { Player, type PlayerInput } from '../../../lib/stream/player';
import type { PlayerEvent } from '../../../lib/stream/player-event';
import type { SourceFrame } from '../../../lib/stream/source';
import { TestTimers } from './test-timers';

const MAX = Number.POSITIVE_INFINITY;

/** What a source has sent and told, over all its lives. */
interface Heard {
  readonly frames: SourceFrame[];
  /** Frames, events and scores in the order in which they came. */
  readonly log: unknown[];
}

/** One life of a player and its scoreboard. */
class Life {
  readonly timers = new TestTimers();
  readonly board = new Scoreboard(stageOf);
  readonly reasons: SwatError[] = [];
  readonly player: Player;

  constructor(
    readonly input: PlayerInput,
    readonly heard: Heard,
    private readonly asked: boolean,
    saved?: string,
    factor = asked ? MAX : 1000,
  ) {
    this.player = new Player(
      input,
      {
        frame: (frame) => this.frame(frame),
        event: (event) => this.event(event),
        failed: (cause) => heard.log.push({ failed: String(cause) }),
        begunAnew: (reason) => this.reasons.push(reason),
      },
      this.timers,
      factor,
      asked,
    );
    if (saved === undefined) return;
    const { player, board, results } = JSON.parse(saved) as Record<string, unknown>;
    this.board.restore(board);
    this.board.restoreResults(results);
    if (player !== undefined) this.player.restore(player);
  }

  private frame(frame: SourceFrame): void {
    this.heard.frames.push(frame);
    this.heard.log.push(frame);
    // Alarms as a flow would send them: some in attacks, some out of the blue.
    if (this.heard.frames.length % 700 === 0) {
      const tags = [{ tag: 'LIT101', stage: 'P1' }];
      this.board.alarm({ event: 'raised', time: frame.time, level: 'WARNING', tags });
    }
    const scored: AttackScore[] = this.board.tick(frame.time);
    this.heard.log.push(...scored);
  }

  private event(event: PlayerEvent): void {
    this.heard.log.push(event);
    if (event.event.startsWith('attack-')) this.board.attack(event as Parameters<Scoreboard['attack']>[0]);
  }

  /** Plays until so many frames have been sent in all, or no more come. */
  async until(frames: number): Promise<void> {
    const { heard, timers, player } = this;
    if (this.asked && heard.frames.length < frames && player.state === 'running')
      player.grant(frames - heard.frames.length);
    for (let idle = 0; heard.frames.length < frames && player.state === 'running' && idle < 50;) {
      const before = heard.frames.length;
      timers.go(0);
      if (this.input.mode === 'historian') await new Promise((resolve) => setImmediate(resolve));
      if (heard.frames.length < frames) timers.go(this.asked ? 0 : 1);
      idle = heard.frames.length > before ? 0 : idle + 1;
    }
  }

  /** What is left of it when the process ends. */
  end(): string {
    const saved = { player: this.player.saved(), board: this.board.saved(), results: this.board.results() };
    this.player.close();
    assert.deepEqual(this.player.saved(), saved.player, 'closed, it is as it was');
    return JSON.stringify(saved);
  }
}

interface Act {
  /** After so many frames. */
  readonly at: number;
  readonly do: (player: Player) => void;
}

/** Plays `length` frames, with what is done at some of them, and a new process after each of `cuts`. */
async function play(
  input: PlayerInput,
  length: number,
  { cuts = [], acts = [], asked = false }: { cuts?: readonly number[]; acts?: readonly Act[]; asked?: boolean },
): Promise<Heard & { totals: unknown; results: unknown }> {
  const heard: Heard = { frames: [], log: [] };
  let life = new Life(input, heard, asked);
  life.player.start();
  const stops = [...cuts.map((at) => ({ at, act: undefined })), ...acts.map((act) => ({ at: act.at, act: act.do }))];
  stops.sort((a, b) => a.at - b.at || Number(a.act === undefined) - Number(b.act === undefined));
  for (const { at, act } of stops) {
    await life.until(at);
    if (act !== undefined) act(life.player);
    else {
      life = new Life(input, heard, asked, life.end());
      life.player.goOn();
    }
  }
  await life.until(length);
  const result = { ...heard, totals: life.board.totals(), results: life.board.results() };
  life.player.close();
  return result;
}

/** A list of some frames to be cut at, in any order. */
const cutsIn = (length: number) => fc.array(fc.integer({ min: 0, max: length }), { minLength: 1, maxLength: 5 });

describe('a simulated plant over a restart', () => {
  const simulation = (more: object = {}): PlayerInput => ({
    mode: 'simulation',
    seed: 4,
    schedule: parseSchedule('', 0),
    ...more,
  });
  const attack = (at: number, id: number): Act => ({ at, do: (player) => player.startAttack(id) });

  for (const [what, input, length, acts] of [
    ['with a schedule', simulation({ schedule: parseSchedule('3@5, 40@30', 50) }), 5000, []],
    ['in a drill', simulation({ seed: 3, drill: randomDrill(3, 2, 900) }), 6000, []],
    [
      'with attacks by hand, one without a trace, and a drill by command',
      simulation(),
      6000,
      [
        attack(60, 4),
        attack(1500, 41),
        { at: 1700, do: (player) => player.stopAttack() },
        { at: 1800, do: (player) => player.startDrill(randomDrill(2, 5, 900)) },
        { at: 4500, do: (player) => player.stopAttack() },
      ],
    ],
  ] as [string, PlayerInput, number, Act[]][]) {
    it(`${what}: the same frames, events and scores, wherever it is cut`, async () => {
      for (const asked of [false, true]) {
        const whole = await play(input, length, { acts, asked });
        assert.ok(whole.log.some((each) => (each as PlayerEvent).event === 'attack-visible'));
        assert.ok((whole.results as unknown[]).length > 0, 'something was scored');
        await fc.assert(
          fc.asyncProperty(cutsIn(length), async (cuts) => {
            assert.deepEqual(await play(input, length, { acts, cuts, asked }), whole);
          }),
          { numRuns: 6 },
        );
      }
    });
  }

  it('in every second around an attack: what is told once is told once', async () => {
    const acts = [attack(5, 3)];
    const input = simulation();
    const whole = await play(input, 1500, { acts });
    const begin = whole.frames.findIndex(({ label }) => label?.attack === 3);
    assert.ok(begin > 0);
    for (let cut = begin - 3; cut < begin + 4; cut += 1) {
      assert.deepEqual(await play(input, 1500, { acts, cuts: [cut, cut] }), whole);
    }
  });

  it('goes on in event time, whatever the clock says, and stays paused', async () => {
    const heard: Heard = { frames: [], log: [] };
    const input = simulation();
    const first = new Life(input, heard, false);
    first.player.start();
    await first.until(10);
    first.player.pause();
    const saved = first.end();
    const second = new Life(input, heard, false, saved);
    second.timers.wall += 86_400_000;
    second.player.goOn();
    assert.equal(second.player.state, 'paused');
    await second.until(20);
    assert.equal(heard.frames.length, 10);
    second.player.resume();
    await second.until(20);
    assert.deepEqual(
      heard.frames.map(({ time }) => time),
      Array.from({ length: 20 }, (_, index) => first.timers.wall + index * 1000),
    );
    assert.equal(heard.log.filter((each) => (each as PlayerEvent).event === 'started').length, 1);
  });

  it('keeps a pace from a command, until another is set by hand; and what was asked for', () => {
    const heard: Heard = { frames: [], log: [] };
    const life = new Life(simulation(), heard, true);
    life.player.start();
    life.player.setFactor(50);
    life.player.grant(7);
    const saved = life.end();
    assert.equal(new Life(simulation(), heard, true, saved).player.factor, 50);
    assert.equal(new Life(simulation(), heard, true, saved, 3).player.factor, 3);
    const next = new Life(simulation(), heard, true, saved);
    next.player.goOn();
    next.timers.go(100_000);
    assert.equal(heard.frames.length, 7);
  });

  it('has nothing to go on with once it was stopped', async () => {
    const life = new Life(simulation(), { frames: [], log: [] }, false);
    assert.equal(life.player.saved(), undefined);
    life.player.start();
    await life.until(3);
    life.player.stop();
    assert.equal(life.player.saved(), undefined);
  });

  it('refuses what is no state of a player, and then is as it was', async () => {
    const heard: Heard = { frames: [], log: [] };
    const acts = new Life(simulation(), heard, false);
    acts.player.start();
    acts.player.startDrill(randomDrill(2, 5, 900));
    // Nothing recorded shows this one, so that its twin stays.
    acts.player.startAttack(4);
    await acts.until(200);
    const saved = acts.player.saved();
    const whole = JSON.stringify(saved);
    assert.ok(whole.includes('"twin":{'), 'the attack is under way');
    // Each place in turn gets something that does not belong there; what is in a plant is tested with the plant.
    const places: (readonly string[])[] = [];
    const walk = (value: unknown, path: readonly string[]): void => {
      if (path.length > 0) places.push(path);
      if (typeof value !== 'object' || value === null || path.at(-1) === 'plant' || path.at(-1) === 'values') return;
      for (const [name, each] of Object.entries(value)) walk(each, [...path, name]);
    };
    walk(saved, []);
    assert.ok(places.length > 20);
    for (const path of places) {
      const copy = JSON.parse(whole) as Record<string, unknown>;
      const owner = path.slice(0, -1).reduce((at, name) => at[name] as Record<string, unknown>, copy);
      owner[path[path.length - 1]] = { no: 'such' };
      const fresh = new Life(simulation(), heard, false);
      assert.throws(() => fresh.player.restore(copy), SwatError, path.join('.'));
      assert.equal(fresh.player.state, 'stopped');
      assert.equal(fresh.player.saved(), undefined);
    }
    for (const wrong of [undefined, null, 5, 'running', [], {}, { state: 'running' }]) {
      assert.throws(() => new Life(simulation(), heard, false).player.restore(wrong), SwatError);
    }
  });
});

describe('a historian’s file over a restart', () => {
  const START = 1_767_571_200;
  const historian = (text: string, more: object = {}, chunk = 1000): PlayerInput => ({
    mode: 'historian',
    loop: false,
    timeZone: 'UTC',
    columns: { time: '', label: '' },
    open: () => {
      const bytes = Buffer.from(text);
      return Promise.resolve({
        // eslint wants what is async to wait for something; a file does.
        async *[Symbol.asyncIterator]() {
          for (let at = 0; at < bytes.length; at += chunk) yield await Promise.resolve(bytes.subarray(at, at + chunk));
        },
        close: () => undefined,
      });
    },
    ...more,
  });
  /** Lines of a file, each of a kind, at a time. */
  const line = fc.constantFrom<(time: number) => string>(
    (time) => `${time},500.5,2,Normal`,
    (time) => `${time},501,2,Attack`,
    (time) => `${time},502,2,Attack`,
    (time) => `${time},503,2,`,
    (time) => `${time},504,2,Maybe`,
    (time) => `${time},abc,2,Attack`,
    (time) => `${time},"505,2,Normal`,
    () => 'broken',
    () => 'no,1,2,Normal',
    () => '',
  );
  const head = fc.constantFrom('Time,LIT101,FIT101,Label', ',LIT101,FIT101,Label', '\nP1,,,\nTime,LIT101,FIT101,Label');

  it('the same frames, events and counts, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        head,
        fc.array(line, { minLength: 1, maxLength: 40 }),
        fc.boolean(),
        fc.boolean(),
        cutsIn(60),
        fc.integer({ min: 1, max: 200 }),
        async (first, lines, loop, asked, cuts, chunk) => {
          const rows = lines.map((each, index) => each(START + index));
          fc.pre(rows.some((row) => row.includes(',2,') && !row.startsWith('no') && !row.includes('"')));
          const input = historian(`${[first, ...rows].join('\n')}\n`, { loop }, chunk);
          const whole = await play(input, 60, { asked });
          const parts = await play(input, 60, { asked, cuts });
          assert.deepEqual(upTo(60, parts), upTo(60, whole));
        },
      ),
      { numRuns: 200 },
    );
  });

  /** The log up to a frame: lines of one time come in bursts, that go beyond what was waited for. */
  const upTo = (frames: number, { log }: Heard): unknown[] => {
    let left = frames;
    const end = log.findIndex((each) => 'values' in (each as object) && (left -= 1) === 0);
    return end < 0 ? log : log.slice(0, end + 1);
  };
  const rows = (count: number, value = 500): string =>
    Array.from({ length: count }, (_, index) => `${START + index},${value + index}\n`).join('');

  for (const [what, changed] of [
    ['is shorter', `Time,LIT101\n${rows(5)}`],
    ['has another header', `Time,FIT101\n${rows(20)}`],
    ['holds another record there', `Time,LIT101\n${rows(20).replaceAll('17675', '17685')}`],
    ['is broken there', `Time,LIT101\n${rows(8)}${'broken\n'.repeat(12)}`],
  ] as const) {
    it(`begins at the beginning of a file that ${what}, and says so once`, async () => {
      const heard: Heard = { frames: [], log: [] };
      const first = new Life(historian(`Time,LIT101\nbroken\n${rows(20)}`), heard, true);
      first.player.start();
      await first.until(8);
      assert.equal(first.player.skipped, 1);
      const second = new Life(historian(changed), heard, true, first.end());
      second.player.goOn();
      await second.until(11);
      assert.deepEqual(
        second.reasons.map(({ code, details }) => [code, details.line]),
        [['file-changed', what === 'has another header' ? 1 : 10]],
      );
      const events = heard.log.filter((each) => 'event' in (each as object)) as PlayerEvent[];
      assert.deepEqual(
        events.map(({ event }) => event),
        ['started', 'line-skipped', 'started'],
      );
      assert.equal(heard.frames[8].line, 2);
      assert.equal(second.player.skipped, 0);
    });
  }

  it('says that it is finished, and how it went', async () => {
    const heard: Heard = { frames: [], log: [] };
    const first = new Life(historian(`Time,LIT101\n${rows(3)}broken\n`), heard, false);
    first.player.start();
    await first.until(9);
    assert.equal(first.player.state, 'finished');
    const second = new Life(historian(''), heard, false, first.end());
    second.player.goOn();
    await second.until(9);
    assert.deepEqual([second.player.state, second.player.skipped, heard.frames.length], ['finished', 1, 3]);
  });

  it('goes on behind its line after a file that could not be read for a while', async () => {
    const heard: Heard = { frames: [], log: [] };
    const text = `Time,LIT101\n${rows(9)}`;
    const first = new Life(historian(text), heard, true);
    first.player.start();
    await first.until(4);
    const away = historian('', { open: () => Promise.reject(new SwatError('file-missing', { path: 'x' })) });
    const second = new Life(away, heard, true, first.end());
    second.player.goOn();
    await second.until(5);
    assert.equal(second.player.state, 'failed');
    const third = new Life(historian(text), heard, true, second.end());
    third.player.goOn();
    await third.until(9);
    assert.deepEqual(
      heard.frames.map(({ line: at }) => at),
      [2, 3, 4, 5, 6, 7, 8, 9, 10],
    );
  });
});
