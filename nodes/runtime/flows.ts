import type { NodeAPI } from 'node-red';

/** Without word that the flows have started, nothing waits longer than this, ms. */
const START_MS = 3000;
/** So long after the flows were stopped: Node-RED gives every node 15 s to close. */
const STOP_MS = 20_000;

/** Whether the flows run: what is sent before they have started, or while a deploy stops some of them, may find nobody. */
export interface Flows {
  /** Resolves when they run: at once, when they have started, or after a while without word of that. */
  running(): Promise<void>;
  /** Lets go; what waits for {@link running} goes on. */
  close(): void;
}

interface Watcher {
  started(): void;
  stopping(): void;
}

/** One listener for all nodes: they may be many. */
const watched = new WeakMap<NodeAPI['events'], Set<Watcher>>();

/**
 * Watches the flows from here on; for a node that is being made, they do not run yet.
 * @param stopping a deploy or the end of Node-RED begins to stop nodes: called before the first is closed
 */
export function watchFlows(RED: Pick<NodeAPI, 'events'>, stopping: () => void = () => undefined): Flows {
  let waiting: { readonly promise: Promise<void>; readonly go: () => void; timer: NodeJS.Timeout } | undefined;
  const go = (): void => {
    clearTimeout(waiting?.timer);
    waiting?.go();
    waiting = undefined;
  };
  const wait = (ms: number): void => {
    clearTimeout(waiting?.timer);
    let resolve = (): void => undefined;
    const promise = waiting?.promise ?? new Promise<void>((done) => (resolve = done));
    waiting = { promise, go: waiting?.go ?? resolve, timer: setTimeout(go, ms) };
  };
  wait(START_MS);
  const leave = join(RED.events, {
    started: go,
    stopping: () => {
      wait(STOP_MS);
      stopping();
    },
  });
  return {
    running: () => waiting?.promise ?? Promise.resolve(),
    close() {
      leave();
      go();
    },
  };
}

function join(events: NodeAPI['events'], watcher: Watcher): () => void {
  const watchers = watched.get(events) ?? new Set();
  const started = (): void => [...watchers].forEach((each) => each.started());
  const stopping = (): void => [...watchers].forEach((each) => each.stopping());
  if (!watched.has(events)) {
    watched.set(events, watchers);
    events.on('flows:started', started);
    events.on('flows:stopping', stopping);
  }
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}
