import type { NodeAPI } from 'node-red';
import type { DetectorKind } from '../../lib/detect/detector';
import type { Validation } from '../../lib/model/training-report';
import type { ModelStore } from '../../lib/model/store';
import type { Learner } from '../../lib/train/learner';
import type { Stage, TrainedEvent } from '../../lib/train/learning-event';
import type { CurvePoint, LearningRecord, WantedSource } from '../../lib/train/learning-record';
import type { QualityReport, Severity } from '../../lib/train/quality/report';
import { driftNotes, validationNotes, wordedFinding, wordedReport } from './training-words';
import { worded } from './words';

/** What a dialog shows of the learning, also when it is opened afterwards. */
export interface LearningReport {
  readonly stage: Stage;
  readonly collected: number;
  /** What the check or training at work learns from, or the last one did. */
  readonly source: WantedSource | null;
  readonly quality: QualityReport | null;
  readonly curve: { readonly kind: DetectorKind; readonly points: readonly CurvePoint[] } | null;
  readonly trained: object | null;
  /** The newest version that was trained here, as it was saved: also after a restart. */
  readonly last: {
    readonly version: string;
    readonly validation: Validation;
    readonly notes: readonly object[];
  } | null;
  readonly failed: { readonly code: string; readonly text: string; readonly during: Stage } | null;
}

/** What the last check and the last training of a learner had to say, in words. */
export async function reportOf(
  RED: NodeAPI,
  kind: DetectorKind,
  store: ModelStore,
  learner: Learner,
  record: LearningRecord,
): Promise<LearningReport> {
  const last = await lastOf(RED, kind, store);
  const { source, quality, trained, failed, curve } = record;
  const { stage, collected } = learner;
  const error = failed && worded(RED, failed.error);
  return {
    stage,
    collected,
    source,
    quality: quality && wordedReport(RED, quality),
    curve: curve.length === 0 ? null : { kind, points: curve },
    trained: trained && withNotes(RED, trained, trained),
    last,
    failed: failed && error && { code: error.code, text: error.message, during: failed.during },
  };
}

async function lastOf(RED: NodeAPI, kind: DetectorKind, store: ModelStore): Promise<LearningReport['last']> {
  try {
    const newest = (await store.list(kind)).find(({ origin, problem }) => origin === 'local' && problem === undefined);
    if (newest === undefined) return null;
    const { version } = newest;
    const { validation } = (await store.load(kind, version)).report;
    return validation === undefined ? null : { version, validation, notes: validationNotes(RED, validation) };
  } catch {
    // A folder that cannot be read is told by the list of versions.
    return null;
  }
}

/** The event `checked`: findings in words; the pictures are for the route. */
export function checkedPayload(RED: NodeAPI, { record, findings, source }: QualityReport): object {
  const count = (severity: Severity): number => findings.filter((each) => each.severity === severity).length;
  const { samples, rows, need } = record;
  const counts = { stop: count('stop'), warning: count('warning'), info: count('info') };
  const told = findings.map((finding) => wordedFinding(RED, finding));
  return { event: 'checked', source, samples, rows, need, ...counts, findings: told };
}

/** The event `trained` with what its validation has to say, and of what drift is unknown. */
export function withNotes(RED: NodeAPI, { validation, driftUnknown }: TrainedEvent, sent: object): object {
  const notes = validation === undefined ? [] : validationNotes(RED, validation);
  return { ...sent, validation: validation ?? null, notes: [...notes, ...driftNotes(RED, driftUnknown)] };
}

/** The same for a message: without the course of the score, which is hundreds of numbers for the picture in the dialog. */
export function withoutSeries(told: object, { validation }: TrainedEvent): object {
  if (validation === undefined) return told;
  return { ...told, validation: Object.fromEntries(Object.entries(validation).filter(([name]) => name !== 'series')) };
}
