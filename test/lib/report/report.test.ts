import { textsOf } from '../../../lib/platform/catalogue';
import { SWAT_GUIDANCE } from '../../../lib/plant/swat-guidance';
import { guidanceIn } from '../../../lib/report/guidance';
import { voiceOf } from '../../../lib/report/voice';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JournalRecord } from '../../../lib/journal/journal';
import { lengthOf } from '../../../lib/report/availability';
import { reportOf, type Report } from '../../../lib/report/report';
import { dayRequest, DAY, RUDE_ASSET, storyEntries } from './story';

const records = storyEntries().map((entry, index): JournalRecord => ({ ...entry, n: index + 1, hash: 'f'.repeat(64) }));
const material = { records, isCut: false, standing: [], audits: [] };
const report = (more = {}, request = dayRequest()): Report => reportOf(request, { ...material, ...more });
const HOUR = 3_600_000;

describe('a report', () => {
  it('has each stretch of anomaly once, with its course, its culprits and what people did', () => {
    const { episodes, actions, assets } = report();
    assert.deepEqual(assets, [RUDE_ASSET, 'line1']);
    assert.deepEqual(
      episodes.map(({ asset, kind, level, isAlarm, from, to, stands, first }) => ({ asset, kind, level, isAlarm, hour: (from - DAY) / HOUR, minutes: to === undefined ? null : Math.round((to - from) / 60_000), stands, first })),
      [
        { asset: 'line1', kind: 'process', level: 'CRITICAL', isAlarm: true, hour: 6, minutes: 11, stands: false, first: 'LIT101' },
        { asset: 'line1', kind: 'process', level: 'INFO', isAlarm: false, hour: 9, minutes: 2, stands: false, first: 'LIT101' },
        { asset: 'line1', kind: 'communication', level: 'WARNING', isAlarm: true, hour: 12, minutes: 10, stands: false, first: '' },
        { asset: RUDE_ASSET, kind: 'process', level: 'WARNING', isAlarm: true, hour: 20, minutes: null, stands: true, first: 'LIT101' },
      ],
    ); // prettier-ignore
    assert.equal(episodes[0].acknowledgedAfter, 120_000);
    assert.equal(episodes[0].peak.ratio, 3.2);
    assert.deepEqual(Object.keys(episodes[0].evidence), ['before', 'now']);
    assert.deepEqual(actions.map(({ event, user }) => [event, user]), [['acknowledged', 'ada']]); // prettier-ignore
  });

  it('counts alarms as ISA-18.2 does, within its span', () => {
    const { figures } = report();
    assert.equal(figures.metrics.alarms, 3);
    assert.equal(figures.perHour, 3 / 24);
    assert.equal(figures.standing, 1);
    assert.equal(figures.unanswered, 2);
    assert.deepEqual(figures.acknowledge, { count: 1, meanS: 120, longestS: 120 });
    const early = records.filter(({ time }) => time < DAY + 8 * HOUR);
    const { bars, hours } = report({ records: early }, dayRequest({ to: DAY + 8 * HOUR })).figures;
    assert.deepEqual([bars.ms, bars.counts.length, bars.counts[36], hours], [600_000, 48, 1, 8]);
  });

  it('says how much of the time there was communication', () => {
    const { assets, outages } = report().availability;
    const [{ communication }] = assets.filter(({ asset }) => asset === 'line1');
    assert.ok(Math.abs(communication - (1 - 600 / 86_400)) < 1e-9, String(communication));
    assert.deepEqual(outages.map(({ from, to }) => to - from), [600_000]); // prettier-ignore
  });

  it('tells of an alarm that stood before it began, and not as one of its own', () => {
    const [raised] = records.filter(({ event, asset }) => event === 'raised' && asset === RUDE_ASSET);
    const next = dayRequest({ from: DAY + 24 * HOUR, to: DAY + 48 * HOUR });
    const { episodes, figures } = report({ records: [], standing: [raised] }, next);
    assert.deepEqual(episodes.map(({ asset, stands, isAlarm }) => [asset, stands, isAlarm]), [[RUDE_ASSET, true, true]]); // prettier-ignore
    assert.deepEqual([figures.metrics.alarms, figures.standing, figures.stale], [0, 1, 1]);
  });

  it('names the models that spoke, what was in force before, and what was done', () => {
    const line = (hours: number, action: string, version: string): object => ({ model: 'plant', at: DAY + hours * HOUR, action, kind: 'pca', version, user: '', reason: '' }); // prettier-ignore
    const audits = [line(-48, 'activate', 'v6'), line(-24, 'activate', 'v7'), line(-1, 'train', 'v8'), line(5, 'activate', 'v8')]; // prettier-ignore
    const { used, before, done } = report({ audits }).models;
    assert.deepEqual(used.map(({ detector, version }) => `${detector} ${version}`), ['pca v7']); // prettier-ignore
    assert.deepEqual([before, done].map((lines) => lines.map(({ version }) => version)), [['v7'], ['v8']]); // prettier-ignore
  });

  it('is made of whatever a journal holds: bodies that were cut or changed by hand are passed over', () => {
    const strange = fc.oneof(fc.jsonValue(), fc.constant({ leftOut: 'everything' }), fc.constantFrom(...records.map(({ body }) => body))); // prettier-ignore
    fc.assert(
      fc.property(fc.array(strange, { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), (bodies, step) => {
        const odd = bodies.map((body, index) => ({
          ...records[0],
          n: index + 1,
          time: DAY + index * step * 60_000,
          body,
        }));
        const { episodes, figures } = report({ records: odd });
        for (const { from, to } of episodes)
          assert.ok(Number.isFinite(from) && (to === undefined || Number.isFinite(to)));
        assert.equal(
          figures.bars.counts.reduce((sum, each) => sum + each, 0),
          figures.metrics.alarms,
        );
        assert.ok(figures.floodShare >= 0 && figures.floodShare <= 1);
      }),
      { numRuns: 200 },
    );
  });

  it('gives the guidance of SWaT in its own language, whatever the journal speaks, and that of another plant as it is', () => {
    const english = { tag: 'LIT101', ...SWAT_GUIDANCE.LIT101 } as const;
    assert.ok(english.cause !== undefined && english.consequence !== undefined && english.response !== undefined);
    const told = { ...english } as Parameters<typeof guidanceIn>[1];
    const german = guidanceIn(voiceOf('de', 'UTC'), told);
    assert.equal(german.cause, textsOf('de', 'swat-plant')('guidance.LIT101.cause', {}));
    assert.notEqual(german.cause, told.cause);
    assert.deepEqual(guidanceIn(voiceOf('en-US', 'UTC'), german), told);
    const own = { ...told, response: 'Call Ada.' };
    assert.deepEqual(guidanceIn(voiceOf('de', 'UTC'), own), own);
  });

  it('counts time that stretches share once', () => {
    const stretch = fc.tuple(fc.nat(200), fc.nat(50)).map(([from, length]) => ({ from, to: from + length }));
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 20 }), (stretches) => {
        let covered = 0;
        for (let second = 0; second < 300; second += 1) {
          if (stretches.some(({ from, to }) => from <= second && second < to)) covered += 1;
        }
        assert.equal(lengthOf(stretches), covered);
      }),
    );
  });
});
