import { setTimeout as pause } from 'node:timers/promises';
import type { Request, Response } from 'express';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import { seeded } from '../../../lib/kernels/random';
import { SELDOM, type Failure, type Piece, type PieceResult } from '../cases';
import { COMMANDS } from '../commands';
import { QUEUE } from '../flow';
import { copied, hostileMessage, type Sources } from '../hostile';
import { described, minimised } from '../simpler';
import { Watch, type Completed, type Way } from './watch';

type Message = Record<string, unknown>;

interface Feed extends NodeDef {
  /** Ids of the nodes that are fuzzed. */
  readonly targets: readonly string[];
}

/** What Node-RED tells before a node gets a message. */
interface Received {
  readonly msg: object;
  readonly destination: { readonly id: string };
}

interface Hooks {
  add(name: string, listener: ((event: Received) => void) | ((event: Completed) => void)): void;
}

/** Good messages that are kept of each node. */
const KEPT = 60;
/** Messages to a node at once. */
const BATCH = 100;
/** A message that takes longer of the event loop holds a plant up, ms of CPU. */
const LONGEST = 1000;
/** Failures that are told of a piece, and made smaller. */
const MOST_FAILURES = 10;
/** Nothing may be unsettled for longer, ms. */
const PATIENCE = 20_000;
/** What may be unsettled for as long as there is no broker: as many as the node's own queue holds. */
const WAITS: Readonly<Record<string, number>> = { 'swat-kafka-out': QUEUE };

/** The simulated plant of the flow. */
const SOURCE = 'the-source';

/** The fuzzer inside Node-RED: messages can be made only where they are taken. */
export = (RED: NodeAPI): void => {
  const watch = new Watch();
  const good = new Map<string, Message[]>();
  let targets: readonly string[] = [];
  /** What waits for a broker, by node. */
  const held = new Map<string, Way[]>();
  let gathering = true;
  const hooks = RED.hooks as Hooks;
  // The published types know of no node that is not there.
  const nodeOf = RED.nodes.getNode.bind(RED.nodes) as (id: string) => Node | null;
  hooks.add('onComplete.fuzz', (event: Completed) => watch.complete(event));
  hooks.add('onReceive.fuzz', ({ msg, destination: { id } }: Received) => {
    if (!gathering || !targets.includes(id)) return;
    const kept = good.get(id) ?? [];
    good.set(id, kept);
    if (kept.length >= KEPT) kept.splice(Math.floor((kept.length * 7) / 11), 1);
    kept.push(copied(msg) as Message);
  });

  // Node-RED ends with either; here they are what is looked for.
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => watch.loose.push(`uncaught exception: ${error.stack ?? String(error)}`));
  process.on('unhandledRejection', (reason) =>
    watch.loose.push(`unhandled rejection: ${reason instanceof Error ? (reason.stack ?? '') : String(reason)}`),
  );
  const natives: object[] = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Number.prototype];
  const keys = (): number => natives.reduce<number>((sum, native) => sum + Reflect.ownKeys(native).length, 0);
  const keysBefore = keys();

  const sourcesOf = (node: Node): Sources => ({
    good: good.get(node.id) ?? [],
    commands: (COMMANDS[node.type] ?? []).map((swat) => ({ swat, payload: 1 })),
  });
  const made = (node: Node, seed: number, index: number): Message =>
    hostileMessage(seeded(hashed(`${seed} ${node.id} ${index}`)), sourcesOf(node));

  /** Gives a message to a node; what came of it is in the way, once settled. */
  const give = (node: Node, message: Message, index: number): Way => {
    const way = watch.begin(message, node.id, index);
    const { user, system } = process.cpuUsage();
    try {
      node.receive(message);
    } catch (cause) {
      way.problem = `receive threw: ${String(cause)}`;
    }
    const after = process.cpuUsage();
    const spent = (after.user + after.system - user - system) / 1000;
    if (spent > LONGEST) way.problem ??= `took ${Math.round(spent)} ms of the event loop`;
    if (keys() !== keysBefore) way.problem ??= 'changed the prototype of all objects';
    return way;
  };

  const wait = async (node: Node, ways: readonly Way[], patience = PATIENCE): Promise<void> => {
    const most = WAITS[node.type] ?? 0;
    if (most === 0) await watch.settled(ways, patience);
    else await pause(0);
    const open = [...(held.get(node.id) ?? []), ...ways].filter(({ settled }) => settled === 0);
    for (const way of open.slice(most)) way.problem ??= 'done was never called';
    held.set(node.id, open.slice(0, most));
  };

  const failureOf = async (node: Node, seed: number, { index, problem = '' }: Way): Promise<Failure> => {
    const kind = problem.split('\n')[0].replaceAll(/\d+/g, '#');
    const fails = async (candidate: Message): Promise<boolean> => {
      const way = give(node, candidate, index);
      await wait(node, [way], 1000);
      return way.problem?.split('\n')[0].replaceAll(/\d+/g, '#') === kind;
    };
    const whole = made(node, seed, index);
    const alone = await fails(copied(whole) as Message);
    const small = alone ? await minimised(whole, fails) : whole;
    return { node: node.type, seed, index, what: problem, message: described(small), alone };
  };

  const run = async ({ seed, from, count, only }: Piece): Promise<PieceResult> => {
    const failures: Failure[] = [];
    const before = process.cpuUsage();
    const refusedBefore = { ...watch.refused };
    const sent: Record<string, number> = {};
    // A command may have started it: what it sends is no part of the fuzzing.
    const stop: Message = { swat: { command: 'stop' } };
    nodeOf(SOURCE)?.receive(stop);
    const nodes = targets.flatMap((id) => nodeOf(id) ?? []).filter(({ type }) => only === undefined || type === only);
    for (let at = 0; at < count; at += BATCH) {
      const given = nodes.map((node): [Node, Way[]] => {
        const ways: Way[] = [];
        for (let index = from + at; index < from + Math.min(count, at + BATCH); index += 1)
          if (index % (SELDOM[node.type] ?? 1) === 0) ways.push(give(node, made(node, seed, index), index));
        return [node, ways];
      });
      for (const [node, ways] of given) {
        sent[node.type] = (sent[node.type] ?? 0) + ways.length;
        await wait(node, ways);
      }
      const loose = watch.loose.splice(0).map((what) => ({ node: '', seed, index: from + at, what, message: 'one of this batch, or what came of it', alone: false })); // prettier-ignore
      for (const [node, ways] of given)
        for (const way of ways)
          if (way.problem !== undefined && failures.length < MOST_FAILURES)
            failures.push(await failureOf(node, seed, way));
      failures.push(...loose.slice(0, MOST_FAILURES));
    }
    const { user, system } = process.cpuUsage(before);
    const refused = Object.fromEntries(
      Object.entries(watch.refused)
        .map(([code, times]) => [code, times - (refusedBefore[code] ?? 0)] as const)
        .filter(([, times]) => times > 0),
    );
    return { sent, refused, failures, cpuMs: (user + system) / 1000 };
  };

  const route = (path: string, act: (asked: (name: string) => string) => unknown): void => {
    RED.httpAdmin.get(path, (request: Request, response: Response) => {
      Promise.resolve(act((name) => (typeof request.query[name] === 'string' ? request.query[name] : ''))).then(
        (answer) => response.json(answer ?? {}),
        (cause: unknown) => response.status(500).send(cause instanceof Error ? cause.stack : String(cause)),
      );
    });
  };
  /** Good messages that have come to each type of node so far. */
  route('/fuzz/gathered', () =>
    Object.fromEntries(targets.map((id) => [nodeOf(id)?.type ?? id, good.get(id)?.length ?? 0])),
  );
  route('/fuzz/run', (asked) => {
    gathering = false;
    const only = asked('only');
    return run({ seed: Number(asked('seed')), from: Number(asked('from')), count: Number(asked('count')), ...(only === '' ? {} : { only }) }); // prettier-ignore
  });
  /** Whether each node takes good messages of its own as it did before: the codes of those that are refused. */
  route('/fuzz/good', async () => {
    const refused: Record<string, string> = {};
    for (const id of targets) {
      const node = nodeOf(id);
      if (node === null || node.type in WAITS) continue;
      const ways = (good.get(id) ?? []).slice(-5).map((message) => give(node, copied(message) as Message, -1));
      await wait(node, ways);
      for (const { problem } of ways) if (problem !== undefined) refused[node.type] = problem;
    }
    return refused;
  });
  route('/fuzz/memory', async () => {
    for (let pass = 0; pass < 3; pass += 1) {
      globalThis.gc?.();
      await pause(200);
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return { bytes: heapUsed + arrayBuffers };
  });

  RED.nodes.registerType('fuzz-feed', function (this: Node, config: Feed) {
    RED.nodes.createNode(this, config);
    targets = config.targets;
    this.on('input', (_message, _send, done) => done());
  });
};

/** FNV-1a. */
function hashed(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
