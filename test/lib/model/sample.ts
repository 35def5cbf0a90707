import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DetectorArtifact } from '../../../lib/detect/artifact';
import { SwatError } from '../../../lib/errors';
import type { TrainingReport } from '../../../lib/model/training-report';
import { createPlant, type Tag } from '../../../lib/plant/dictionary';
import { windowSchema } from '../../../lib/stream/schema';

const TAGS: Tag[] = [
  { name: 'LIT101', stage: 'P1', kind: 'sensor', unit: 'mm', low: 0, high: 1200, limits: { l: 250, h: 800 } },
  { name: 'MV101', stage: 'P1', kind: 'actuator', unit: '', low: 0, high: 2, states: { 1: 'closed', 2: 'open' } },
];

export const SCHEMA = windowSchema(createPlant('sample', TAGS), [60]);
export const NOW = Date.UTC(2026, 10, 22, 16, 11, 0);

/** A small artifact; `fill` makes its content differ. */
export function sampleArtifact(fill = 0.5): DetectorArtifact {
  return {
    kind: 'autoencoder',
    schema: SCHEMA,
    settings: { epochs: 3, seed: 7, hidden: [4, 2], note: 'small', tied: false },
    tensors: {
      mean: { shape: [10], data: new Float32Array(10).fill(fill) },
      weights: { shape: [2, 3], data: Float32Array.from([1, 2, 3, 4, 5, fill]) },
    },
    calibration: {
      quantile: 0.995,
      threshold: 1.5,
      body: [0.1, 0.2, 0.2, 0.9],
      tailStart: 0.9,
      tailScale: 0.2,
      samples: 400,
    },
  };
}

export const REPORT: TrainingReport = { from: NOW - 3_600_000, to: NOW, rows: 400, metrics: { loss: 0.01 } };

/** Runs work with a folder of its own and removes it. */
export async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'swat-model-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** For `assert.rejects`: a SwatError with this code and these details. */
export const coded =
  (code: string, details: Record<string, unknown> = {}) =>
  (error: unknown): boolean => {
    if (!(error instanceof SwatError)) throw error;
    const got = Object.fromEntries(Object.keys(details).map((key) => [key, error.details[key]]));
    if (error.code !== code || JSON.stringify(got) !== JSON.stringify(details)) throw error;
    return true;
  };
