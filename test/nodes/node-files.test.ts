import assert from 'node:assert/strict';
import fc from 'fast-check';
import { historyFolder, plantFile, scheduleFile, stateFile } from '../../nodes/runtime/node-files';
import { awkward, holds } from '../lib/platform/awkward-names';

describe('names of what a node keeps, on Linux and on Windows', () => {
  it('are made of any id', () => {
    fc.assert(
      fc.property(awkward, fc.nat(9), (id, generation) => {
        for (const name of [
          stateFile('swat-window', id),
          historyFolder(id),
          plantFile(id, generation),
          scheduleFile(id),
        ])
          holds(name);
      }),
      { numRuns: 3000 },
    );
    const usual = 'f6f2187d.f17ca8';
    assert.deepEqual(
      [stateFile('swat-window', usual), historyFolder(usual), plantFile(usual, 0), plantFile(usual, 2), scheduleFile(usual)],
      ['swat-window-f6f2187d.f17ca8.state', 'f6f2187d.f17ca8', 'f6f2187d_f17ca8.json', 'f6f2187d_f17ca8.2.json', 'f6f2187d_f17ca8.json'],
    ); // prettier-ignore
    assert.deepEqual(
      [historyFolder('..'), historyFolder('con'), plantFile('aux', 0), scheduleFile('NUL'), historyFolder('')],
      ['__', '_con', '_aux.json', '_NUL.json', '_'],
    );
  });
});
