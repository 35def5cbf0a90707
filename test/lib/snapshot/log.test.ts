import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { SwatError } from '../../../lib/errors';
import { readStateFile, type StateEntry } from '../../../lib/snapshot/file';
import { StateLog, type StateOwner } from '../../../lib/snapshot/log';
import { FaultyFiles, type Fault, type Operation } from '../../harness/faulty-files';

const HEADER = { kind: 'swat-test', version: 1, key: 'settings' };

/** Texts by key: their whole is the text, an addition is what is put behind it. */
class Texts implements StateOwner {
  readonly texts = new Map<string, string>();
  log!: StateLog;

  keys = (): Iterable<string> => this.texts.keys();
  full = (key: string): Uint8Array | undefined => {
    const text = this.texts.get(key);
    return text === undefined ? undefined : Buffer.from(text);
  };
  set(key: string, text: string): void {
    this.texts.set(key, text);
    this.log.change(key);
  }
  add(key: string, text: string): void {
    this.texts.set(key, `${this.texts.get(key) ?? ''}${text}`);
    this.log.delta(key, Buffer.from(text));
  }
  remove(key: string): void {
    this.texts.delete(key);
    this.log.forget(key);
  }
}

const textOf = ({ full, deltas }: StateEntry): string => Buffer.concat([full, ...deltas]).toString();

describe('the state log', () => {
  let folder: string;
  let path: string;
  let files: FaultyFiles;
  let failures: SwatError[];
  let recoveries: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'swat-state-'));
    path = join(folder, 'swat', 'state', 'node.state');
    files = new FaultyFiles();
    failures = [];
    recoveries = 0;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const watcher = {
    failed: (error: SwatError) => failures.push(error),
    recovered: () => (recoveries += 1),
  };
  const saved = async (): Promise<Record<string, string> | string> => {
    const file = await readStateFile(files, path, HEADER);
    if (file.found !== 'restored') return file.found;
    return Object.fromEntries([...file.entries].map(([key, entry]) => [key, textOf(entry)]));
  };
  /** An owner, its log, and everything that was saved before. */
  const open = async (): Promise<Texts> => {
    const owner = new Texts();
    const file = await readStateFile(files, path, HEADER);
    const restored = file.found === 'restored' ? file : undefined;
    for (const [key, entry] of restored?.entries ?? []) owner.texts.set(key, textOf(entry));
    const keys = [...(restored?.entries ?? [])].map(([key, { full }]) => [key, full.byteLength] as const);
    const known = restored && { size: restored.size, keys };
    owner.log = new StateLog(files, path, HEADER, owner, watcher, known);
    return owner;
  };

  it('keeps wholes and additions over a restart, and forgets what is gone', async () => {
    const first = await open();
    first.set('a', '1');
    first.set('b', 'x');
    await first.log.flush();
    first.add('a', '2');
    first.remove('b');
    first.add('new', 'n');
    await first.log.flush();
    assert.deepEqual(await saved(), { a: '12', new: 'n' });
    await first.log.close();
    const second = await open();
    assert.deepEqual(Object.fromEntries(second.texts), { a: '12', new: 'n' });
    second.add('a', '3');
    await second.log.close();
    assert.deepEqual(await saved(), { a: '123', new: 'n' });
    second.add('a', '4');
    await second.log.flush();
    assert.deepEqual(await saved(), { a: '123', new: 'n' }, 'nothing is saved after the end');
  });

  it('cuts a torn end off, and keeps everything before it', async () => {
    const owner = await open();
    owner.set('a', '1');
    await owner.log.flush();
    owner.set('b', '2');
    await owner.log.close();
    const whole = (await stat(path)).size;
    for (const cut of [1, 5, 11]) {
      await truncate(path, whole - cut);
      const file = await readStateFile(files, path, HEADER);
      assert.ok(file.found === 'restored' && file.cut > 0);
      assert.deepEqual([...file.entries.keys()], ['a']);
    }
    const again = await open();
    again.set('c', '3');
    await again.log.close();
    assert.deepEqual(await saved(), { a: '1', c: '3' });
    await appendFile(path, 'noise');
    assert.deepEqual(await saved(), { a: '1', c: '3' });
  });

  it('reads all of a flush back or none, also where it took several batches and more came meanwhile', async () => {
    const owner = await open();
    owner.set('a', '1');
    await owner.log.flush();
    const before = (await stat(path)).size;
    const big = 'x'.repeat(300_000);
    for (const key of ['b', 'c', 'd', 'e', 'f']) owner.set(key, big);
    const flushed = owner.log.flush();
    await new Promise((resolve) => setImmediate(resolve));
    owner.set('a', '2');
    owner.remove('f');
    await flushed;
    await owner.log.close();
    const all = { a: '2', b: big, c: big, d: big, e: big };
    assert.deepEqual(await saved(), all);
    const { size } = await stat(path);
    const whole = await readFile(path);
    const ends = new Set<string>();
    for (let end = before; end <= size; end += 1 + Math.floor((size - before) / 50)) {
      await writeFile(path, whole.subarray(0, end));
      ends.add(Object.keys((await saved()) as Record<string, string>).join(''));
    }
    await writeFile(path, whole);
    ends.add(Object.keys((await saved()) as Record<string, string>).join(''));
    assert.deepEqual([...ends], ['a', 'abcde']);
  });

  it('ends a flush whose rest has gone meanwhile', async () => {
    const owner = await open();
    owner.set('a', '1');
    await owner.log.flush();
    const big = 'x'.repeat(300_000);
    for (const key of ['b', 'c', 'd']) owner.set(key, big);
    const flushed = owner.log.flush();
    await new Promise((resolve) => setImmediate(resolve));
    owner.remove('d');
    await flushed;
    assert.deepEqual(await saved(), { a: '1', b: big, c: big });
  });

  it('tells other settings, a later version and damage apart', async () => {
    assert.equal(await saved(), 'none');
    const owner = await open();
    owner.set('a', '1');
    await owner.log.close();
    const found = async (more: Partial<typeof HEADER>): Promise<string> =>
      (await readStateFile(files, path, { ...HEADER, ...more })).found;
    assert.equal(await found({ key: 'others' }), 'other');
    assert.equal(await found({ version: 0 }), 'newer');
    assert.equal(await found({ version: 2 }), 'other');
    assert.equal(await found({ kind: 'swat-else' }), 'damaged');
    for (const content of ['', 'swat-state 1 {}\n', 'swat-state 1 {"kind"', '\u0000'.repeat(10_000)]) {
      await writeFile(path, content);
      assert.equal(await saved(), 'damaged', content.slice(0, 20));
    }
  });

  it('is written anew when it has grown, and holds only what there is', async () => {
    const owner = await open();
    owner.set('big', 'x'.repeat(700_000));
    owner.set('gone', 'y');
    await owner.log.flush();
    owner.remove('gone');
    for (let turn = 0; turn < 9; turn += 1) {
      owner.set('big', String(turn).repeat(700_000));
      await owner.log.flush();
    }
    assert.ok((await stat(path)).size < 3.6e6, 'five wholes and more do not stay');
    owner.add('big', '!');
    await owner.log.close();
    assert.deepEqual(await saved(), { big: `${'8'.repeat(700_000)}!` });
    assert.deepEqual(await readdir(join(folder, 'swat', 'state')), ['node.state']);
  });

  const outages: [string, (operation: Operation) => Fault | undefined][] = [
    ['full', (operation) => (operation === 'append' ? { code: 'ENOSPC', torn: true } : undefined)],
    [
      'read-only',
      (operation) => (['append', 'openAppend', 'move'].includes(operation) ? { code: 'EROFS' } : undefined),
    ],
    ['failing on sync', (operation) => (operation === 'sync' ? { code: 'EIO' } : undefined)],
    ['failing on the rename', (operation) => (operation === 'move' ? { code: 'EACCES' } : undefined)],
  ];
  for (const [name, fault] of outages) {
    it(`keeps the last good state on a disk that is ${name}, says so once, and catches up`, async () => {
      const owner = await open();
      owner.set('a', '1');
      owner.set('b', '1');
      await owner.log.flush(true);
      files.plan = fault;
      for (let turn = 2; turn < 6; turn += 1) {
        owner.add('a', String(turn));
        owner.remove('b');
        // A rename is needed only once something else has failed.
        if (name === 'failing on the rename' && turn === 2) files.plan = () => ({ code: 'EIO' });
        await owner.log.flush(true);
        files.plan = fault;
      }
      const standing = await saved();
      assert.ok(typeof standing === 'object' && standing.a.startsWith('1'), 'the last good state stays readable');
      assert.deepEqual(
        failures.map(({ code }) => code),
        ['state-write'],
      );
      files.plan = () => undefined;
      assert.equal(await owner.log.flush(true), true);
      assert.deepEqual(await saved(), { a: '12345' });
      assert.deepEqual([failures.length, recoveries], [1, 1]);
      await owner.log.close();
    });
  }

  it('writes additions while they are less than the whole, and the whole once they are not', async () => {
    const owner = await open();
    owner.set('a', 'x'.repeat(1000));
    await owner.log.flush();
    const whole = (await stat(path)).size;
    owner.add('a', 'y'.repeat(900));
    assert.ok(owner.log.wantsDelta('a'));
    await owner.log.flush();
    assert.ok((await stat(path)).size - whole < 1000);
    owner.add('a', 'z'.repeat(900));
    owner.add('a', 'z'.repeat(900));
    assert.ok(!owner.log.wantsDelta('a'), 'the whole is to be written, no addition counts');
    owner.add('a', '!');
    await owner.log.close();
    assert.deepEqual(await saved(), { a: `${'x'.repeat(1000)}${'y'.repeat(900)}${'z'.repeat(1800)}!` });
  });

  it('does not fall behind a slow disk without bound', async () => {
    const owner = await open();
    owner.set('a', '');
    await owner.log.flush();
    files.plan = (operation) => (operation === 'append' ? 30 : undefined);
    const flush = owner.log.flush();
    const megabyte = Buffer.alloc(1024 * 1024, 'z');
    for (let n = 0; n < 20; n += 1) {
      owner.texts.set('a', String(n));
      owner.log.delta('a', megabyte);
    }
    await flush;
    await owner.log.close();
    assert.deepEqual(await saved(), { a: '19' }, 'beyond 8 MiB the whole takes the place of the additions');
  });

  it('holds, after any sequence of changes, faults and crashes, a state that was true at a flush', async () => {
    const key = fc.constantFrom('a', 'b', 'ü/../c', '__proto__');
    const act = fc.oneof(
      { weight: 4, arbitrary: fc.tuple(fc.constant('add' as const), key) },
      { weight: 2, arbitrary: fc.tuple(fc.constant('set' as const), key) },
      { weight: 1, arbitrary: fc.tuple(fc.constant('remove' as const), key) },
      { weight: 4, arbitrary: fc.tuple(fc.constantFrom('flush' as const, 'sync' as const), key) },
      { weight: 1, arbitrary: fc.tuple(fc.constantFrom('fault' as const, 'mend' as const, 'crash' as const), key) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
        await rm(join(folder, 'swat'), { recursive: true, force: true });
        files.plan = () => undefined;
        let owner = await open();
        const states = [sorted({})];
        let n = 0;
        for (const [kind, name] of acts) {
          n += 1;
          if (kind === 'add') owner.add(name, `${n},`);
          else if (kind === 'set') owner.set(name, `${n}:`.repeat(30));
          else if (kind === 'remove') owner.remove(name);
          else if (kind === 'fault')
            files.plan = (op) => (op === 'append' ? { code: 'ENOSPC', torn: true } : undefined);
          else if (kind === 'mend') files.plan = () => undefined;
          else if (kind === 'crash') {
            files.plan = (op) => (['append', 'openAppend'].includes(op) ? { code: 'EIO' } : undefined);
            await owner.log.close();
            files.plan = () => undefined;
            owner = await open();
          } else if (await owner.log.flush(kind === 'sync')) states.push(sorted(Object.fromEntries(owner.texts)));
          const there = await saved();
          const now = there === 'none' ? sorted({}) : sorted(there as Record<string, string>);
          assert.equal(now, states.at(-1), `after ${kind}`);
        }
        await owner.log.close();
      }),
      { numRuns: 150 },
    );
  });

  it('reads any bytes without a crash', async () => {
    const owner = await open();
    for (const key of ['a', 'b', 'c']) owner.set(key, key.repeat(50));
    await owner.log.close();
    const good = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }), async (at, byte) => {
        const bad = Buffer.from(good);
        bad[at] = byte;
        await writeFile(path, bad);
        const file = await readStateFile(files, path, HEADER);
        if (file.found === 'restored') assert.ok(file.size + file.cut === good.length);
      }),
      { numRuns: 200 },
    );
  });
});

/** The same text for the same texts by key. */
const sorted = (texts: Record<string, string>): string =>
  JSON.stringify(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)));
