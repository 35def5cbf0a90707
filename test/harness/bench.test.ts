import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fallen } from '../../bench/guard';
import { exponent, type Report } from '../../bench/harness';

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
