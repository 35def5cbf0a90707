import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { machine } from '../../bench/harness';
import type { RunningNodeRed } from '../harness/node-red';
import { checkout } from '../harness/user-dir';

const full = process.env.SWAT_FULL === '1';
const number = (name: string, fallback: number): number => Number(process.env[name] ?? fallback);

/** How much is fuzzed: the short form of CI, the full one (`SWAT_FULL`), and what the command line says. */
export const FUZZ = {
  isFull: full,
  seed: number('SWAT_FUZZ_SEED', 1),
  messages: number('SWAT_FUZZ_MESSAGES', full ? 1_000_000 : 6000),
  /** The case to begin with: one that was found is come to at once. */
  from: number('SWAT_FUZZ_FROM', 0),
  /** Tries of each reader of files. */
  inputs: number('SWAT_FUZZ_INPUTS', full ? 100_000 : 1500),
  /** Requests over HTTP. */
  requests: number('SWAT_FUZZ_REQUESTS', full ? 50_000 : 1200),
  /** Connections for WebSockets. */
  sockets: number('SWAT_FUZZ_SOCKETS', full ? 20_000 : 400),
  /** Damaged journals. */
  journals: number('SWAT_FUZZ_JOURNALS', full ? 5000 : 150),
  /** Starts from damaged states, and takeovers of damaged ones from Kafka. */
  starts: number('SWAT_FUZZ_STARTS', full ? 300 : 8),
  takeovers: number('SWAT_FUZZ_TAKEOVERS', full ? 20_000 : 200),
  /** Cases a node between two looks. */
  piece: 200,
  /** Only this type of node. */
  only: process.env.SWAT_FUZZ_ONLY ?? '',
  /** Begins no further piece after so long, ms. */
  budget: number('SWAT_FUZZ_MINUTES', full ? 240 : 2) * 60_000,
  patience: full ? 5 * 3_600_000 : 300_000,
};

/** What a route of the fuzzer inside, or of its flow, answers. */
export async function ask<T>(nodeRed: RunningNodeRed, path: string): Promise<T> {
  const answer = await fetch(new URL(path, nodeRed.url), { signal: AbortSignal.timeout(600_000) }).catch(
    (cause: unknown) => {
      throw new Error(`${path}: Node-RED does not answer\n${nodeRed.log().slice(-3000)}`, { cause });
    },
  );
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

/** Holds the full form to what it is asked for; of the short one, which its budget may cut, it asks something and tells how far it came. */
export function reached(name: string, done: number, asked: number): void {
  assert.ok(done >= (FUZZ.isFull ? asked : 1), `${name}: ${done} of ${asked}`);
  if (done < asked) process.stdout.write(`      ${name}: ${done} of ${asked} in the time there was\n`);
}

/** Keeps what a full run has found, once all of it has held, under a name in `bench/results/fuzz.json`: with its date and machine. */
export function noteResult(name: string, result: object): void {
  process.stdout.write(`      ${name}: ${JSON.stringify(result)}\n`);
  if (!FUZZ.isFull) return;
  const path = join(checkout, 'bench', 'results', 'fuzz.json');
  let before: object = {};
  try {
    before = JSON.parse(readFileSync(path, 'utf8')) as object;
  } catch {
    // The first of its kind.
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    `${JSON.stringify({ ...before, [name]: { date: new Date().toISOString(), machine: machine(), ...result } }, null, 2)}\n`,
  );
}
