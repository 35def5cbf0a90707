import { inspect } from 'node:util';
import type { AlarmVerdict } from '../../../lib/alarm/read-verdict';
import type { Contribution } from '../../../lib/detect/detector';

/** A contribution and a verdict to start from. */
export const contribution = (tag: string, share = 0.5, more: Partial<Contribution> = {}): Contribution => ({
  tag,
  stage: 'P1',
  feature: 'mean',
  share,
  seen: 823.4,
  expected: 512.1,
  unit: 'mm',
  ...more,
});

export const verdict = (more: Partial<AlarmVerdict> = {}): AlarmVerdict => ({
  asset: 'plant1',
  time: 0,
  finding: more.level === undefined || more.level === 'NONE' ? 'normal' : 'anomaly',
  level: 'NONE',
  ratio: { NONE: 0.4, INFO: 1.2, WARNING: 1.7, CRITICAL: 3 }[more.level ?? 'NONE'],
  tags: more.level === undefined || more.level === 'NONE' ? [] : [contribution('LIT101')],
  sentence: { code: 'anomaly-mean-above', params: { tag: 'LIT101' } },
  model: 'm1',
  ...more,
});

/** A value as the short name of a test. */
export const brief = (value: unknown): string =>
  inspect(value, { breakLength: Infinity, compact: true, maxStringLength: 30 }).slice(0, 60);
