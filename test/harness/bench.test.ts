import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fallen } from '../../bench/guard';
import { exponent, type Report } from '../../bench/harness';
import { grownTimes, risen, trend } from '../../bench/trend';

const report = (peer: number, figure: number): Report => ({
  comparisons: [
    {
      title: 'work',
      reference: 'product',
      rounds: 3,
      timings: [
        { name: 'product', medianNs: 10, lowerNs: 10, upperNs: 10, ratio: 1 },
        { name: 'peer', medianNs: 10 * peer, lowerNs: 10, upperNs: 10, ratio: peer },
      ],
    },
  ],
  figures: [
    { name: 'to a peer', value: figure, unit: 'x' },
    { name: 'a time', value: 1 / figure, unit: 'ms' },
  ],
});

describe('the guard of the short bench', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'swat-guard-'));
    writeFileSync(join(folder, 'some.json'), JSON.stringify(report(6, 3)));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('lets a ratio fall by a third, and an absolute time by anything', () => {
    assert.deepEqual([...fallen(folder, 'some', report(4, 2)).keys()], []);
  });

  it('names what fell by more', () => {
    const found = fallen(folder, 'some', report(3.9, 1.9));
    assert.deepEqual(
      [...found],
      [
        ['work, peer', 'some: work, peer: 3.90x, was 6.00x'],
        ['to a peer', 'some: to a peer: 1.90x, was 3.00x'],
      ],
    );
  });

  it('has nothing to say where nothing was kept', () => {
    assert.equal(fallen(folder, 'other', report(1, 1)).size, 0);
  });
});

describe('the exponent of a growth', () => {
  it('is the power by which a cost grows', () => {
    const points = [1, 10, 100].map((size) => ({ size, value: 3 * size ** 1.5 }));
    assert.ok(Math.abs(exponent(points) - 1.5) < 1e-12);
  });
});

describe('the trend of a long run', () => {
  it('is the slope of a line, with its error', () => {
    // Norris (NIST StRD) cut to its first five points; slope and error by the textbook sums in Python.
    const found = trend([0.2, 337.4, 118.2, 884.6, 10.1].map((x, i) => ({ x, y: [0.1, 338.8, 118.1, 888.0, 9.2][i] })));
    assert.ok(Math.abs(found.slope - 1.0045077590194) < 1e-9, String(found.slope));
    assert.ok(Math.abs(found.error - 0.0005659188216) < 1e-9, String(found.error));
  });

  it('is surely above 0 where something grows, and not where it only differs', () => {
    const noise = [3, -2, 4, -4, 1, -3, 2, -1];
    const points = (by: number): { x: number; y: number }[] => noise.map((y, x) => ({ x, y: 100 + y + by * x }));
    assert.ok(trend(points(0)).least < 0);
    assert.ok(trend(points(5)).least > 0);
  });

  it('is told from the end where a slope has too great an error for it', () => {
    const days = Array.from({ length: 25 }, (_, day) => 100 + Math.sin(day));
    const late = (last: number, by: number): number[] => days.map((each, day) => (day >= 25 - last ? each + by : each));
    assert.ok(risen(days) < 3);
    assert.ok(risen(late(1, 100)) > 90);
    assert.ok(risen(late(2, 20)) > 15);
    assert.ok(Math.abs(grownTimes(days) - 1) < 0.02);
    assert.ok(grownTimes(late(8, 30)) > 1.25);
  });

  it('needs three points', () => {
    assert.throws(() => trend([{ x: 1, y: 1 }, { x: 2, y: 2 }])); // prettier-ignore
  });
});
