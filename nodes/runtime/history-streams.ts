import type { NodeFigures, Streams } from '../../lib/history/reader';
import type { Topics } from '../../lib/history/topics';
import { plainFigures, workOf } from '../../lib/metrics/plain';
import type { LoopWatch } from '../../lib/platform/loop-delay';
import { standings } from './metrics';

/** How much of its work a node had done, and when that was looked at. */
interface Look {
  readonly work: number;
  readonly at: number;
  readonly rate: number | undefined;
}

/** A rate is of at least so long, ms: who asks more often gets the same one. */
const LEAST_MS = 1000;

/** Tells how the streams of this process fare. */
export class StreamsTold {
  #looks = new Map<string, Look>();

  constructor(
    private readonly topics: Topics,
    private readonly loop: LoopWatch,
  ) {}

  /** @param now the steady clock, ms */
  tell(now: number): Streams {
    const { rss, heapUsed, external } = process.memoryUsage();
    return {
      topics: this.topics.list(now),
      figures: this.#figures(now),
      eventLoop: this.loop.take(),
      memory: { rss, heapUsed, external },
      uptime: Math.round(process.uptime()),
    };
  }

  #figures(now: number): NodeFigures[] {
    const before = this.#looks;
    this.#looks = new Map();
    return standings().map(({ node, figures }) => {
      const look = lookAt(workOf(figures), before.get(node.id), now);
      if (look !== undefined) this.#looks.set(node.id, look);
      const rate = look?.rate === undefined ? {} : { rate: look.rate };
      return { node: node.id, name: node.name ?? '', type: node.type, values: { ...plainFigures(figures), ...rate } };
    });
  }
}

function lookAt(work: number | undefined, before: Look | undefined, now: number): Look | undefined {
  if (work === undefined) return undefined;
  if (before === undefined || work < before.work) return { work, at: now, rate: undefined };
  const passed = now - before.at;
  if (passed < LEAST_MS) return before;
  return { work, at: now, rate: Math.round(((work - before.work) / passed) * 10_000) / 10 };
}
