import { SwatError } from '../errors';
import { threadInput } from '../platform/threads';
import { calibrateNetwork } from './calibrate';
import { loadEngine, wantedEngine } from './engines';
import type { WorkerInput, WorkerMessage } from './protocol';
import { tryEngine } from './try-engine';
import { checkData, trainOn, type WorkHooks } from './work';

/** Entry of the training thread: checks data, fits one detector or calibrates a network, reports, and ends. */
const thread = threadInput();
const input = thread.data as WorkerInput;
const say = (message: WorkerMessage): void => thread.post(message);

const hooks: WorkHooks = {
  reading: (progress) => say({ type: 'reading', progress }),
  quality: (report) => say({ type: 'quality', report }),
  progress: (progress) => say({ type: 'progress', progress }),
  cancelled: () => Atomics.load(input.stop, 0) !== 0,
};

async function work(): Promise<void> {
  try {
    if (input.task === 'train') {
      const { settings, engineFolders = [] } = input;
      const name = wantedEngine(settings);
      await tryEngine(name, engineFolders);
      const engine = loadEngine(name, engineFolders);
      say({ type: 'done', result: await trainOn(input, hooks, engine) });
    } else if (input.task === 'calibrate') say({ type: 'done', result: calibrateNetwork(input, hooks) });
    else {
      await checkData(input, hooks);
      say({ type: 'checked' });
    }
  } catch (cause) {
    if (!(cause instanceof SwatError)) throw cause;
    say({ type: 'failed', code: cause.code, details: { ...cause.details } });
  }
}

// What failed otherwise ends the thread by itself.
void work().then(() => thread.close());
