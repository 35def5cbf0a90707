import { join } from 'node:path';
import { alarmsBench } from './alarms';
import { apiBench } from './api';
import { capacityBench } from './capacity';
import { print, save, type Bench, type Report } from './harness';
import { historyBench } from './history';
import { journalBench } from './journal';
import { kafkaBench } from './kafka';
import { kernelsBench } from './kernels';
import { learningBench } from './learning';
import { edgeBench } from './edge';
import { editorBench } from './editor';
import { eventLoopBench } from './event-loop';
import { growthBench } from './growth';
import { fallen } from './guard';
import { latencyBench } from './latency';
import { memoryBench } from './memory';
import { nodeRedBench } from './node-red';
import { soakBench } from './soak';
import { startBench } from './start';
import { weightsBench } from './weights';
import { windowBench } from './window';

const BENCHES: readonly Bench[] = [
  windowBench,
  kernelsBench,
  growthBench,
  nodeRedBench,
  editorBench,
  startBench,
  edgeBench,
  latencyBench,
  eventLoopBench,
  memoryBench,
  capacityBench,
  weightsBench,
  learningBench,
  alarmsBench,
  journalBench,
  historyBench,
  kafkaBench,
  apiBench,
  soakBench,
];

const RESULTS = join(__dirname, '..', '..', 'bench', 'results');
/** A ratio of a short run that has fallen is looked at again so often: only one that stays down has fallen. */
const ATTEMPTS = 3;

/**
 * `npm run bench -- [name …] [--short]`: results go to bench/results, those of a short run nowhere; a long one runs only where
 * it is named. A short run is held to
 * what is there: it fails when a ratio fell by more than a third.
 */
async function main(args: readonly string[]): Promise<number> {
  const short = args.includes('--short');
  const names = args.filter((arg) => !arg.startsWith('--'));
  const unknown = names.filter((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    const known = BENCHES.map((bench) => bench.name).join(', ');
    process.stderr.write(`No bench is called ${unknown.join(', ')}. There are: ${known}.\n`);
    return 2;
  }
  const worse: string[] = [];
  for (const bench of BENCHES) {
    if (names.length > 0 ? !names.includes(bench.name) : bench.long === true && !short) continue;
    const report = await bench.run(short);
    print(bench, report);
    if (short) worse.push(...(await stayedDown(bench, report)));
    else save(RESULTS, bench, report);
  }
  for (const line of worse) process.stdout.write(`FAIL ${line}\n`);
  return worse.length > 0 ? 1 : 0;
}

/** What has fallen in a report and in the attempts after it. */
async function stayedDown(bench: Bench, report: Report): Promise<string[]> {
  let down = fallen(RESULTS, bench.name, report);
  for (let attempt = 1; attempt < ATTEMPTS && down.size > 0; attempt += 1) {
    const again = fallen(RESULTS, bench.name, await bench.run(true));
    down = new Map([...again].filter(([name]) => down.has(name)));
  }
  return [...down.values()];
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
