import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SqlJournal } from '../../../lib/journal/sql-journal';
import type { Bucket, HistoryReader, Trend, TrendQuery } from '../../../lib/history/reader';
import { threadsWith, type StartThread } from '../../../lib/platform/threads';
import { ReportMaker, type ReportSources } from '../../../lib/report/maker';
import { incidentSpan } from '../../../lib/report/incident';
import { readRequest } from '../../../lib/report/read-request';
import { DAY, dayRequest, SHIFTS, storyJournal } from './story';
import { pagesOf } from './pdf-text';

describe('a report made in a thread of its own', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'swat-report-'));
  let journal: SqlJournal;
  before(async () => (journal = await storyJournal(join(folder, 'journal.db'))));
  after(async () => {
    await journal.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const sources = (more: Partial<ReportSources> = {}): ReportSources => ({
    journal,
    history: undefined,
    audits: () => Promise.resolve([]),
    ...more,
  });

  it('is a PDF of A4 pages that say what happened: none empty, nothing lost, the lines to sign on at its end', async () => {
    const { files, text } = await new ReportMaker().make(dayRequest({ formats: ['pdf'] }), sources());
    assert.match(text, /^3 alarms were raised\. The worst was CRITICAL in line1 at 2026-11-27, 07:00: P1: LIT101 mean is 812\.3 mm/); // prettier-ignore
    const pages = pagesOf(files[0].bytes);
    const all = pages.map((page) => page.text).join('\n');
    for (const { box, drawn, text: shown } of pages) {
      assert.equal(box, '0 0 595.28 841.89');
      assert.ok(drawn > 3000 && shown.length > 150, `an empty page: ${shown}`);
    }
    const parts = ['Day report: Water & Co <works>', 'Anomalies', 'No. 1: CRITICAL in line1', 'No. 2: INFO', 'No. 3: WARNING', 'No. 4: WARNING', 'Alarm metrics (ISA-18.2)', 'Availability and data quality', 'By the communication alarms', 'Model versions', 'Actions of people', 'Written by']; // prettier-ignore
    const places = parts.map((part) => all.replaceAll(' ', '').indexOf(part.replaceAll(' ', '')));
    assert.deepEqual(places, [...places].sort((a, b) => a - b)); // prettier-ignore
    assert.ok(places.every((place) => place >= 0), parts.filter((_, index) => places[index] < 0).join(', ')); // prettier-ignore
    assert.ok(!all.includes('\ufffd'), 'a sign without a letter');
    assert.match(pages[pages.length - 1].text, new RegExp(`Page ${pages.length} of ${pages.length}`));
  });

  it('draws Chinese, too, where a name or a comment is in Chinese', async () => {
    const { files } = await new ReportMaker().make(dayRequest({ formats: ['pdf'], plant: '一号水厂' }), sources());
    assert.ok(pagesOf(files[0].bytes)[0].text.replaceAll(' ', '').includes('一号水厂'));
  });

  it('shows how score and tags went where a history keeps them', async () => {
    const asked: TrendQuery[] = [];
    const wave = ({ from = 0, to = 0 }: TrendQuery): Bucket[] =>
      Array.from({ length: 100 }, (_, n) => [from + (n * (to - from)) / 100, n / 50, n / 40, n / 45] as const);
    const history: Pick<HistoryReader, 'trend' | 'assets' | 'quality'> = {
      quality: (asset, span) =>
        Promise.resolve({ asset, ...span, step: 10_000, heard: 4 * 3_600_000, came: 4 * 3_600_000, judged: 3 * 3_600_000, known: 51, faulty: 1, tags: [{ tag: 'AIT202', stage: 'P2', bad: 3_600_000, missing: 0 }] }), // prettier-ignore
      assets: () => Promise.resolve({ assets: [{ asset: 'line1', first: DAY, last: DAY, level: 'NONE' }] }),
      trend(query) {
        asked.push(query);
        const { asset = '', from = 0, to = 0, tags = [] } = query;
        const values = wave(query);
        const traces = tags.map((tag) => ({
          tag,
          stage: 'P1',
          unit: 'mm',
          values,
          expected: [[from, 0.2, 0.4] as const],
        }));
        const trend: Trend = { asset, from, to, step: (to - from) / 100, score: values, threshold: 1, episodes: [], tags: traces }; // prettier-ignore
        return Promise.resolve(trend);
      },
    };
    const { files } = await new ReportMaker().make(dayRequest(), sources({ history }));
    const html = Buffer.from(files[0].bytes).toString();
    assert.deepEqual(asked.map(({ asset, tags }) => [asset, tags?.join()]), [['line1', ''], ['line1', 'LIT101,FIT101'], ['line1', 'LIT101,FIT101']]); // prettier-ignore
    assert.match(html, /line1: how far the score was past its threshold/);
    assert.match(html, /LIT101: last value, the range of each step, and what was expected/);
    assert.match(html, /<dt>Judged<\/dt><dd>12\.5 %<\/dd><dd class="of">of the time; data came for 4 h</);
    assert.match(html, /line1<\/td><td[^>]*>99\.3 %<\/td><td[^>]*>16\.7 %<\/td><td[^>]*>12\.5 %<\/td>/);
    assert.match(html, /line1: 1 of 51 tags were bad or did not come for a time\..*in steps of 10 s/);
    assert.match(html, /AIT202<\/td><td[^>]*>P2<\/td><td[^>]*>25 %<\/td><td[^>]*>–</);
    assert.doesNotMatch(html, /no history was kept/);
  });

  it('is given up when it takes too long, when its thread dies, and when the flow is stopped', async () => {
    const late = new ReportMaker(threadsWith(512), 1);
    await assert.rejects(late.make(dayRequest(), sources()), { code: 'report-late' });
    const dying: StartThread = (_script, ...rest) => threadsWith(512)(join(__dirname, 'nothing.js'), ...rest);
    await assert.rejects(new ReportMaker(dying).make(dayRequest(), sources()), { code: 'report-gone' });
    const stopped = new ReportMaker();
    const made = [stopped.make(dayRequest(), sources()), stopped.make(dayRequest(), sources())];
    const outcomes = Promise.allSettled(made);
    await stopped.close();
    for (const outcome of await outcomes) {
      assert.equal(outcome.status === 'rejected' && (outcome.reason as { code: string }).code, 'report-cancelled');
    }
  });

  it('waits for its turn, up to ten of them; what a journal cannot give is told', async () => {
    const maker = new ReportMaker();
    const broken = sources({ journal: { query: () => Promise.reject(new Error('gone')) } });
    const made = Array.from({ length: 11 }, () => maker.make(dayRequest(), broken));
    const codes = (await Promise.allSettled(made)).map((each) => (each as { reason: { code: string } }).reason.code);
    assert.deepEqual([...new Set(codes)].sort(), ['report-busy', 'report-failed']);
    assert.equal(codes.filter((code) => code === 'report-busy').length, 1);
  });

  it('of an incident is of its time, and ten minutes around it', async () => {
    const [{ alarm }] = (await journal.query({ event: 'raised', asset: 'line1', order: 'oldest' })).records;
    const defaults = { ...SHIFTS, timeZone: 'UTC', language: 'en-US', formats: ['csv'] as const, plant: '', made: DAY, product: '' }; // prettier-ignore
    const later = (now: string): ReturnType<typeof readRequest> =>
      readRequest({ kind: 'incident', alarm }, defaults, (id) => incidentSpan(journal, id, Date.parse(now)));
    const request = await later('2026-11-28T00:00:00Z');
    assert.equal(new Date(request.from).toISOString(), '2026-11-27T05:50:00.000Z');
    assert.equal(new Date(request.to).toISOString(), '2026-11-27T06:20:30.000Z');
    // Asked for right after it: what has not been yet is no part of it.
    assert.equal((await later('2026-11-27T06:12:00Z')).to, Date.parse('2026-11-27T06:12:00Z'));
    const { files } = await new ReportMaker().make(request, sources());
    assert.deepEqual(files.map(({ name }) => name.replace(/^[^_]*_/, '')), ['incident_plant_episodes.csv', 'incident_plant_figures.csv']); // prettier-ignore
    assert.equal(Buffer.from(files[0].bytes).toString().trim().split('\r\n').length, 2);
    const long = { from: DAY - 100 * 86_400_000, to: DAY };
    const whole = await readRequest({ kind: 'incident', alarm }, defaults, () => Promise.resolve(long));
    assert.deepEqual([whole.from, whole.to], [long.from, long.to]);
    assert.equal((await new ReportMaker().make(whole, sources())).files.length, 2);
    for (const [given, code] of [
      [{ kind: 'incident', alarm, from: 0, to: DAY }, 'report-span'],
      [{ kind: 'incident' }, 'report-incident'],
      [{ kind: 'incident', alarm: 'none' }, 'report-alarm'],
      [{ kind: 'week' }, 'setting-choice'],
      [{ to: DAY }, 'report-from'],
      [{ from: DAY, to: DAY }, 'report-span'],
      [{ from: 0, to: DAY }, 'report-span'],
      [{ from: 'yesterday' }, 'journal-time'],
      [{ formats: 'docx' }, 'setting-choice'],
      [{ language: 'xx' }, 'setting-choice'],
    ] as const) {
      await assert.rejects(
        readRequest(given, defaults, (id) => incidentSpan(journal, id, DAY)),
        { code },
      );
    }
  });
});
