import { fitDetector, type FitReport } from '../detect/fit';
import { SwatError } from '../errors';
import type { TrainingReport } from '../model/manifest';
import { threadInput } from '../platform/threads';
import type { WorkerInput, WorkerMessage } from './protocol';
import { datasetOf } from './rows';

/** Entry of the training thread: fits one detector, reports, and ends. */
const thread = threadInput();
const { kind, data, settings, stop } = thread.data as WorkerInput;
const say = (message: WorkerMessage): void => thread.post(message);

try {
  const { artifact, report } = fitDetector(kind, datasetOf(data), settings, {
    progress: (progress) => say({ type: 'progress', progress }),
    cancelled: () => Atomics.load(stop, 0) !== 0,
  });
  say({ type: 'done', result: { artifact, report: kept(report) } });
} catch (cause) {
  if (cause instanceof SwatError) say({ type: 'failed', code: cause.code, details: { ...cause.details } });
  else throw cause;
}

/** What of a fit's report is kept with the model: the range, the rows, and every figure that has a value. */
function kept(report: FitReport): TrainingReport {
  const figures = Object.entries(report).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'number' && !['first', 'last', 'rows'].includes(name) ? [[name, value] as const] : [],
  );
  return { from: report.first, to: report.last, rows: report.rows, metrics: Object.fromEntries(figures) };
}
