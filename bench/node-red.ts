import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { FlowNode } from '../test/harness/admin';
import { startNodeRed, type RunningNodeRed } from '../test/harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../test/harness/user-dir';
import type { Bench } from './harness';

/** Linux counts the CPU time of a process in hundredths of a second. */
const TICKS = 100;

/** Nothing is counted before the first verdict. */
interface Count {
  readonly verdicts?: number;
  readonly scored?: number;
}

/** The whole chain in a real, headless Node-RED: the simulated plant's 51 tags as fast as the flow takes them.
 * It reads /proc, so it runs on Linux. */
export const nodeRedBench: Bench = {
  name: 'node-red',
  async run(short) {
    const userDir = createUserDir();
    linkModule(userDir);
    const nodeRed = await startNodeRed({ userDir, flows: chain(), ...oneCore() });
    try {
      await untilScored(nodeRed, short ? 200 : 20_000);
      const seconds = short ? 3 : 30;
      const before = await moment(nodeRed);
      await pause(seconds * 1000);
      const after = await moment(nodeRed);
      const samples = after.verdicts - before.verdicts;
      if (after.scored - before.scored !== samples) throw new Error('not every window was scored by both detectors');
      return {
        figures: [
          { name: 'samples a second', value: Math.round(samples / ((after.at - before.at) / 1000)), unit: 'samples/s' },
          { name: 'CPU time a sample', value: Math.round(((after.cpu - before.cpu) / samples) * 1e6), unit: 'µs' },
          { name: 'memory', value: Math.round(residentBytes(nodeRed.pid) / 1e6), unit: 'MB' },
        ],
      };
    } finally {
      await nodeRed.stop();
      removeUserDir(userDir);
    }
  },
};

/** swat-source and the five nodes behind it, and a counter that can be asked over HTTP. */
function chain(): FlowNode[] {
  const z = 'bench';
  const counting = [
    'const seen = flow.get("seen") ?? { verdicts: 0, scored: 0 };',
    'seen.verdicts += 1;',
    'if (msg.scores?.autoencoder?.ready && msg.scores?.iforest?.ready) seen.scored += 1;',
    'if (seen.verdicts === 1) flow.set("seen", seen);',
    'return msg;',
  ].join('\n');
  return [
    { id: z, type: 'tab', label: 'bench' },
    { id: 'plant', type: 'swat-plant', name: '', source: 'swat' },
    { id: 'model', type: 'swat-model', name: 'plant', folder: '', reference: true },
    {
      id: 'source',
      z,
      type: 'swat-source',
      mode: 'simulation',
      autostart: true,
      speed: 'max',
      seed: 7,
      wires: [['window'], []],
    },
    { id: 'window', z, type: 'swat-window', plant: 'plant', length: 60, stride: 1, wires: [['autoencoder']] },
    { id: 'autoencoder', z, type: 'swat-autoencoder', model: 'model', autoTrain: true, wires: [['iforest'], []] },
    { id: 'iforest', z, type: 'swat-iforest', model: 'model', autoTrain: true, wires: [['severity'], []] },
    { id: 'severity', z, type: 'swat-severity', wires: [['counter'], []] },
    { id: 'alert', z, type: 'swat-alert', log: false, wires: [[], [], []] },
    { id: 'counter', z, type: 'function', func: counting, outputs: 1, wires: [['alert']] },
    { id: 'ask', z, type: 'http in', url: '/count', method: 'get', wires: [['tell']] },
    {
      id: 'tell',
      z,
      type: 'function',
      func: 'msg.payload = flow.get("seen") ?? {}; return msg;',
      outputs: 1,
      wires: [['answer']],
    },
    { id: 'answer', z, type: 'http response', wires: [] },
  ];
}

/** Holds the process to one core where the system can. */
function oneCore(): { node: string; nodeArgs: string[] } | Record<string, never> {
  const there = spawnSync('taskset', ['--version']).status === 0;
  return there ? { node: 'taskset', nodeArgs: ['-c', '0', process.execPath] } : {};
}

async function untilScored(nodeRed: RunningNodeRed, atLeast: number): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const { scored = 0 } = await count(nodeRed);
    if (scored >= atLeast) return;
    if (performance.now() > deadline) throw new Error(`only ${scored} windows were scored:\n${nodeRed.log()}`);
    await pause(200);
  }
}

async function moment(nodeRed: RunningNodeRed): Promise<Required<Count> & { cpu: number; at: number }> {
  const { verdicts = 0, scored = 0 } = await count(nodeRed);
  return { verdicts, scored, cpu: cpuSeconds(nodeRed.pid), at: performance.now() };
}

async function count(nodeRed: RunningNodeRed): Promise<Count> {
  return JSON.parse(await nodeRed.admin.text('/count')) as Count;
}

/** CPU time of all threads so far, seconds (proc(5), fields 14 and 15). */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
}
