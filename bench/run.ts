import { join } from 'node:path';
import { alarmsBench } from './alarms';
import { apiBench } from './api';
import { capacityBench } from './capacity';
import { print, save, type Bench } from './harness';
import { historyBench } from './history';
import { journalBench } from './journal';
import { kafkaBench } from './kafka';
import { kernelsBench } from './kernels';
import { learningBench } from './learning';
import { eventLoopBench } from './event-loop';
import { latencyBench } from './latency';
import { memoryBench } from './memory';
import { nodeRedBench } from './node-red';
import { weightsBench } from './weights';
import { windowBench } from './window';

const BENCHES: readonly Bench[] = [
  windowBench,
  kernelsBench,
  nodeRedBench,
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
];

/** `npm run bench -- [name …] [--short]`: results go to bench/results, those of a short run nowhere. */
async function main(args: readonly string[]): Promise<number> {
  const short = args.includes('--short');
  const names = args.filter((arg) => !arg.startsWith('--'));
  const unknown = names.filter((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    const known = BENCHES.map((bench) => bench.name).join(', ');
    process.stderr.write(`No bench is called ${unknown.join(', ')}. There are: ${known}.\n`);
    return 2;
  }
  for (const bench of BENCHES) {
    if (names.length > 0 && !names.includes(bench.name)) continue;
    const report = await bench.run(short);
    print(bench, report);
    if (!short) save(join(__dirname, '..', '..', 'bench', 'results'), bench, report);
  }
  return 0;
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
