import assert from 'node:assert/strict';
import { count, measured, page } from '../harness/bench-results';

const text = page('kafka.md');
const figure = (name: string): number => measured('kafka', name);

describe('docs/kafka.md', () => {
  for (const [mode, title] of [
    ['upto', 'once their result is written'],
    ['handed', 'once they are handed on'],
    ['exact', 'exactly once'],
  ]) {
    it(`quotes what was measured: ${title}`, () => {
      const of = (what: string): number => figure(`${mode}: ${what}`);
      const latency = (part: string): string => count(of(`end to end at 1000/s, ${part}`));
      const after = (how: string): string =>
        ['first verdict', 'caught up'].map((what) => of(`${what} after ${how}`).toFixed(1)).join(' and ');
      const row = [
        title,
        count(of('samples a second')),
        `${count(of('CPU time a sample'))} µs`,
        `${latency('p50')} and ${latency('p99')} ms`,
        `${after('kill -9')} s`,
        `${after('orderly restart')} s`,
      ];
      assert.ok(text.includes(`| ${row.join(' | ')} |`), row.join(' | '));
    });
  }

  it('quotes what was measured: the peer', () => {
    const [rate, cpu] = ['samples a second', 'CPU time a sample'].map((what) =>
      count(figure(`plain kafkajs: ${what}`)),
    );
    assert.ok(text.includes(`| plain kafkajs, the same nodes | ${rate} | ${cpu} µs |`), `${rate} ${cpu}`);
  });
});
