import assert from 'node:assert/strict';
import { posix, win32, type PlatformPath } from 'node:path';
import fc from 'fast-check';

/** Texts that path helpers stumble over, beside any others. */
export const awkward = fc.oneof(
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
export const holds = (name: string, isOne = true): void => {
  if (!isOne) return;
  staysInside(name, posix, '/home/nodered/.node-red/swat');
  staysInside(name, win32, 'C:\\Users\\nodered\\.node-red\\swat');
};
