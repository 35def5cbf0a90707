import assert from 'node:assert/strict';
import type { JournalRecord } from '../../../lib/journal/journal';
import type { Bucket, TagTrace, Trend } from '../../../lib/history/reader';
import { documentOf } from '../../../lib/report/document';
import { pastQueries } from '../../../lib/report/past';
import { tracePicture } from '../../../lib/report/picture-trace';
import { scorePicture, stretchesPicture } from '../../../lib/report/picture-score';
import { shadedUntil } from '../../../lib/report/picture-ground';
import { reportOf } from '../../../lib/report/report';
import { voiceOf } from '../../../lib/report/voice';
import { DAY, dayRequest, RUDE_ASSET, storyEntries } from './story';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SPAN = { from: DAY, to: DAY + HOUR };
const voice = voiceOf('en-US', 'UTC');
const trendOf = (ratios: readonly number[], more: Partial<Trend> = {}): Trend => ({
  ...{ asset: 'line1', ...SPAN, step: MINUTE, threshold: 1, episodes: [], tags: [] },
  score: ratios.map((ratio, n): Bucket => [DAY + n * MINUTE, ratio / 2, ratio, ratio / 2]),
  ...more,
});
/** What is written in a picture, and where. */
const labels = (svg: string): Map<string, { x: number; y: number }> =>
  new Map([...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>(?:<tspan[^>]*>)?([^<]*)/g)].map(([, x, y, text]) => [text, { x: Number(x), y: Number(y) }])); // prettier-ignore
/** The places of lines that are no areas. */
const lines = (svg: string): { x: number; y: number }[][] =>
  [...svg.matchAll(/<path d="M([^"]*)" fill="none"/g)].map(([, way]) => way.split('L').map((place) => { const [x, y] = place.split(' ').map(Number); return { x, y }; })); // prettier-ignore

describe('the picture of a score', () => {
  const caption = 'Score.';

  it('keeps threshold and levels apart and legible under a peak of 400, and says how far it went', () => {
    const { svg, caption: told, height } = scorePicture(trendOf([0.3, 0.4, 400, 3, 0.4]), SPAN, voice, [], { caption });
    const places = labels(svg);
    const [threshold, warning, critical] = ['threshold', 'WARNING', 'CRITICAL'].map((name) => places.get(name)?.y ?? 0);
    assert.ok(height - 22 - threshold > 15, 'the threshold is off the floor');
    assert.ok(threshold - warning >= 9 && warning - critical >= 9, `${threshold} ${warning} ${critical}`);
    assert.ok((places.get('400')?.y ?? 99) < critical);
    assert.match(told, /^Score\. Drawn up to 5; a number above tells how far it went\.$/);
    assert.equal(scorePicture(trendOf([0.3, 3, 0.4]), SPAN, voice, [], { caption }).caption, caption);
  });

  it('goes through the highest of each bucket', () => {
    const [drawn] = lines(scorePicture(trendOf([0.5, 2, 0.5]), SPAN, voice, [], { caption }).svg);
    const { y: critical = 0 } = labels(scorePicture(trendOf([0.5, 2, 0.5]), SPAN, voice, [], { caption }).svg).get('CRITICAL') ?? {}; // prettier-ignore
    assert.ok(Math.abs(Math.min(...drawn.map(({ y }) => y)) - (critical - 3)) < 0.2);
  });

  it('draws what comes more seldom than its buckets as one line, and what stands alone as well', () => {
    const score = [0, 30, 60, 90].map((second): Bucket => [DAY + second * 1000, 0.2, 0.3, 0.2]);
    assert.deepEqual(lines(scorePicture(trendOf([], { score, step: 1000 }), SPAN, voice, [], { caption }).svg).map(({ length }) => length), [4]); // prettier-ignore
    assert.deepEqual(lines(scorePicture(trendOf([], { score: score.slice(0, 1), step: 1000 }), SPAN, voice, [], { caption }).svg).map(({ length }) => length), [2]); // prettier-ignore
  });

  for (const [language, unit] of [
    ['en-US', '× threshold'],
    ['de', '× Schwelle'],
    ['zh-CN', '× '],
  ] as const)
    // prettier-ignore
    it(`names the unit of its axis in ${language}`, () => {
      const { svg } = scorePicture(trendOf([0.3, 0.4]), SPAN, voiceOf(language, 'UTC'), [], { caption });
      assert.ok(labels(svg).has(unit), [...labels(svg).keys()].join());
    });

  it('shades what lasts to where something is known, and no further', () => {
    const [box] = shadedUntil([{ from: DAY, to: undefined, level: 'WARNING' }], DAY + 30 * MINUTE);
    assert.equal(box.to, DAY + 30 * MINUTE);
    const { svg } = scorePicture(trendOf([1.6, 1.6]), SPAN, voice, [box], { caption });
    const [, x, width] = /<rect x="([\d.]+)"[^>]* width="([\d.]+)"/.exec(svg)?.map(Number) ?? [];
    assert.ok(Math.abs(width - (515 - 60 - 66) / 2) < 1 && x === 60, `${x} ${width}`);
  });
});

describe('the picture of a tag', () => {
  const values = [1, 1, 2, 2, 1].map((state, n): Bucket => [DAY + n * MINUTE, state, state, state]);
  const valve: TagTrace = { tag: 'MV101', stage: 'P1', unit: '', states: { 1: 'closed', 2: 'open' }, values };

  it('goes in steps for an actuator: it was never half open', () => {
    const [drawn] = lines(tracePicture(valve, MINUTE, SPAN, voice, []).svg);
    drawn.slice(1).forEach(({ x, y }, n) => assert.ok(x === drawn[n].x || y === drawn[n].y, `${x} ${y}`));
    assert.equal(new Set(drawn.map(({ y }) => y)).size, 2);
  });

  it('has its axis where that of the score is', () => {
    const ends = (svg: string): string[] => [.../<line x1="([\d.]+)" y1="[\d.]+" x2="([\d.]+)"/.exec(svg)!].slice(1); // prettier-ignore
    assert.deepEqual(ends(tracePicture(valve, MINUTE, SPAN, voice, []).svg), ends(scorePicture(trendOf([1]), SPAN, voice, [], { caption: '' }).svg)); // prettier-ignore
  });
});

describe('the pictures of an episode', () => {
  const records = storyEntries().map((entry, index): JournalRecord => ({
    ...entry,
    n: index + 1,
    hash: 'f'.repeat(64),
  }));
  const material = { records, isCut: false, standing: [], audits: [] };

  it('are of what the alarm brought where a history has the score and no values', () => {
    const report = reportOf(dayRequest(), material);
    const past = { assets: [trendOf([0.3, 0.3])], quality: [], episodes: new Map([[0, trendOf([0.3, 3, 0.3])]]) };
    const captions = documentOf(report, voice, past).blocks.flatMap((each) => (each.type === 'picture' ? [each.caption] : [])); // prettier-ignore
    assert.match(captions[1], /^Score against its threshold/);
    assert.match(captions[2], /^The tags to blame, from the windows that the alarm events brought/);
  });

  it('end with the report where it lasts, and at the newest of what is known where that is yet to come', () => {
    const open = (to: number, made: number): number[] => {
      const report = reportOf(dayRequest({ to, made }), material);
      const { episodes } = pastQueries(report, [RUDE_ASSET]);
      return [report.until, ...episodes.map(({ query }) => query.to ?? 0)].map((time) => (time - DAY) / HOUR);
    };
    assert.deepEqual(open(DAY + 24 * HOUR, DAY + 30 * HOUR), [24, 24]);
    assert.deepEqual(open(DAY + 48 * HOUR, DAY + 30 * HOUR), [30, 30]);
    const [newest] = open(DAY + 48 * HOUR, DAY).map((hours) => DAY + hours * HOUR);
    assert.equal(newest, Math.max(...records.map(({ time }) => time)));
  });

  it('of an alarm that has stood for a year begin a day before the day, not a year', () => {
    const [raised] = records.filter(({ event, asset }) => event === 'raised' && asset === RUDE_ASSET);
    const from = DAY + 365 * 24 * HOUR;
    const report = reportOf(dayRequest({ from, to: from + 24 * HOUR, made: from + 30 * HOUR }), { ...material, records: [], standing: [raised] }); // prettier-ignore
    const [{ query }] = pastQueries(report, [RUDE_ASSET]).episodes;
    assert.deepEqual([query.from, query.to], [from - 24 * HOUR, from + 24 * HOUR]);
    assert.doesNotMatch(stretchesPicture(report.episodes, report.request, voice, { caption: '', until: report.until }).svg, /NaN|Infinity/); // prettier-ignore
  });
});
