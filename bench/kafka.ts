import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { SETTLEMENTS } from '../lib/kafka/intake';
import { TestKafka } from '../test/harness/kafka';
import type { FlowNode } from '../test/harness/admin';
import { startNodeRed, type RunningNodeRed } from '../test/harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../test/harness/user-dir';
import { throughKafka, throughKafkajs, type Route } from './flow';
import { median, type Bench, type Figure, type Report } from './harness';
import { ASSETS, Load, Verdicts } from './kafka-load';
import { quantile } from './quantile';
import { addBenchNodes, firstCore } from './subject';

/** Samples a second: of the latency, and while the reader is started anew. */
const RATE = 1000;
const RATE_OVER_RESTART = 500;
/** A window has 60 samples: those before the first give no verdict. */
const SILENT = 59 * ASSETS;
/** As far as a verdict may be behind its sample where the reader has caught up, ms. */
const CAUGHT_UP_MS = 500;
const QUIET_MS = 5000;

/**
 * From Kafka through five nodes to Kafka, on a real broker of its own. How a record is settled is the parameter:
 * `SWAT_BENCH_SETTLE=handed,upto` names the ways, else those that make sense for windows are measured. `SWAT_BENCH_PROFILE=<folder>`
 * has Node-RED write CPU profiles.
 */
export const kafkaBench: Bench = {
  name: 'kafka',
  async run(short) {
    // A short run is for machines that have it: a full one installs it.
    if (short && !existsSync(process.env.SWAT_KAFKA_HOME ?? join(checkout, '.work', 'kafka'))) {
      process.stdout.write('kafka: not run, there is none here (node scripts/kafka.mjs install)\n');
      return {};
    }
    const kafka = new TestKafka();
    try {
      await kafka.start();
      otherCores(kafka.ports.pid);
      otherCores(process.pid);
      return await measure(kafka, short);
    } finally {
      otherCores(process.pid, true);
      await kafka.remove();
    }
  },
};

async function measure(kafka: TestKafka, short: boolean): Promise<Report> {
  const modes = short ? settlements().slice(0, 1) : settlements();
  const size = short ? { rounds: 1, samples: 2000, seconds: 1 } : { rounds: 5, samples: 20_000, seconds: 10 };
  const ours: Subject[] = [];
  let peer: Subject | undefined;
  try {
    for (const mode of modes) ours.push(await start(kafka, mode, (route) => throughKafka(route, mode)));
    peer = await start(kafka, 'plain kafkajs', throughKafkajs);
    for (const subject of [...ours, peer]) await throughput(subject, short ? 500 : 5000, SILENT);
    const rates: Throughput[][] = ours.map(() => []);
    const latencies: Latency[][] = ours.map(() => []);
    const peers: Throughput[] = [];
    for (let round = 0; round < size.rounds; round += 1) {
      for (let turn = 0; turn < ours.length; turn += 1) {
        const i = (round + turn) % ours.length;
        rates[i].push(await throughput(ours[i], size.samples));
        latencies[i].push(await latency(ours[i], size.seconds));
      }
      peers.push(await throughput(peer, size.samples / 5));
    }
    const figures = ours.flatMap(({ name }, i) => [...speed(name, rates[i]), ...delays(name, latencies[i])]);
    const ratios = rates[0].map(({ rate }, round) => rate / peers[round].rate);
    figures.push(...speed(peer.name, peers), median(`${ours[0].name} to ${peer.name}`, 'x', ratios));
    for (const subject of ours)
      for (const how of short ? (['kill'] as const) : (['kill', 'stop'] as const))
        figures.push(...(await restarts(subject, how, short ? 1 : 3)));
    return { how: HOW, figures };
  } finally {
    for (const subject of [...ours, ...(peer === undefined ? [] : [peer])]) await subject.end();
  }
}

function speed(name: string, rounds: readonly Throughput[]): Figure[] {
  const rates = rounds.map(({ rate }) => rate);
  const times = rounds.map(({ cpu }) => cpu);
  return [median(`${name}: samples a second`, 'samples/s', rates), median(`${name}: CPU time a sample`, 'µs', times)];
}

function delays(name: string, rounds: readonly Latency[]): Figure[] {
  const of = (part: keyof Latency): number[] => rounds.map((each) => each[part]);
  return [
    median(`${name}: end to end at ${RATE}/s, p50`, 'ms', of('p50')),
    median(`${name}: end to end at ${RATE}/s, p99`, 'ms', of('p99')),
    { name: `${name}: end to end at ${RATE}/s, longest`, value: Math.max(...of('max')), unit: 'ms' },
  ];
}

const HOW =
  'A real Apache Kafka 4.1 (one node, plain text) and the bench on the second core, a real headless Node-RED on the first: ' +
  'swat-kafka-in, swat-window (60 samples), swat-pca, swat-autoencoder, swat-iforest and swat-severity with the shipped model, ' +
  `swat-kafka-out. ${ASSETS} assets of 51 tags in ${ASSETS} partitions, JSON, no compression, acks of all. Throughput: a stock of samples is ` +
  'written to the topic; from the first tenth of the verdicts to the last, by the time that the writer puts on each. End to ' +
  'end: from the instant a sample was due until a reader in another process (the bench) has its verdict. Restart: at ' +
  `${RATE_OVER_RESTART} samples/s that go on; from the start of the new process to its first verdict, and until those of all assets are of samples ` +
  `of the last ${CAUGHT_UP_MS / 1000} s again; plant time goes ${RATE_OVER_RESTART / ASSETS} times as fast as the clock, so that after a kill the windows are ` +
  'filled anew, which is what lacks a verdict. The peer has the same five nodes between kafkajs as it is put into a function node: ' +
  'eachMessage, a send for each message, at most once where it crashes. In turn, round by round.';

/** How records are settled. */
function settlements(): readonly string[] {
  const known: readonly string[] = [...SETTLEMENTS, 'exact'];
  const wanted = process.env.SWAT_BENCH_SETTLE?.split(',') ?? ['upto', 'handed', 'exact'];
  const unknown = wanted.find((each) => !known.includes(each));
  if (unknown !== undefined) throw new Error(`SWAT_BENCH_SETTLE=${unknown}: there are ${known.join(', ')}`);
  return wanted;
}

interface Subject {
  readonly name: string;
  readonly load: Load;
  readonly verdicts: Verdicts;
  readonly nodeRed: () => RunningNodeRed;
  /** Ends Node-RED so, and starts it anew; the instant of the start, ms of `performance.now`. */
  restart(how: 'kill' | 'stop'): Promise<{ at: number; started: Promise<void> }>;
  end(): Promise<void>;
}

async function start(kafka: TestKafka, name: string, flows: (route: Route) => FlowNode[]): Promise<Subject> {
  const state = await kafka.topic(ASSETS, { 'cleanup.policy': 'compact' });
  const [from, to] = [await kafka.topic(ASSETS), await kafka.topic(ASSETS)];
  const route = { brokers: kafka.address, from, to, group: name, state };
  const userDir = createUserDir();
  linkModule(userDir);
  addBenchNodes(userDir);
  const profiles = process.env.SWAT_BENCH_PROFILE;
  const nodeArgs = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  const run = (first: boolean): Promise<RunningNodeRed> =>
    startNodeRed({ userDir, ...(first ? { flows: flows(route) } : {}), ...firstCore(nodeArgs) });
  let nodeRed = await run(true);
  const load = await Load.open(kafka, route.from);
  const verdicts = await Verdicts.watch(kafka, route.to);
  return {
    name,
    load,
    verdicts,
    nodeRed: () => nodeRed,
    async restart(how) {
      await nodeRed[how]();
      const at = performance.now();
      const started = run(false).then((next) => {
        nodeRed = next;
      });
      return { at, started };
    },
    async end() {
      await load.close();
      await verdicts.close();
      await nodeRed.stop();
      removeUserDir(userDir);
    },
  };
}

/** Samples a second of a stock, and CPU time of Node-RED a sample in microseconds. */
interface Throughput {
  readonly rate: number;
  readonly cpu: number;
}

/** The first `silent` samples give no verdict. */
async function throughput(subject: Subject, samples: number, silent = 0): Promise<Throughput> {
  const { name, load, verdicts, nodeRed } = subject;
  verdicts.clear();
  const before = cpuTime(nodeRed().pid);
  const wanted = samples - silent;
  await load.write(samples);
  await verdicts.until(() => verdicts.seen.length >= wanted, 60, () => `${name}, of ${samples}:\n${nodeRed().log()}`); // prettier-ignore
  const times = verdicts.seen.map(({ written }) => written).sort((a, b) => a - b);
  const first = Math.floor(times.length / 10);
  return {
    rate: ((times.length - first) * 1000) / (times[times.length - 1] - times[first]),
    cpu: (cpuTime(nodeRed().pid) - before) / samples,
  };
}

/** User and system time of a process so far, of all its threads, µs; 0 where the system does not tell. */
function cpuTime(pid: number): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return 0;
  const fields = readFileSync(file, 'utf8').split(') ')[1].split(' ');
  // In hundredths of a second.
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

async function latency({ load, verdicts, nodeRed }: Subject, seconds: number): Promise<Latency> {
  load.pace(RATE);
  await pause(1000);
  load.due.clear();
  verdicts.clear();
  await pause(seconds * 1000);
  await load.rest();
  const all = (): number[] =>
    verdicts.seen.flatMap(({ name, arrived }) => {
      const due = load.due.get(name);
      return due === undefined ? [] : [arrived - due];
    });
  await verdicts.until(() => all().length >= load.due.size, 60, () => `of ${load.due.size}:\n${nodeRed().log()}`); // prettier-ignore
  const sorted = all().sort((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: sorted[sorted.length - 1] };
}

async function restarts(subject: Subject, how: 'kill' | 'stop', rounds: number): Promise<Figure[]> {
  const { load, verdicts, name } = subject;
  const first: number[] = [];
  const level: number[] = [];
  let [missing, twice] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    load.pace(RATE_OVER_RESTART);
    await pause(2000);
    load.due.clear();
    verdicts.clear();
    await pause(1000);
    const { at, started } = await subject.restart(how);
    const why = (): string => subject.nodeRed().log();
    // What the old process wrote has arrived long before the new one has started.
    await pause(700);
    const before = verdicts.seen.length;
    await Promise.all([started, verdicts.until(() => verdicts.seen.length > before, 120, why)]);
    // Of the asset that comes last: each has a partition of its own.
    const caughtUp = (): number | undefined => {
      const at = new Map<string, number>();
      for (const { name: of, arrived } of verdicts.seen.slice(before)) {
        const asset = of.slice(0, of.indexOf('/'));
        if (!at.has(asset) && arrived - (load.due.get(of) ?? 0) < CAUGHT_UP_MS) at.set(asset, arrived);
      }
      return at.size < ASSETS ? undefined : Math.max(...at.values());
    };
    await verdicts.until(() => caughtUp() !== undefined, 120, why);
    first.push((verdicts.seen[before].arrived - at) / 1000);
    level.push(((caughtUp() ?? 0) - at) / 1000);
    await load.rest();
    await quiet(verdicts);
    const names = verdicts.seen.map((each) => each.name).filter((each) => load.due.has(each));
    const once = new Set(names);
    missing += load.due.size - once.size;
    twice += names.length - once.size;
  }
  const words = how === 'kill' ? 'kill -9' : 'orderly restart';
  return [
    median(`${name}: first verdict after ${words}`, 's', first),
    median(`${name}: caught up after ${words}`, 's', level),
    { name: `${name}: samples without a verdict, ${words}, all rounds`, value: missing, unit: '' },
    { name: `${name}: verdicts that came twice, ${words}, all rounds`, value: twice, unit: '' },
  ];
}

/** Resolves once no verdict has come for so long: what has none by now has none at all. */
async function quiet({ seen }: Verdicts): Promise<void> {
  let before = -1;
  while (seen.length > before) {
    before = seen.length;
    await pause(QUIET_MS);
  }
}

/** Moves a process with all its threads away from the first core, where there are others, or back to all of them. */
function otherCores(pid: number, all = false): void {
  const last = cpus().length - 1;
  if (all) spawnSync('taskset', ['-acp', `0-${last}`, String(pid)]);
  else if (last > 0) spawnSync('taskset', ['-acp', `1-${last}`, String(pid)]);
}
