import assert from 'node:assert/strict';
import fc from 'fast-check';
import Papa from 'papaparse';
import { together } from '../../../lib/alarm/together';
import type { JournalRecord } from '../../../lib/journal/journal';
import { csvCell } from '../../../lib/journal/csv-cell';
import { episodesCsv, figuresCsv } from '../../../lib/report/csv';
import { documentOf } from '../../../lib/report/document';
import { timeTicksOf, ticksOf } from '../../../lib/report/drawing';
import { isRecord } from '../../../lib/record';
import { runsOf } from '../../../lib/report/glyphs';
import { htmlOf } from '../../../lib/report/html';
import { reportOf } from '../../../lib/report/report';
import { voiceOf } from '../../../lib/report/voice';
import { DAY, dayRequest, RUDE_ASSET, storyEntries } from './story';

const records = storyEntries().map((entry, index): JournalRecord => ({ ...entry, n: index + 1, hash: 'f'.repeat(64) }));
const report = reportOf(dayRequest(), { records, isCut: true, standing: [], audits: [] });
const voice = voiceOf('en-US', 'Europe/Berlin');
const rows = (csv: string): string[][] => Papa.parse<string[]>(csv.trimEnd()).data;

describe('a report as HTML', () => {
  const html = htmlOf(documentOf(report, voice, undefined), undefined);

  it('is one file without scripts and without anything from elsewhere', () => {
    const tags = (html.match(/<[^>]+>/g) ?? []).join('') + (/<style>[\s\S]*<\/style>/.exec(html)?.[0] ?? '');
    assert.doesNotMatch(tags, /<script|<link|<iframe|@import|url\(|\son\w+=/i);
    const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    assert.deepEqual(addresses.filter((address) => !address.startsWith('data:')), []); // prettier-ignore
    assert.match(html, /Content-Security-Policy" content="default-src 'none'/);
  });

  it('shows names and comments as they are, and none of them becomes markup', () => {
    assert.ok(html.includes('&lt;img src=x onerror=alert(1)&gt;'));
    assert.ok(!html.includes(RUDE_ASSET));
    assert.ok(html.includes('Water &amp; Co &lt;works&gt;'));
  });

  it('has a text for everything: no code of the catalogue is left, and no parameter unfilled', () => {
    const text = html.replaceAll(/<style>[\s\S]*?<\/style>|<[^>]+>/g, ' ');
    assert.deepEqual(text.match(/\b(?:column|metric|event|state|audit|figure|summary|episodes?|picture|head|origin|span|statistic|sentences|kinds|priority|sign)\.[a-z]+[a-z0-9-]*/g) ?? [], []); // prettier-ignore
    assert.deepEqual(text.match(/__\w+?__|undefined|NaN|\[object/g) ?? [], []);
  });

  it('says that its pictures are of the journal alone, that it was cut, and which record it ends with', () => {
    assert.match(html, /as no history of the values was kept/);
    assert.match(html, new RegExp(`Only the first ${records.length} records`));
    assert.ok(html.includes(`no. ${records.length}, hash ${'f'.repeat(64)}`));
  });
});

describe('how a report puts things', () => {
  const [english, german, chinese] = ['en-US', 'de', 'zh-CN'].map((language) => voiceOf(language, 'UTC'));

  it('gives a length of time in the two largest units that count', () => {
    const minute = 60_000;
    const told = [0.5, 2, 119, 120, 200, 47 * 60 + 20, 48 * 60, 7977 * 60 + 55].map((count) => english.duration(count * minute)); // prettier-ignore
    assert.deepEqual(told, ['30 s', '2 min', '119 min', '2 h', '3 h 20 min', '47 h 20 min', '2 d 0 h', '332 d 10 h']);
    assert.deepEqual([german, chinese].map(({ duration }) => duration(7977 * 60 * minute)), ['332 d 9 h', '332 天 9 小时']); // prettier-ignore
  });

  it('puts a blank between sentences only where the language has one', () => {
    assert.equal(together(['Eins.', '', 'Zwei.', '__told__']), 'Eins. Zwei. __told__');
    assert.equal(together(['一。', '二。']), '一。二。');
    assert.equal(together([]), '');
    const { summary } = documentOf(reportOf({ ...dayRequest(), language: 'zh-CN' }, { records, isCut: true, standing: [], audits: [] }), chinese, undefined); // prettier-ignore
    assert.doesNotMatch(summary, /。\s/);
  });

  it('says of what only the journal tells that it is not known whether it was judged, and is in its own language', () => {
    const html = htmlOf(documentOf(reportOf({ ...dayRequest(), language: 'de' }, { records, isCut: false, standing: [], audits: [] }), german, undefined), undefined); // prettier-ignore
    assert.match(html, /^<!DOCTYPE html>\s<html lang="de">/);
    assert.match(html, /<dt>Beurteilt<\/dt><dd>–<\/dd><dd class="of">ohne Vergangenheit nicht bekannt</);
    const empty = htmlOf(documentOf(reportOf(dayRequest(), { records: [], isCut: false, standing: [], audits: [] }), voice, undefined), undefined); // prettier-ignore
    assert.match(empty, /<dt>Data connection<\/dt><dd>–</);
  });
});

describe('culprits of a report', () => {
  it('of an actuator that stands as expected at that moment are said to switch at other times', () => {
    const pump = (expectedState: string): JournalRecord[] => {
      const states = { tag: 'P101', seen: 2, expected: 2, seenState: 'on', expectedState };
      const changed = (_: string, value: unknown): unknown => (isRecord(value) && 'feature' in value ? { ...value, ...states } : value); // prettier-ignore
      return records.map((record) => ({
        ...record,
        body: JSON.parse(JSON.stringify(record.body), changed) as unknown,
      }));
    };
    const expectedOf = (state: string): unknown[] => {
      const { blocks } = documentOf(reportOf(dayRequest(), { records: pump(state), isCut: false, standing: [], audits: [] }), voice, undefined); // prettier-ignore
      return blocks.flatMap((block) => (block.type === 'table' ? block.rows : [])).filter(([tag]) => tag === 'P101').map((row) => row[4]); // prettier-ignore
    };
    assert.deepEqual([...new Set(expectedOf('on'))], ['at other times']);
    assert.deepEqual([...new Set(expectedOf('off'))], ['off']);
  });
});

describe('a report as CSV', () => {
  it('has a row for each episode and each figure, all as wide as their heads', () => {
    const [head, ...episodes] = rows(episodesCsv(report, voice));
    assert.equal(episodes.length, 4);
    for (const each of episodes) assert.equal(each.length, head.length);
    assert.equal(episodes[0][head.indexOf('peak_ratio')], '3.2');
    assert.equal(episodes[0][head.indexOf('from')], '2026-11-27T06:00:00.000Z');
    const figures = new Map(rows(figuresCsv(report, undefined)).map(([name, value]) => [name, value]));
    assert.equal(figures.get('alarms'), '3');
    assert.equal(figures.get('time_to_acknowledge_mean'), '120');
    assert.equal(figures.get('communication line1'), '0.993056');
    const hour = 3_600_000;
    const quality = [{ asset: 'line1', from: DAY, to: DAY, step: 1000, heard: hour, came: hour, judged: hour / 2, known: 1, faulty: 0, tags: [] }]; // prettier-ignore
    const known = new Map(rows(figuresCsv(report, { assets: [], episodes: new Map(), quality })).map(([name, value]) => [name, value])); // prettier-ignore
    assert.deepEqual([known.get('heard line1'), known.get('judged line1')], ['0.041667', '0.020833']);
  });

  it('gives back every text that it was given, and none that a spreadsheet would run', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const [[cell, end]] = Papa.parse<string[]>(`${csvCell(text)},end\r\n`, {
          delimiter: ',',
          newline: '\r\n',
        }).data;
        assert.equal(end, 'end');
        assert.equal(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text, cell);
        assert.doesNotMatch(cell, /^[=+\-@\t\r]/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the pictures of a report', () => {
  it('have round ticks within the range, few of them', () => {
    const ends = fc.tuple(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
    );
    fc.assert(
      fc.property(ends, fc.integer({ min: 2, max: 10 }), ([from, length], about) => {
        const ticks = ticksOf(from, from + length, about);
        assert.ok(ticks.length >= 1 && ticks.length <= about + 1, String(ticks));
        for (const tick of ticks) assert.ok(tick >= from - length * 1e-6 && tick <= from + length * (1 + 1e-6));
      }),
    );
  });

  it('have times at round hours of their own zone', () => {
    const from = Date.UTC(2026, 10, 27, 5);
    const ticks = timeTicksOf(from, from + 86_400_000, 8, voice.ahead(from)).map(voice.clock);
    assert.deepEqual(ticks, ['06:00', '09:00', '12:00', '15:00', '18:00', '21:00', '00:00', '03:00', '06:00']);
  });

  it('draw every sign in a font that has it, and lose none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(runsOf(text).map((run) => run.text).join(''), text); // prettier-ignore
      }),
    );
    assert.deepEqual(runsOf('泵 P101 ▲ ü'), [{ text: '泵', isWide: true }, { text: ' P101 ', isWide: false }, { text: '▲', isWide: true }, { text: ' ü', isWide: false }]); // prettier-ignore
  });
});
