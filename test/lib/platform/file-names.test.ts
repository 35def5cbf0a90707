import assert from 'node:assert/strict';
import fc from 'fast-check';
import { historyFileName } from '../../../lib/history/store';
import { isModelName, isVersionId, versionId } from '../../../lib/model/version';
import { isDeviceName } from '../../../lib/platform/device-name';
import { isUploadName } from '../../../lib/platform/uploads';
import { reportName, reportOfFile } from '../../../lib/report/names';
import { awkward, holds } from './awkward-names';

describe('names of files, on Linux and on Windows', () => {
  it('of uploads stay in their folder, or are refused', () => {
    fc.assert(
      fc.property(awkward, (name) => {
        holds(name, isUploadName(name));
      }),
      { numRuns: 3000 },
    );
    assert.ok(isUploadName('line 1.csv') && isUploadName('console.csv'));
    for (const name of ['CON.csv', 'nul .txt', 'com1.csv.gz', '..\\a.csv', 'C:a.csv', 'a.csv:b.csv', 'a.csv ']) {
      assert.ok(!isUploadName(name), name);
    }
  });

  it('of models and their versions do too', () => {
    fc.assert(
      fc.property(awkward, (name) => {
        holds(name, isModelName(name));
      }),
      { numRuns: 3000 },
    );
    assert.ok(isModelName('Linie 1 ä') && !isModelName('aux') && !isModelName('NUL.v2') && !isModelName('..'));
    fc.assert(fc.property(awkward, (text) => !isVersionId(text)));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.stringMatching(/^[0-9a-f]{6}$/), (time, hash) => {
        const id = versionId(time, hash);
        assert.ok(isVersionId(id));
        holds(id);
      }),
    );
  });

  it('of histories are made of any asset, and no two assets share one where letters have no case', () => {
    fc.assert(
      fc.property(awkward, awkward, (asset, other) => {
        const name = historyFileName(asset);
        holds(name);
        if (asset !== other) assert.notEqual(name.toLowerCase(), historyFileName(other).toLowerCase());
      }),
    );
  });

  it('of reports are made of any asset, and known again', () => {
    fc.assert(
      fc.property(awkward, awkward, fc.integer({ min: 0, max: 4e12 }), (asset, plant, made) => {
        const name = reportName({ made, kind: 'shift', asset, plant });
        for (const file of [`${name}.pdf`, `${name}.html`, `${name}_episodes.csv`]) {
          holds(file);
          assert.equal(reportOfFile(file), name);
        }
      }),
    );
  });

  it('know the devices of Windows', () => {
    for (const name of ['con', 'CON.txt', 'Com1.a.b', 'lpt9', 'nul .csv', 'COM².csv'])
      assert.ok(isDeviceName(name), name);
    for (const name of ['console', 'com10', 'com', 'xcon', 'nul_']) assert.ok(!isDeviceName(name), name);
  });
});
