import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { createPlant } from '../../../lib/plant/dictionary';
import { AssetWindows } from '../../../lib/stream/windows';
import type { FileSource } from '../../../lib/train/file-source';
import { NO_EXCLUSIONS, type Exclusions } from '../../../lib/train/exclusions';
import { readFileRows, type FileReading, type ReadingHooks, type ReadingProgress } from '../../../lib/train/read-file';
import { coded, withFolder } from '../model/sample';
import { csvOf, seconds, sourceOf, START, TAGS, WINDOWS } from './csv';

const SILENT: ReadingHooks = { reading: () => {}, cancelled: () => false };

const reading = (
  content: string | Uint8Array,
  more: Partial<FileSource> = {},
  exclude: Exclusions = NO_EXCLUSIONS,
  hooks = SILENT,
  name = 'a.csv',
): Promise<FileReading> =>
  withFolder(async (folder) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return readFileRows(sourceOf(path, more), exclude, 5, hooks);
  });

const found = ({ quality }: FileReading): string[] => quality.findings.map(({ code }) => code);

describe('reading a file to learn from', () => {
  it('gives the very windows that the nodes cut, packed or not', async () => {
    const rows = seconds(300, 1, (values, second) => {
      if (second % 50 === 49) values.FIT1 = '';
    });
    const cutter = new AssetWindows(createPlant('p', TAGS), WINDOWS);
    const windows = rows.flatMap((values, second) => cutter.accept('x', values, START + second * 1000, second).windows);
    for (const [content, name] of [
      [csvOf(rows), 'a.csv'],
      [gzipSync(csvOf(rows)), 'a.csv.gz'],
    ] as const) {
      const { data, quality, note } = await reading(content, {}, NO_EXCLUSIONS, SILENT, name);
      assert.deepEqual([data.count, data.stride, data.schema.id], [296, 1, cutter.schema.id]);
      assert.deepEqual(
        [...data.times],
        windows.map(({ end }) => end),
      );
      assert.deepEqual(
        [...data.rows],
        windows.flatMap(({ features }) => features),
      );
      assert.deepEqual([note.samples, quality.record.samples, quality.tags[1].count], [300, 300, 294]);
    }
  });

  it('cuts by time where the nodes do', async () => {
    const grid = { periodMs: 2000, latenessMs: 4000 };
    const { data } = await reading(csvOf(seconds(300)), { windows: { ...WINDOWS, grid } });
    assert.ok(data.count >= 145 && data.count <= 147, String(data.count));
    assert.equal(data.times[1] - data.times[0], 2000);
  });

  it('leaves out what is labelled or excluded, with every window that touches it', async () => {
    const exclude: Exclusions = { tags: [], ranges: [[START + 200_000, START + 209_500]] };
    const label = (second: number): string => (second >= 100 && second < 120 ? 'Attack' : 'Normal');
    const { data, note, quality } = await reading(csvOf(seconds(300), label), {}, exclude);
    assert.deepEqual([note.labelled, note.excluded, quality.record.samples], [20, 10, 270]);
    assert.equal(data.count, 296 - 24 - 14);
    for (const time of data.times) {
      const second = (time - START) / 1000;
      assert.ok(second < 100 || (second >= 124 && second < 200) || second >= 214, String(second));
    }
    assert.equal(quality.record.gaps.count, 0);
  });

  it('takes a window with bad data where the bad tag is excluded', async () => {
    const rows = seconds(300).map(({ LIT1, MV1 }) => ({ LIT1, MV1 }));
    const without = await reading(csvOf(rows));
    assert.equal(without.data.count, 0);
    assert.deepEqual(without.quality.findings[0].exclude, undefined);
    const missing = without.quality.findings.find(({ code }) => code === 'missing-tags');
    assert.deepEqual([missing?.severity, missing?.exclude], ['stop', { tags: ['FIT1'] }]);
    const { data, quality } = await reading(csvOf(rows), {}, { tags: ['FIT1'], ranges: [] });
    assert.equal(data.count, 296);
    assert.ok(!quality.findings.some(({ severity }) => severity === 'stop'));
  });

  it('learns the tags of a file that comes without a dictionary', async () => {
    const { data } = await reading(csvOf(seconds(300)), { tags: undefined });
    assert.deepEqual(
      data.schema.tags.map(({ name, kind }) => [name, kind]),
      [
        ['LIT1', 'sensor'],
        ['FIT1', 'sensor'],
        ['MV1', 'actuator'],
      ],
    );
    await assert.rejects(reading('Timestamp,A\n2026-01-01T00:00:00Z,x\n', { tags: undefined }), coded('csv-no-values'));
  });

  it('thins a long file to as many rows as are wanted, and says so', async () => {
    const result = await reading(csvOf(seconds(1000)), { rows: 300 });
    assert.deepEqual([result.data.count, result.data.stride], [249, 4]);
    assert.ok(found(result).includes('thinned'));
    assert.deepEqual([result.quality.record.stride, result.quality.record.wantedStride], [4, 1]);
  });

  it('tells how far it is, and stops when it is asked to', async () => {
    const told: ReadingProgress[] = [];
    await reading(csvOf(seconds(5000)), {}, NO_EXCLUSIONS, { ...SILENT, reading: (progress) => told.push(progress) });
    assert.equal(told.length, 2);
    assert.ok(
      told[0].samples >= 1999 && (told[1].fraction ?? 0) > (told[0].fraction ?? 1) && (told[1].fraction ?? 2) <= 1,
    );
    const stopping = { ...SILENT, cancelled: () => true };
    await assert.rejects(reading(csvOf(seconds(50)), {}, NO_EXCLUSIONS, stopping), coded('training-cancelled'));
    await assert.rejects(reading('x'.repeat(500_000), {}, NO_EXCLUSIONS, stopping), coded('training-cancelled'));
  });

  for (const [what, content, code] of [
    ['nothing', '', 'file-empty'],
    ['blanks', ' \n\n', 'file-empty'],
    ['no tag of the plant', 'a,b\n1,2\n', 'csv-no-tags'],
    ['binary', Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7919) % 256), 'csv-no-tags'],
    ['NUL bytes', new Uint8Array(100_000), 'csv-no-tags'],
    ['one endless line', 'X'.repeat(5_000_000), 'csv-no-tags'],
    [
      'a hundred thousand columns',
      `${Array.from({ length: 100_000 }, (_, at) => `C${at}`).join()}\n1\n`,
      'csv-no-tags',
    ],
    ['UTF-16', Buffer.from('Timestamp,LIT1\n2026-01-01,1\n', 'utf16le'), 'csv-no-tags'],
    ['no time', `x,LIT1,FIT1,MV1\n${'a,1,2,1\n'.repeat(50)}`, 'csv-no-time'],
    ['no numbers', `Timestamp,LIT1,FIT1,MV1\n${'2026-01-01T00:00:00Z,a,b,c\n'.repeat(50)}`, 'csv-no-values'],
    ['a header alone', 'Timestamp,LIT1,FIT1,MV1\n', 'csv-no-lines'],
  ] as const) {
    it(`refuses a file of ${what}`, () => assert.rejects(reading(content), coded(code)));
  }

  it('takes no more memory than a line for a small file that unpacks to a huge one', async function () {
    this.timeout(20_000);
    const bomb = gzipSync(Buffer.alloc(200_000_000), { level: 1 });
    assert.ok(bomb.length < 1_000_000);
    const before = process.memoryUsage();
    await assert.rejects(reading(bomb, {}, NO_EXCLUSIONS, SILENT, 'a.csv.gz'), coded('csv-no-tags'));
    const after = process.memoryUsage();
    const grown = after.heapUsed + after.external - before.heapUsed - before.external;
    assert.ok(grown < 100e6, `${grown} bytes`);
  });

  it('passes over broken lines among good ones, and reads other encodings as far as it can', async () => {
    const lines = csvOf(seconds(400)).split('\n');
    lines.splice(50, 0, 'x'.repeat(2_000_000));
    lines.splice(100, 0, '2026-01-01T00:01:30Z,1');
    lines.splice(150, 0, '\u0000\u0000,\u0000');
    lines.splice(200, 0, '"2026');
    const result = await reading(Buffer.from(lines.join('\r\n'), 'latin1'));
    assert.equal(result.quality.record.unreadableLines, 4);
    assert.equal(result.data.count, 396);
    assert.ok(found(result).includes('unreadable'));
  });

  it('reads a header of a hundred thousand columns that has the tags', async () => {
    const more = Array.from({ length: 20_000 }, (_, at) => `X${at}`).join();
    const rest = ','.repeat(19_999);
    const lines = csvOf(seconds(300)).trimEnd().split('\n');
    const wide = lines.map((line, at) => `${line},${at === 0 ? more : rest}`).join('\n');
    const { data, quality } = await reading(wide);
    assert.deepEqual([data.count, quality.record.unknownColumns.length], [296, 50]);
    assert.ok(JSON.stringify(quality).length < 100_000);
  });

  it('gives rows or a reason for any text whatever', () => {
    const cell = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('LIT1', 'Timestamp', '2026-01-01T00:00:00Z', '1', '"', ','),
    );
    const lines = fc.array(
      fc.array(cell, { maxLength: 5 }).map((cells) => cells.join()),
      { maxLength: 40 },
    );
    return fc.assert(
      fc.asyncProperty(lines, fc.boolean(), async (rows, known) => {
        try {
          const { data } = await reading(rows.join('\n'), known ? {} : { tags: undefined });
          assert.ok(data.rows.every(Number.isFinite));
        } catch (cause) {
          assert.ok(typeof (cause as { code?: unknown }).code === 'string', String(cause));
        }
      }),
      { numRuns: 100 },
    );
  });
});
