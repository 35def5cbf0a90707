import type { NodeAPI } from 'node-red';

/** Without word that the flows have started, nothing waits longer than this, ms. */
const START_MS = 3000;

/** Resolves when the flows of this deploy have started, after a while, or when it is called off: what is sent before may find nobody. */
export function flowsStarted(RED: NodeAPI): { promise: Promise<void>; cancel(): void } {
  let cancel = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      RED.events.removeListener('flows:started', go);
      resolve();
    };
    const timer = setTimeout(go, START_MS);
    RED.events.on('flows:started', go);
    cancel = go;
  });
  return { promise, cancel };
}
