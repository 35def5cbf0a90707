import type { Correlation, Finding, FindingCode, RecordQuality, Severity, TagQuality } from './report';
import { FINDING_CODES } from './report';
import type { OddStretch } from './stretches';

/** What findings are made of. */
export interface Measured {
  readonly record: RecordQuality;
  readonly tags: readonly TagQuality[];
  readonly correlation: Correlation;
  readonly stretches: readonly OddStretch[];
}

const MOST = 200;
const MOST_NAMES = 60;
const ORDER: readonly Severity[] = ['stop', 'warning', 'info'];

/** Shares from which it is told that values are missing, and that too many are. */
const MISSING = 0.05;
const MISSING_MOST = 0.5;
const OUT_OF_RANGE = 0.001;
const DRIFT = 2;
/** A cycle that came less often than this was hardly learned. */
const CYCLES = 5;
const SAME = 0.9995;
const OUT_OF_ORDER = 0.001;

/** Everything worth telling, the worst first. A tag that is excluded has nothing to say. */
export function findingsOf(measured: Measured): Finding[] {
  const tags = measured.tags.filter(({ excluded }) => !excluded);
  const found = [...ofRecord(measured.record, tags), ...ofTags(tags), ...ofStretches(measured.stretches)];
  found.push(...sameOf(measured.correlation, tags));
  const rank = ({ severity, code }: Finding): number => 100 * ORDER.indexOf(severity) + FINDING_CODES.indexOf(code);
  return found.sort((a, b) => rank(a) - rank(b)).slice(0, MOST);
}

function finding(
  code: FindingCode,
  severity: Severity,
  params: Finding['params'] = {},
  tags: readonly string[] = [],
  exclude?: Finding['exclude'],
): Finding {
  const cured = exclude === undefined ? {} : { exclude };
  return { code, severity, tags: tags.slice(0, MOST_NAMES), params: { ...params, count: tags.length }, ...cured };
}

function ofRecord(record: RecordQuality, tags: readonly TagQuality[]): Finding[] {
  const { samples, rows, need, stride, missingTags } = record;
  if (samples === 0 || tags.every(({ count }) => count === 0)) return [finding('no-data', 'stop')];
  const found: Finding[] = [];
  const tell = (when: boolean, ...parts: Parameters<typeof finding>): void => {
    if (when) found.push(finding(...parts));
  };
  tell(rows < need, 'too-few', 'stop', { rows, need, stride });
  tell(missingTags.length > 0, 'missing-tags', 'stop', {}, missingTags, { tags: missingTags });
  const { repetitions, slowestTag, slowestCycleMs } = record;
  if (repetitions !== null && slowestTag !== null && repetitions < CYCLES) {
    const params = { repetitions, tag: slowestTag, minutes: minutes(slowestCycleMs ?? 0) };
    found.push(finding('few-cycles', 'warning', params, [slowestTag]));
  }
  const { gaps, duplicates, outOfOrder, unreadableLines, labelled } = record;
  tell(gaps.count > 0, 'gaps', 'warning', { gaps: gaps.count, minutes: minutes(gaps.longestMs) });
  tell(outOfOrder > OUT_OF_ORDER * samples, 'out-of-order', 'warning', { samples: outOfOrder });
  tell(duplicates > 0, 'duplicates', 'info', { samples: duplicates });
  tell(unreadableLines > 0, 'unreadable', 'warning', { lines: unreadableLines });
  tell(record.stride > record.wantedStride, 'thinned', 'info', { stride });
  tell(labelled > 0, 'labelled', 'info', { samples: labelled, percent: percent(labelled / samples) });
  const modal = tags.filter(({ modes }) => modes.length > 0).map(({ tag }) => tag);
  const states = record.states.filter(({ share }) => share >= 0.05).length;
  tell(modal.length > 0 || states > 1, 'modes', 'info', { states }, modal);
  return found;
}

function ofTags(tags: readonly TagQuality[]): Finding[] {
  const found: Finding[] = [];
  const still = (kind: TagQuality['kind']): string[] =>
    tags.filter((tag) => tag.constant && tag.kind === kind).map(({ tag }) => tag);
  const sensors = still('sensor');
  const actuators = still('actuator');
  if (sensors.length > 0) found.push(finding('constant', 'warning', {}, sensors, { tags: sensors }));
  if (actuators.length > 0) found.push(finding('constant', 'info', {}, actuators));
  for (const { tag, missing, outOfRange, low, high, unit, stuck, drift, fifths, count } of tags) {
    const one = [tag];
    const without = { tags: one };
    if (count > 0 && missing > MISSING) {
      const severity = missing > MISSING_MOST ? 'stop' : 'warning';
      found.push(finding('missing', severity, { tag, percent: percent(missing) }, one, without));
    }
    if (outOfRange > OUT_OF_RANGE) {
      const params = { tag, percent: percent(outOfRange), low, high, unit };
      found.push(finding('out-of-range', 'warning', params, one));
    }
    if (stuck !== null) {
      const params = { tag, from: stuck.from, to: stuck.to, samples: stuck.samples };
      found.push(finding('stuck', 'warning', params, one, { ranges: [[stuck.from, stuck.to]] }));
    }
    if (drift !== null && Math.abs(drift) > DRIFT) {
      const [first, last] = fifths.map((mean) => Number((mean ?? 0).toPrecision(4)));
      const change = Number((last - first).toPrecision(3));
      found.push(finding('drift', 'warning', { tag, first, last, change, unit }, one, without));
    }
  }
  return found;
}

function ofStretches(stretches: readonly OddStretch[]): Finding[] {
  return stretches.map(({ range, tags }) =>
    finding('suspicious', 'warning', { from: range[0], to: range[1], tag: tags[0] }, tags, { ranges: [range] }),
  );
}

function sameOf(correlation: Correlation, tags: readonly TagQuality[]): Finding[] {
  const told = new Set(tags.map(({ tag }) => tag));
  const pairs: readonly (readonly [string, string, number])[] =
    'pairs' in correlation
      ? correlation.pairs
      : correlation.matrix.flatMap((row, a) =>
          row.slice(0, a).map((r, b) => [correlation.tags[b], correlation.tags[a], r ?? 0] as const),
        );
  return pairs
    .filter(([a, b, r]) => Math.abs(r) >= SAME && told.has(a) && told.has(b))
    .slice(0, 10)
    .map(([a, b]) => finding('same', 'info', { first: a, second: b }, [a, b]));
}

function minutes(ms: number): number {
  return Number((ms / 60_000).toPrecision(3));
}

function percent(share: number): number {
  return Number((share * 100).toPrecision(2));
}
