import { join } from 'node:path';
import type { DetectorKind } from '../detect/detector';
import { Trail } from '../journal/trail';
import { systemClock } from '../platform/clock';
import { disk } from '../platform/files';

/** A version that was made of a file. */
export interface MadeVersion {
  readonly kind: DetectorKind;
  readonly version: string;
  readonly rows: number;
  readonly threshold: number;
  /** Name of the file, without its folder. */
  readonly file: string;
}

/**
 * Adds the line of a training to the audit trail of a model's folder, in the form of the nodes.
 * @throws SwatError `trail-write`, `trail-foreign`
 */
export async function noteTraining(folder: string, made: MadeVersion): Promise<void> {
  const { kind, version, rows, threshold, file } = made;
  const trail = new Trail(disk, join(folder, 'audit.jsonl'), { cut: () => undefined });
  await trail.append({
    at: new Date(systemClock()).toISOString(),
    action: 'train',
    kind,
    version,
    user: '',
    reason: 'command line',
    details: { rows, threshold, file },
  });
}
