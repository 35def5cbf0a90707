import assert from 'node:assert/strict';
import { posix, win32, type PlatformPath } from 'node:path';
import fc from 'fast-check';
import { historyFileName } from '../../../lib/history/store';
import { isModelName, isVersionId, versionId } from '../../../lib/model/version';
import { isDeviceName } from '../../../lib/platform/device-name';
import { isUploadName } from '../../../lib/platform/uploads';

/** Texts that path helpers stumble over, beside any others. */
const awkward = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom('..', '.', '/', '\\', ':', 'C:', 'con', 'NUL', 'com1', ' ', '~1', '\0', '%00', 'a', '.csv', '.txt', '$DATA', 'ä', '__proto__'), // prettier-ignore
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')),
);

/** What a name must be for both kinds of system: one entry of its folder, and none that Windows rewrites or opens otherwise. */
function staysInside(name: string, path: PlatformPath, folder: string): void {
  const joined = path.join(folder, name);
  assert.equal(path.dirname(joined), folder, name);
  assert.equal(path.basename(joined), name);
  assert.equal(path.relative(folder, joined), name);
  assert.doesNotMatch(name, /[<>:"|?*]|[. ]$/, name);
  assert.doesNotMatch(JSON.stringify(name), /\\[u\\bfnrt]/, name);
  assert.ok(!/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name), name);
}
/** Holds a name against both, where it is one. */
const holds = (name: string, isOne = true): void => {
  if (!isOne) return;
  staysInside(name, posix, '/home/nodered/.node-red/swat');
  staysInside(name, win32, 'C:\\Users\\nodered\\.node-red\\swat');
};

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

  it('know the devices of Windows', () => {
    for (const name of ['con', 'CON.txt', 'Com1.a.b', 'lpt9', 'nul .csv', 'COM².csv'])
      assert.ok(isDeviceName(name), name);
    for (const name of ['console', 'com10', 'com', 'xcon', 'nul_']) assert.ok(!isDeviceName(name), name);
  });
});
