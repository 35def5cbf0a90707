import type { AlarmEvent } from '../../alarm/event';
import type { DetectorKind, RatioKind } from '../../detect/detector';
import type { FitSettings } from '../../detect/settings';
import { createScorer, type Scorer } from '../../model/scorer';
import { startTraining } from '../../train/trainer';
import { createChain } from '../chain';
import { Persistence } from './persistence';
import type { LabelledRow, OpenSeries } from './series';

/** How detectors are trained and what counts as an alarm. */
export interface Trial {
  readonly kinds: readonly DetectorKind[];
  readonly settings: (kind: DetectorKind) => FitSettings;
  readonly ratioKind: RatioKind;
  /** A row is in alarm when so many windows running, its own included, are over the threshold. */
  readonly persistence: number;
}

/** What was said of one row. */
export interface Said {
  readonly row: LabelledRow;
  readonly predicted: boolean;
  readonly annunciated: boolean;
  readonly ratio: number;
}

/** Trains the detectors of a series in worker threads, one after the other. @throws SwatError what training throws */
export async function trainedScorers(
  { training, exclude }: OpenSeries,
  { kinds, settings, ratioKind }: Trial,
): Promise<Partial<Record<DetectorKind, Scorer>>> {
  const scorers: Partial<Record<DetectorKind, Scorer>> = {};
  for (const kind of kinds) {
    const job = { ...training, kind, settings: settings(kind), exclude, ratioKind };
    const { artifact } = await startTraining(job, () => undefined).result;
    scorers[kind] = createScorer({ version: 'fresh', origin: 'local', artifact }, ratioKind);
  }
  return scorers;
}

/** Judges a series row by row with the chain of the nodes. A row may be told of by rows before it only. */
export async function* judged(
  series: OpenSeries,
  scorers: Partial<Record<DetectorKind, Scorer>>,
  { persistence }: Trial,
  file: string,
): AsyncGenerator<Said, undefined> {
  const { plant, windows } = series;
  const chain = createChain({ plant, scorers, windows });
  const over = new Persistence(persistence);
  const standing = new Set<string>();
  // A row that cannot be judged (bad data, a window that fills anew) leaves things as they are: as the level of the nodes.
  let [ratio, predicted] = [0, false];
  for await (const row of series.rows()) {
    const { verdict, events } = chain.feed(file, row.values, row.time);
    for (const event of events) follow(standing, event);
    if (verdict?.finding === 'anomaly' || verdict?.finding === 'normal') {
      ratio = verdict.ratio;
      predicted = over.next(verdict.finding === 'anomaly');
    }
    if (row.warmUp !== true) yield { row, predicted, annunciated: standing.size > 0, ratio };
  }
  return undefined;
}

function follow(standing: Set<string>, { event, id }: AlarmEvent): void {
  if (event === 'raised' || event === 're-raised') standing.add(id);
  else if (event === 'cleared') standing.delete(id);
}
