import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Pacer, type FrameSource } from '../../../lib/stream/pacer';
import { TestTimers } from './test-timers';

interface Tick {
  readonly time: number;
}

function play(times: readonly number[], factor: number, credit = false) {
  const timers = new TestTimers();
  const sent: { time: number; wall: number; turn: number }[] = [];
  const told: string[] = [];
  let closed = 0;
  let index = 0;
  const source: FrameSource<Tick> = {
    next: () => (index < times.length ? { time: times[index++] } : undefined),
    close: () => (closed += 1),
  };
  const pacer = new Pacer<Tick>(
    source,
    {
      frame: ({ time }) => sent.push({ time, wall: timers.steady, turn: timers.turns }),
      finished: () => told.push('finished'),
      failed: (cause) => told.push(String(cause)),
    },
    timers,
    { factor, credit },
  );
  return { timers, sent, told, pacer, closed: () => closed };
}

const seconds = (count: number): number[] => Array.from({ length: count }, (_, index) => index * 1000);

describe('Pacer', () => {
  it('sends each frame when its event time has come, without drift', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0.1, max: 1000, noNaN: true }),
        (steps, factor) => {
          let time = 0;
          const times = steps.map((step) => (time += step));
          fc.pre(steps.every((step) => step / factor < 300_000));
          const { timers, sent, pacer, told } = play(times, factor);
          const start = timers.steady;
          pacer.run();
          timers.go(times[times.length - 1] / factor + 1000);
          assert.equal(sent.length, times.length);
          for (const { time: event, wall } of sent) {
            assert.ok(Math.abs(wall - start - (event - times[0]) / factor) <= 2);
          }
          assert.deepEqual(told, ['finished']);
          assert.ok(timers.idle);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('catches up after the machine stood still, by a few frames at a time', () => {
    const { timers, sent, pacer } = play(seconds(100), 1);
    pacer.run();
    timers.go(3500);
    assert.equal(sent.length, 4);
    timers.steady += 60_000;
    timers.go(0);
    assert.equal(sent.length, 64);
    timers.go(1000);
    assert.equal(sent.length, 65);
  });

  it('gives the event loop turns after every burst, however fast it is', () => {
    const { timers, sent, pacer } = play(seconds(100), Number.POSITIVE_INFINITY);
    pacer.run();
    timers.go(0);
    assert.equal(sent.length, 100);
    const perTurn = new Map<number, number>();
    for (const { turn } of sent) perTurn.set(turn, (perTurn.get(turn) ?? 0) + 1);
    assert.ok(Math.max(...perTurn.values()) <= 8);
    assert.ok(timers.turns >= Math.floor(100 / 8) * 4);
  });

  it('stands still while paused, and goes on where it was', () => {
    const { timers, sent, pacer } = play(seconds(10), 1);
    pacer.run();
    timers.go(2500);
    pacer.pause();
    assert.ok(timers.idle && pacer.paused);
    timers.go(100_000);
    assert.equal(sent.length, 3);
    pacer.run();
    timers.go(1100);
    assert.deepEqual(
      sent.map(({ time }) => time),
      [0, 1000, 2000, 3000, 4000],
    );
  });

  it('changes its pace on the way', () => {
    const { timers, sent, pacer } = play(seconds(1000), 1);
    pacer.run();
    timers.go(2500);
    pacer.setFactor(100);
    timers.go(1000);
    assert.ok(sent.length > 95 && sent.length < 110, `${sent.length}`);
  });

  it('sends no more than was asked for, where credit is wanted', () => {
    const { timers, sent, pacer } = play(seconds(20), Number.POSITIVE_INFINITY, true);
    pacer.run();
    timers.go(10);
    assert.equal(sent.length, 0);
    pacer.grant(3);
    timers.go(10);
    assert.equal(sent.length, 3);
    pacer.grant(100);
    timers.go(10);
    assert.equal(sent.length, 20);
  });

  it('passes over a long gap, and goes on after a step back in time', () => {
    const { timers, sent, pacer } = play([0, 1000, 86_400_000, 86_401_000, 0, 1000], 1);
    pacer.run();
    timers.go(3500);
    assert.equal(sent.length, 6);
  });

  it('leaves nothing behind when it is closed', () => {
    const { timers, sent, pacer, closed, told } = play(seconds(10), 1);
    pacer.run();
    timers.go(1500);
    pacer.close();
    pacer.close();
    pacer.run();
    timers.go(10_000);
    assert.deepEqual([sent.length, closed(), told, timers.idle], [2, 1, [], true]);
  });

  it('works off a source that answers later, and tells when it fails', async () => {
    const timers = new TestTimers();
    const sent: number[] = [];
    let index = 0;
    const failure = await new Promise<unknown>((resolve) => {
      const pacer = new Pacer<Tick>(
        {
          next: () => (index < 50 ? Promise.resolve({ time: (index += 1) }) : Promise.reject(new Error('torn'))),
          close: () => undefined,
        },
        { frame: ({ time }) => sent.push(time), finished: () => resolve('finished'), failed: resolve },
        timers,
        { factor: Number.POSITIVE_INFINITY, credit: false },
      );
      pacer.run();
      const turn = (): void => {
        timers.go(1);
        if (index <= 50) setImmediate(turn);
      };
      turn();
    });
    assert.match(String(failure), /torn/);
    assert.deepEqual(
      sent,
      Array.from({ length: 50 }, (_, at) => at + 1),
    );
  });
});
