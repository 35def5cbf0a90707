import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { AGE_BUCKETS, FAMILIES, type Family, type Figures } from './families';

/** Which node a figure is of. */
export interface Who {
  readonly id: string;
  readonly type: string;
  readonly name?: string | undefined;
}

/** What a node can be asked for. */
export interface Told {
  /** Its figures as they are now; cheap. */
  figures(): Figures;
  /** A code of what keeps it from its work; `undefined` where nothing does. */
  waitsFor?(): string | undefined;
}

/** A node's place among the metrics. */
export interface Member {
  /** A verdict was given, of a window that ended so many seconds ago. */
  verdict(ageS: number): void;
  /** Nothing is left of it. */
  leave(): void;
}

/** What keeps a node from its work. */
export interface Waiting extends Who {
  readonly reason: string;
}

const LABELS = ['node', 'type', 'name'] as const;
type Labels = Record<(typeof LABELS)[number], string>;
/** Names are of people: a label stays short. */
const LONGEST_NAME = 64;

/** Gauges of prom-client that are named like counters; each is the sum of one by type. */
const MISNAMED = ['handles', 'requests', 'resources'].map((what) => `nodejs_active_${what}_total`);

/** Figures of this process alone, taken by perf_hooks: they are started once, however many collections there are. */
let ofProcess: Registry | undefined;

function processRegistry(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
    for (const name of MISNAMED) ofProcess.removeSingleMetric(name);
  }
  return ofProcess;
}

/** The metrics of all nodes of a process, in the text form of Prometheus. As many series as nodes have; none by asset or tag. */
export class Collection {
  readonly #registry = new Registry();
  readonly #metrics = new Map<Family, Counter | Gauge>();
  readonly #age: Histogram<keyof Labels>;
  readonly #ready: Gauge;
  readonly #failed: Gauge;
  readonly #members = new Map<object, { readonly labels: Labels; readonly who: Who; readonly told: Told }>();
  #running = false;

  /** @param build versions, as labels of `swat_build_info` */
  constructor(build: Readonly<Record<string, string>>) {
    const registers = [this.#registry];
    for (const [name, form] of Object.entries(FAMILIES) as [Family, { help: string; by?: string }][]) {
      const labelNames = form.by === undefined ? LABELS : [...LABELS, form.by];
      const settings = { name, help: form.help, labelNames, registers };
      this.#metrics.set(name, name.endsWith('_total') ? new Counter(settings) : new Gauge(settings));
    }
    this.#age = new Histogram({
      name: 'swat_verdict_age_seconds',
      help: 'Age of the newest sample of a window when its verdict was given, by the clock of this machine.',
      labelNames: LABELS,
      buckets: AGE_BUCKETS,
      registers,
    });
    this.#ready = new Gauge({
      name: 'swat_ready',
      help: '1 while the flows run and every node does its work.',
      registers,
    });
    this.#failed = new Gauge({
      name: 'swat_collection_failed',
      help: '1 for a node whose figures could not be taken.',
      labelNames: LABELS,
      registers,
    });
    const info = { name: 'swat_build_info', help: 'Versions, as labels.', labelNames: Object.keys(build), registers };
    new Gauge(info).set(build, 1);
  }

  /** Whether the flows have started and are not being stopped. */
  set running(running: boolean) {
    this.#running = running;
  }

  join(who: Who, told: Told): Member {
    const { id, type, name } = who;
    const labels = { node: id, type, name: (name ?? '').slice(0, LONGEST_NAME) };
    const key = {};
    this.#members.set(key, { labels, who: { id, type, ...(name ? { name } : {}) }, told });
    return {
      verdict: (ageS) => {
        if (this.#members.has(key)) this.#age.observe(labels, Math.max(0, ageS));
      },
      leave: () => {
        if (this.#members.delete(key)) this.#age.remove(labels);
      },
    };
  }

  /** Whether everything is at work, and what is not. */
  readiness(): { readonly ready: boolean; readonly running: boolean; readonly waiting: readonly Waiting[] } {
    const waiting = [...this.#members.values()].flatMap(({ who, told }) => {
      const reason = reasonOf(told);
      return reason === undefined ? [] : [{ ...who, reason }];
    });
    return { ready: this.#running && waiting.length === 0, running: this.#running, waiting };
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Everything, for a scrape. */
  async text(): Promise<string> {
    for (const metric of this.#metrics.values()) metric.reset();
    this.#failed.reset();
    for (const { labels, told } of this.#members.values()) {
      try {
        this.#take(labels, told);
      } catch {
        this.#failed.set(labels, 1);
      }
    }
    this.#ready.set(Number(this.readiness().ready));
    const [own, process] = await Promise.all([this.#registry.metrics(), processRegistry().metrics()]);
    return own + process;
  }

  #take(labels: Labels, told: Told): void {
    const reason = reasonOf(told);
    if (reason !== undefined) this.#set('swat_not_ready', { ...labels, reason }, 1);
    for (const [name, figure] of Object.entries(told.figures()) as [Family, number | Record<string, number>][]) {
      const { by } = FAMILIES[name] as { by?: string };
      if (typeof figure === 'number') this.#set(name, labels, figure);
      else for (const [value, each] of Object.entries(figure)) this.#set(name, { ...labels, [by ?? '']: value }, each);
    }
  }

  #set(name: Family, labels: Record<string, string>, value: number): void {
    const metric = this.#metrics.get(name);
    if (metric instanceof Gauge) metric.set(labels, value);
    else metric?.inc(labels, value);
  }
}

/** A node that cannot even say whether it works does not. */
function reasonOf(told: Told): string | undefined {
  try {
    return told.waitsFor?.();
  } catch {
    return 'failed';
  }
}
