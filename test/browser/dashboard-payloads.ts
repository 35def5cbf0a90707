import type { Overview, StageHealth, Streams, TagNow, Trend, TrendQuery } from '../../lib/history/reader';
import { SWAT } from '../../lib/plant/swat';

/** 28 Nov 2026, 12:00 UTC. */
export const NOW = Date.UTC(2026, 10, 28, 12);
const HOUR = 3_600_000;
const VALUES: Readonly<Record<string, number>> = {
  LIT101: 622, LIT301: 912, LIT401: 931, FIT101: 2.55, FIT201: 2.31, FIT301: 2.2, FIT401: 1.73, FIT501: 1.72, FIT502: 1.27,
  FIT503: 0.73, FIT504: 0.31, FIT601: 0, AIT201: 262, AIT202: 8.34, AIT203: 330, AIT401: 12, AIT402: 178, AIT501: 7.9, AIT502: 160,
  AIT503: 264, AIT504: 12.1, DPIT301: 19.6, PIT501: 245, PIT502: 1.5, PIT503: 185, MV101: 2, P101: 2, MV201: 2, P203: 2, P205: 2,
  MV302: 2, P302: 2, P402: 2, UV401: 2, P501: 2,
}; // prettier-ignore

type Changes = Readonly<Record<string, Partial<TagNow>>>;
type Stages = Readonly<Record<string, { readonly health: StageHealth; readonly why: string } | undefined>>;

/** The SWaT plant in normal operation, with what is different of some tags and stages. */
export function overview(more: Partial<Overview> = {}, changes: Changes = {}, stages: Stages = {}): Overview {
  const tags = SWAT.tags.map(({ name, stage, kind, unit, low, high, states }): TagNow => {
    const value = VALUES[name] ?? 1;
    const state = states?.[value];
    return {
      tag: name, stage, kind, value, unit, quality: 'good', low, high, ...(state !== undefined && { state }), ...changes[name],
    }; // prettier-ignore
  });
  const names = [...new Set(tags.map(({ stage }) => stage))].sort();
  return {
    asset: 'SWaT', time: NOW, level: 'NONE', ratio: 0.34, ready: true, text: 'Normal.', tags,
    stages: names.map((stage) => ({ stage, ...(stages[stage] ?? { health: 'normal' }) })), alarms: [], ...more,
  }; // prettier-ignore
}

/** LIT301 is spoofed; beside it a bad, an old and a missing value. */
export function attacked(): Overview {
  const text = 'P3: LIT301 reads 1,130 mm, expected about 903 mm.';
  const alarm = { asset: 'SWaT', since: NOW - 185_000, tags: ['LIT301', 'P302'] };
  return overview(
    {
      level: 'CRITICAL', ratio: 2.7, text,
      alarms: [
        { ...alarm, id: 'a1', level: 'CRITICAL', state: 'unacknowledged', text },
        { ...alarm, id: 'a2', level: 'WARNING', state: 'returned-unacknowledged', since: NOW - 3 * HOUR, text: 'P1: MV101 stood open.' },
      ],
    },
    {
      LIT301: { value: 1130, share: 0.62 },
      P302: { share: 0.2 },
      FIT401: { share: 0.1 },
      MV201: { value: 0, state: 'moving' },
      AIT504: { quality: 'bad' },
      AIT203: { quality: 'stale' },
      PIT502: { quality: 'none', value: null },
    },
    { P3: { health: 'CRITICAL', why: 'LIT301, P302' }, P4: { health: 'CRITICAL', why: 'FIT401' }, P5: { health: 'bad-data', why: 'AIT504' } },
  ); // prettier-ignore
}

/** The same at a plant that is not SWaT. */
export function elsewhere(): Overview {
  const { tags, stages, ...rest } = attacked();
  const words: Readonly<Record<string, string>> = {
    P1: 'Intake',
    P2: 'Dosing',
    P3: 'Filter',
    P4: 'UV',
    P5: 'Membranes',
    P6: '',
  };
  return {
    ...rest,
    tags: tags.map((tag) => ({ ...tag, tag: `X_${tag.tag}`, stage: words[tag.stage] })),
    stages: stages.map((each) => ({ ...each, stage: words[each.stage] })),
  }; // prettier-ignore
}

/** A day with one episode, as a history answers a question for a part of it. */
export function trend({ from = NOW - HOUR, to = NOW, points = 600 }: TrendQuery): Trend {
  const step = Math.max(1000, Math.ceil((to - from) / points / 1000) * 1000);
  const begin = NOW - 25 * 60_000;
  const end = NOW - 15 * 60_000;
  const times = Array.from({ length: Math.floor((to - from) / step) }, (_, index) => from + index * step);
  // Ten minutes without data.
  const there = times.filter((time) => time < NOW - 50 * 60_000 || time > NOW - 40 * 60_000);
  const isHit = (time: number): boolean => time >= begin && time <= end;
  const level = (time: number): number => 900 + 90 * Math.sin(time / 400_000) + (isHit(time) ? 220 : 0);
  // Verdicts come at every second sample.
  const isJudged = (time: number): boolean => ((time - from) / step) % 2 === 0;
  const isPeak = (time: number): boolean => time >= end - 60_000 && time <= end;
  const score = (time: number): number => (isPeak(time) ? 6 : isHit(time) ? 2.4 : 0.3 + 0.1 * Math.sin(time / 60_000));
  return {
    asset: 'SWaT', from, to, step, threshold: 1,
    score: there.filter(isJudged).map((time) => [time, score(time) * 0.9, score(time) * 1.1, score(time)]),
    episodes: begin > to || end < from ? [] : [{ id: 'a1', from: begin, to: end, level: 'CRITICAL', text: 'P3: LIT301 reads 1,130 mm.' }],
    tags: [
      {
        tag: 'LIT301', stage: 'P3', unit: 'mm',
        values: there.map((time) => [time, level(time) - 3, level(time) + 3, level(time)]),
        // For two minutes other tags were to blame.
        expected: there
          .filter((time) => isHit(time) && isJudged(time) && Math.abs(time - NOW + 23 * 60_000) > 60_000)
          .map((time) => [time, 880, 930]),
      },
      {
        tag: 'P302', stage: 'P3', unit: '', states: { 1: 'off', 2: 'on' },
        values: there.map((time) => { const state = isHit(time) ? 1 : 2; return [time, state, state, state]; }),
        expected: there.filter((time) => isHit(time) && isJudged(time)).map((time) => [time, 2, 2]),
      },
      { tag: 'FIT301', stage: 'P3', unit: 'm3/h', values: there.map((time) => [time, -0.002, isHit(time) ? 2 : 0.001, -0.002]) },
    ],
  }; // prettier-ignore
}

/** @param late readings that came too late so far */
export function streams(p99: number, late: number): Streams {
  return {
    topics: [
      { topic: 'SWaT/CRITICAL', rate: 0.1, count: 4, time: NOW, last: '{"event":"raised","asset":"SWaT"}' },
      { topic: '', rate: 10.02, count: 12_345, time: NOW, last: `{"features":[${'1,'.repeat(140)}` },
    ],
    figures: [
      { node: 'n1', name: 'windows of line 1', type: 'swat-window', values: { late, bad: 12, lag: 0.4 } },
      { node: 'n2', name: '', type: 'swat-severity', values: { windows: 12_300 } },
    ],
    eventLoop: { p50: 10.2, p99, max: p99 * 2 },
    memory: { rss: 234e6, heapUsed: 88e6, external: 9.4e6 },
    uptime: 8123,
  };
}
