import assert from 'node:assert/strict';
import { appendFile, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { MAX_LINE, openedLine, sealedLine, Trail } from '../../../lib/journal/trail';
import { FaultyFiles } from '../../harness/faulty-files';
import { coded, withFolder } from '../model/sample';

/** A trail in a folder of its own, with the disk under it and what it told. */
const withTrail = (work: (path: string, make: () => Trail, files: FaultyFiles, cuts: number[]) => Promise<void>) =>
  withFolder(async (folder) => {
    const path = join(folder, 'deep', 'audit.jsonl');
    const files = new FaultyFiles();
    const cuts: number[] = [];
    await work(path, () => new Trail(files, path, { cut: (bytes) => cuts.push(bytes) }), files, cuts);
  });

describe('a trail', () => {
  it('keeps entries in order, also of trails that are opened again, and gives the last ones', () =>
    withTrail(async (_path, make, _files, cuts) => {
      assert.deepEqual(await make().last(5), { entries: [], damaged: 0 });
      const trail = make();
      await Promise.all([1, 2, 3].map((n) => trail.append({ n, user: 'Ötzi', reason: 'a "quoted"\nline' })));
      await make().append({ n: 4, sum: 'mine' });
      const { entries, damaged } = await make().last(2);
      assert.deepEqual([entries, damaged], [[{ n: 3, user: 'Ötzi', reason: 'a "quoted"\nline' }, { n: 4 }], 0]);
      assert.deepEqual(cuts, []);
    }));

  it('cuts a torn line off before it writes the next, and says how much, wherever it was torn', () =>
    withTrail(async (path, make, _files, cuts) => {
      await make().append({ n: 1 });
      await make().append({ n: 2 });
      const whole = await readFile(path);
      const first = whole.indexOf(10) + 1;
      for (let size = first; size < whole.length; size += 1) {
        await writeFile(path, whole);
        await truncate(path, size);
        cuts.length = 0;
        await make().append({ n: 3 });
        assert.deepEqual(cuts, size === first ? [] : [size - first]);
        assert.deepEqual(await make().last(9), { entries: [{ n: 1 }, { n: 3 }], damaged: 0 });
      }
    }));

  it('counts lines that were changed, and never gives one of them', () =>
    withTrail(async (path, make) => {
      await make().append({ action: 'activate', user: 'ann' });
      await make().append({ action: 'rollback', user: 'bob' });
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replace('ann', 'eve'));
      assert.deepEqual(await make().last(9), { entries: [{ action: 'rollback', user: 'bob' }], damaged: 1 });
    }));

  it('says what the disk says, and goes on once it can', () =>
    withTrail(async (path, make, files) => {
      const trail = make();
      await trail.append({ n: 1 });
      for (const operation of ['tail', 'openAppend', 'append', 'sync'] as const) {
        files.plan = (asked) => (asked === operation ? { code: 'ENOSPC', torn: true } : undefined);
        await assert.rejects(trail.append({ n: 2 }), coded('trail-write', { path }));
      }
      files.plan = (asked) => (asked === 'tail' ? { code: 'EIO' } : undefined);
      await assert.rejects(trail.last(1), coded('trail-read', { path }));
      files.plan = () => undefined;
      await trail.append({ n: 3 });
      const { entries, damaged } = await trail.last(9);
      assert.deepEqual([entries[0], entries.at(-1), damaged], [{ n: 1 }, { n: 3 }, 0]);
    }));

  it('leaves a file alone that is none of its own, follows no link, and refuses a line without end', () =>
    withTrail(async (path, make) => {
      await assert.rejects(make().append({ reason: 'x'.repeat(MAX_LINE) }), coded('trail-write'));
      await make().append({ n: 1 });
      await appendFile(path, 'x'.repeat(MAX_LINE + 1));
      await assert.rejects(make().append({ n: 2 }), coded('trail-foreign', { path }));
      const link = `${path}.link`;
      await symlink(path, link);
      const linked = new Trail(new FaultyFiles(), link, { cut: () => undefined });
      await assert.rejects(linked.append({ n: 2 }), coded('trail-write'));
    }));

  it('reads at most the last MiB, and starts with a whole line', () =>
    withTrail(async (path, make) => {
      await make().append({ n: 0 });
      await writeFile(path, sealedLine({ n: 0, filler: 'x'.repeat(1000) }).repeat(3000));
      const { entries, damaged } = await make().last(10_000);
      assert.equal(damaged, 0);
      assert.ok(entries.length > 900 && entries.length < 1049, String(entries.length));
    }));
});

describe('a line of a trail', () => {
  it('gives its entry again, and nothing once a character is another', () => {
    const entries = fc.dictionary(
      fc.string().filter((name) => name !== 'sum' && name !== '__proto__'),
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
    );
    fc.assert(
      fc.property(entries, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (entry, at, other) => {
        const line = sealedLine(entry).trimEnd();
        assert.deepEqual(openedLine(line), { ...entry });
        const place = at % line.length;
        if (line[place] === other) return;
        assert.equal(openedLine(line.slice(0, place) + other + line.slice(place + 1)), undefined);
      }),
    );
  });
});
