import type { FlowNode } from './admin';
import { chainFlow, type ChainOptions } from './chain-flow';
import { startCollector, type Collector } from './collector';
import { eventually } from './eventually';
import { figuresOf, METRICS_ENV, type FigureOf } from './metrics';
import { freePort, startNodeRed, type RunningNodeRed } from './node-red';
import { startFeed, type FeedPlan, type PlantFeed } from './plant-feed';
import { probed, type Probed } from './resources';
import { createUserDir, linkModule, removeUserDir } from './user-dir';

/** A chain in a real Node-RED that can be asked what it holds, the plant that feeds it, and what its ends are told to. */
export interface FedChain extends Pick<Probed, 'resources'> {
  readonly nodeRed: RunningNodeRed;
  readonly feed: PlantFeed;
  readonly collector: Collector;
  /** As it was started. */
  readonly flows: readonly FlowNode[];
  /** What its metrics say now. */
  figures(): Promise<FigureOf>;
  /** Kills Node-RED and starts it again, after something was done to its user directory. */
  restart(between: (userDir: string) => void): Promise<void>;
  /** Waits until something holds; the log is part of the error. */
  until(holds: () => boolean, what: string): Promise<void>;
}

/**
 * Starts a fed chain before the tests of a `describe`, and ends it after them.
 * @param change what is put in the place of a node of the flow
 */
export function fedChain(
  options: Omit<ChainOptions, 'feedPort' | 'collector'>,
  plan: FeedPlan,
  change: (node: FlowNode) => FlowNode = (node) => node,
): () => FedChain {
  let chain: FedChain | undefined;
  let userDir: string | undefined;

  before(async function () {
    this.timeout(60_000);
    const folder = createUserDir();
    userDir = folder;
    linkModule(folder);
    const collector = await startCollector();
    const feedPort = await freePort();
    const { options: probe, resources } = await probed();
    const start = { ...probe, env: { ...probe.env, ...METRICS_ENV } };
    const flows = chainFlow({ ...options, feedPort, collector }).map(change);
    let nodeRed = await startNodeRed({ userDir: folder, flows, ...start });
    const feed = startFeed(plan);
    feed.to(feedPort);
    const until = (holds: () => boolean, what: string): Promise<void> =>
      eventually(holds, () => `${what}\n${nodeRed.log().slice(-2000)}`);
    chain = {
      get nodeRed() {
        return nodeRed;
      },
      feed,
      collector,
      flows,
      resources,
      figures: () => figuresOf(nodeRed.url),
      async restart(between) {
        await nodeRed.kill();
        between(folder);
        nodeRed = await startNodeRed({ userDir: folder, ...start });
      },
      until,
    };
  });
  after(async function () {
    this.timeout(60_000);
    chain?.feed.stop();
    await chain?.nodeRed.stop();
    await chain?.collector.close();
    if (userDir !== undefined) removeUserDir(userDir);
  });
  return () => {
    if (chain === undefined) throw new Error('the chain starts before the first test');
    return chain;
  };
}
