import type { NodeAPI } from 'node-red';

/** Without word that the flows have started, nothing waits longer than this, ms. */
const START_MS = 3000;

type Events = NodeAPI['events'];

/** Resolves when the flows of this deploy have started, after a while, or when it is called off: what is sent before may find nobody. */
export function flowsStarted(RED: NodeAPI): { promise: Promise<void>; cancel(): void } {
  let cancel = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      leave(RED.events, go);
      resolve();
    };
    const timer = setTimeout(go, START_MS);
    join(RED.events, go);
    cancel = go;
  });
  return { promise, cancel };
}

/** Who waits, and the one listener for all of them: many of their own would make Node warn of a leak. */
const crowds = new WeakMap<Events, { readonly waiting: Set<() => void>; readonly listener: () => void }>();

function join(events: Events, go: () => void): void {
  const crowd = crowds.get(events);
  if (crowd !== undefined) {
    crowd.waiting.add(go);
    return;
  }
  const waiting = new Set([go]);
  const listener = (): void => {
    for (const each of [...waiting]) each();
  };
  crowds.set(events, { waiting, listener });
  events.on('flows:started', listener);
}

function leave(events: Events, go: () => void): void {
  const crowd = crowds.get(events);
  if (crowd?.waiting.delete(go) !== true || crowd.waiting.size > 0) return;
  crowds.delete(events);
  events.removeListener('flows:started', crowd.listener);
}
