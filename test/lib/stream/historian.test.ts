import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { SwatError } from '../../../lib/errors';
import { createPlant } from '../../../lib/plant/dictionary';
import { readHistorian, type HistorianItem, type HistorianOptions } from '../../../lib/stream/historian';
import { timeReader } from '../../../lib/stream/local-time';

const plant = createPlant(
  'test',
  ['LIT101', 'FIT101', 'MV101'].map((name) => ({ name, stage: 'P1', kind: 'sensor', unit: '', low: 0, high: 1000 })),
);
const options = (more: Partial<HistorianOptions> = {}): HistorianOptions => ({
  plant,
  timeZone: 'UTC',
  columns: { time: '', label: '' },
  ...more,
});

async function read(text: string, more: Partial<HistorianOptions> = {}, chunk = 7): Promise<HistorianItem[]> {
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, i) =>
    bytes.subarray(i * chunk, (i + 1) * chunk),
  );
  const items: HistorianItem[] = [];
  for await (const item of readHistorian(Readable.from(chunks), options(more))) items.push(item);
  return items;
}
const records = (items: HistorianItem[]) => items.flatMap((item) => (item.kind === 'record' ? [item.record] : []));
const fails = (expected: string) => (error: unknown) => error instanceof SwatError && error.code === expected;

describe('readHistorian', () => {
  it('reads the published form: stages above the header, spaces around names, day first, `A ttack`', async () => {
    const items = await read(
      '\uFEFF,P1,,\r\n Timestamp,FIT101, LIT101 ,XYZ,Normal/Attack\r\n' +
        ' 28/12/2015 10:00:00 AM,2.5,522.8,7,Normal\r\n 28/12/2015 12:00:00 PM,0,523,7,A ttack\r\n' +
        ' 28/12/2015 12:00:01 PM,0,523,7,Attack\r\n 28/12/2015 12:00:02 AM,0,524,7,odd',
      { timeZone: 'Asia/Singapore' },
    );
    const header = items.find((item) => item.kind === 'header')!;
    assert.deepEqual([header.columns.unknown, header.columns.missing], [['XYZ'], ['MV101']]);
    const noon = Date.UTC(2015, 11, 28, 4);
    assert.deepEqual(records(items), [
      {
        line: 3,
        time: Date.UTC(2015, 11, 28, 2),
        values: { FIT101: 2.5, LIT101: 522.8 },
        label: { attack: null, since: null },
      },
      { line: 4, time: noon, values: { FIT101: 0, LIT101: 523 }, label: { attack: true, since: noon } },
      { line: 5, time: noon + 1000, values: { FIT101: 0, LIT101: 523 }, label: { attack: true, since: noon } },
      {
        line: 6,
        time: Date.UTC(2015, 11, 27, 16, 0, 2),
        values: { FIT101: 0, LIT101: 524 },
        unreadable: [{ column: 'Normal/Attack', value: 'odd' }],
      },
    ]);
  });

  it('takes every titled column but time and label for a tag, where there is no plant', async () => {
    const items = await read(',P1,,\nDate,Flow,Level 1,Label\n2026-01-05,1,2,0\n', { plant: undefined });
    assert.deepEqual(records(items), [
      { line: 3, time: Date.UTC(2026, 0, 5), values: { Flow: 1, 'Level 1': 2 }, label: { attack: null, since: null } },
    ]);
  });

  it('does not depend on where the chunks end', async () => {
    const text = 'when;LIT101;FIT101\n2026-01-05T00:00:00Z;1,5;2\n1767571201;"2";ä\n';
    const whole = await read(text, {}, 1000);
    assert.deepEqual(
      records(whole).map(({ time, values }) => [time, values]),
      [
        [Date.UTC(2026, 0, 5), { LIT101: 1.5, FIT101: 2 }],
        [1_767_571_201_000, { LIT101: 2 }],
      ],
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (size) =>
        assert.deepEqual(await read(text, {}, size), whole),
      ),
      { numRuns: 15 },
    );
  });

  it('tells the cells that it could not read, shortened, and takes the rest of the line', async () => {
    const items = await read(
      `time,LIT101,FIT101,Label\n2026-01-05,abc,1,Maybe\n2026-01-06,1,,\n2026-01-07,${'x'.repeat(50)},1,Attack\n`,
    );
    assert.deepEqual(
      records(items).map(({ values, unreadable }) => [values, unreadable]),
      [
        [
          { FIT101: 1 },
          [
            { column: 'LIT101', value: 'abc' },
            { column: 'Label', value: 'Maybe' },
          ],
        ],
        [{ LIT101: 1 }, undefined],
        [{ FIT101: 1 }, [{ column: 'LIT101', value: 'x'.repeat(40) }]],
      ],
    );
  });

  it('refuses a line with cells beyond the header, but not a separator at its end', async () => {
    const items = await read('time,LIT101,FIT101\n2026-01-05,1,2,3\n2026-01-06,1,2,\n');
    assert.deepEqual(
      items.slice(1).map((item) => (item.kind === 'skipped' ? [item.error.code, item.error.details] : item.kind)),
      [['line-wide', { line: 2, cells: 4, expected: 3 }], 'record'],
    );
  });

  it('reads a title that is a reserved name for no tag', async () => {
    const items = await read('time,__proto__,A\n2026-01-05,1,2\n', { plant: undefined });
    assert.deepEqual(records(items)[0].values, { A: 2 });
  });

  it('tells broken lines with their number, and passes over them', async () => {
    const items = await read(
      'time,LIT101,FIT101\n2026-01-05 00:00:00,1,1\n2026-01-05 00:00:01,1\nyesterday,1,1\n2026-02-30 00:00:00,1,1\n' +
        `2026-01-05 00:00:02,bad,\n2026-01-05 00:00:03,"1,1\n${'9'.repeat(2_000_000)}\n\n2026-01-05 00:00:04,2,2\n`,
      {},
      65_536,
    );
    assert.deepEqual(
      items.flatMap((item) => (item.kind === 'skipped' ? [[item.line, item.error.code]] : [])),
      [
        [3, 'line-short'],
        [4, 'line-time'],
        [5, 'line-time'],
        [6, 'line-values'],
        [7, 'line-quote'],
        [8, 'line-long'],
      ],
    );
    assert.deepEqual(
      records(items).map(({ line }) => line),
      [2, 10],
    );
  });

  for (const [code, text, more] of [
    ['file-empty', '', {}],
    ['file-empty', '\uFEFF\n \n', {}],
    ['csv-no-tags', 'a,b,c\n1,2,3\n', {}],
    ['csv-no-tags', 'x\n'.repeat(1000), {}],
    ['csv-no-time', 'LIT101,FIT101\n1,2\n3,4\n', {}],
    ['csv-no-time', `time,LIT101\n${'soon,1\n'.repeat(5000)}`, {}],
    ['csv-column-named', 'time,LIT101\n0,1\n', { columns: { time: 'Uhrzeit', label: '' } }],
    ['csv-column-named', 'time,LIT101\n0,1\n', { columns: { time: '', label: 'truth' } }],
    ['time-zone', 'time,LIT101\n', { timeZone: 'Mars/Base' }],
  ] as const) {
    it(`refuses ${JSON.stringify(text.slice(0, 30))} with ${code}`, () =>
      assert.rejects(read(text, more, 4096), fails(code)));
  }

  it('reads 200,000 lines in bounded memory, as slowly as they are taken', async () => {
    const count = 200_000;
    let pulled = 0;
    function* file(): Generator<Buffer> {
      yield Buffer.from('time,LIT101,FIT101,MV101\n');
      for (let line = 0; line < count; line += 100) {
        pulled = line;
        const lines = Array.from({ length: 100 }, (_, i) => `${1_767_571_200 + line + i},${500 + i},2.5,2\n`);
        yield Buffer.from(lines.join(''));
      }
    }
    const before = process.memoryUsage().heapUsed;
    let most = 0;
    let taken = 0;
    for await (const item of readHistorian(Readable.from(file(), { objectMode: true, highWaterMark: 2 }), options())) {
      if (item.kind !== 'record') continue;
      taken += 1;
      if (taken % 20_000 === 0) {
        most = Math.max(most, process.memoryUsage().heapUsed - before);
        assert.ok(pulled - taken < 1000, 'reads no further ahead than a few chunks');
      }
    }
    assert.equal(taken, count);
    assert.ok(most < 120_000_000, `${most} bytes`);
  });
});

describe('timeReader', () => {
  const berlin = timeReader('Europe/Berlin');
  for (const [text, expected] of [
    ['2026-01-05T10:00:00Z', '2026-01-05T10:00:00.000Z'],
    ['2026-01-05 10:00', '2026-01-05T09:00:00.000Z'],
    ['2026-07-05 10:00:00.25', '2026-07-05T08:00:00.250Z'],
    ['2026-01-05T10:00:00+05:30', '2026-01-05T04:30:00.000Z'],
    ['2026-01-05', '2026-01-04T23:00:00.000Z'],
    [' 5.7.2026 22:00:01', '2026-07-05T20:00:01.000Z'],
    ['05/07/2026 12:30:00 am', '2026-07-04T22:30:00.000Z'],
    ['1767571200', '2026-01-05T00:00:00.000Z'],
    ['1767571200.5', '2026-01-05T00:00:00.500Z'],
    ['1767571200123', '2026-01-05T00:00:00.123Z'],
    // Clocks go back at 3:00 on 25 October: 2:30 comes twice, its first counts.
    ['2026-10-25 02:30:00', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25 03:00:00', '2026-10-25T02:00:00.000Z'],
    // Clocks go forward at 2:00 on 29 March: there is no 2:30.
    ['2026-03-29 02:30:00', '2026-03-29T01:30:00.000Z'],
    ['2026-03-29 03:00:00', '2026-03-29T01:00:00.000Z'],
  ] as const) {
    it(`reads ${JSON.stringify(text)}`, () => assert.equal(new Date(berlin(text)!).toISOString(), expected));
  }

  for (const text of ['', 'now', '31/02/2026 10:00:00', '28/12/2015 13:00:00 PM', '2026-13-01', '25:00', '12', 'NaN']) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(berlin(text), undefined));
  }
});
