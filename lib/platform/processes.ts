import { fork } from 'node:child_process';

/** How a process ended: what it posted last, and the cause where it crashed, was killed or took too long. */
export interface ProcessEnd {
  readonly posted: unknown;
  readonly cause: string | undefined;
}

/** Runs a script in a process of its own, for what may crash: `data` is plain JSON, as {@link processInput} gives it there. */
export type RunProcess = (script: string, data: unknown, mostMs: number) => Promise<ProcessEnd>;

/** A real process; what it writes is dropped. */
export const runProcess: RunProcess = (script, data, mostMs) =>
  new Promise((resolve) => {
    let posted: unknown;
    const child = fork(script, [JSON.stringify(data)], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      timeout: mostMs,
      killSignal: 'SIGKILL',
    });
    child.on('message', (value) => (posted = value));
    child.once('error', (error) => resolve({ posted, cause: error.message }));
    child.once('close', (code, signal) =>
      resolve({ posted, cause: code === 0 ? undefined : (signal ?? `exit ${String(code)}`) }),
    );
  });

/** Inside such a process: what it was started with, and the way back. */
export function processInput(): { data: unknown; post: (value: unknown) => void } {
  const data: unknown = JSON.parse(process.argv[2] ?? 'null');
  return { data, post: (value) => void process.send?.(value) };
}
