import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { Request, Response } from 'express';
import { Feed } from './feed';
import { Watch, type Stamped } from './watch';

/** Id of the node whose end of work is the end of a sample's way. */
const LAST = 'last';

/** What Node-RED tells when a node is done with a message. */
interface Completed {
  readonly msg: Stamped;
  readonly error?: unknown;
  readonly node: { readonly id: string };
}

interface FeedSettings extends NodeDef {
  /** So many seconds of the plant are sent as soon as flows have started. */
  readonly opening?: number;
}

/** Hooks are missing in the published types. */
interface Hooks {
  add(name: string, listener: (event: Completed) => void): void;
}

/**
 * The bench inside Node-RED: a node that feeds, and keeps the last message it got; a hook that counts; and routes under
 * `/bench` to tell both what to do.
 */
export = (RED: NodeAPI): void => {
  const watch = new Watch();
  let feed: Feed | undefined;
  let heard: unknown;
  /** How often each event was heard. */
  const counts: Record<string, number> = {};
  let firstScore: { readonly milliseconds: number; readonly cpu: number } | undefined;
  (RED.hooks as Hooks).add('onComplete.bench', ({ msg, error, node }) => {
    if (node.id === LAST) watch.take(msg, error !== undefined && error !== null);
  });

  const route = (path: string, act: (asked: (name: string) => number) => unknown): void => {
    RED.httpAdmin.get(path, (request: Request, response: Response) => {
      const asked = (name: string): number => Number(request.query[name] ?? 0);
      Promise.resolve(act(asked)).then(
        (answer) => response.json(answer ?? {}),
        (cause: unknown) => response.status(500).send(String(cause)),
      );
    });
  };
  route('/bench/reset', (asked) => {
    heard = undefined;
    watch.reset(asked('timed') === 1);
  });
  route('/bench/read', () => watch.read());
  route('/bench/heard', () => heard);
  route('/bench/counts', () => counts);
  route('/bench/first-score', () => firstScore);
  route('/bench/rate', (asked) => (asked('a-second') > 0 ? feed?.start(asked('a-second')) : feed?.stop()));
  route('/bench/replay', (asked) => (asked('on') > 0 ? feed?.replay() : feed?.stop()));
  route('/bench/attack', (asked) => feed?.attack(asked('id')));
  route('/bench/fill', (asked) => feed?.fill(asked('assets'), asked('seconds')));
  route('/bench/memory', async () => {
    // Twice, with a rest between: what finalizers let go of in the first goes in the second.
    for (let pass = 0; pass < 2; pass += 1) {
      globalThis.gc?.();
      await pause(200);
    }
    const { rss, heapUsed, external } = process.memoryUsage();
    return { rss, used: heapUsed + external };
  });

  RED.nodes.registerType('bench-feed', function (this: Node, config: FeedSettings) {
    RED.nodes.createNode(this, config);
    const mine = new Feed((message) => this.send(message));
    feed = mine;
    const { opening = 0 } = config;
    // Flows have started: a window of samples at once, and the time until the last node is done with its last one.
    if (opening > 0)
      RED.events.once('flows:started', () => {
        const begin = performance.now();
        const spent = process.cpuUsage();
        watch.whenScored(() => {
          const { user, system } = process.cpuUsage(spent);
          firstScore = { milliseconds: performance.now() - begin, cpu: (user + system) / 1000 };
        });
        void mine.fill(1, opening);
      });
    this.on('input', ({ payload }, _send, done) => {
      heard = payload;
      const { event } = (payload ?? {}) as { event?: unknown };
      if (typeof event === 'string') counts[event] = (counts[event] ?? 0) + 1;
      done();
    });
    this.on('close', () => mine.stop());
  });
};
