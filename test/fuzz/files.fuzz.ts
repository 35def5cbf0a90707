import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { SwatError } from '../../lib/errors';
import { seeded } from '../../lib/kernels/random';
import { englishText } from '../../lib/platform/catalogue';
import { collectGarbage } from '../harness/garbage';
import { Coverage } from './coverage';
import { pick } from './hostile';
import { mutated, smallest } from './mutate';
import { readers, type Reader } from './readers';
import { FUZZ, noteResult, reached } from './shared';

/** Inputs between two looks at the coverage. */
const BATCH = 16;
/** Inputs that are kept for further changes. */
const MOST_KEPT = 500;
/** One input may take so much CPU, ms. */
const LONGEST = 1000;
const GROWTH = 48 * 2 ** 20;

/** What is wrong with how a reader takes bytes; `undefined` for nothing. */
async function wrongWith(reader: Reader, bytes: Buffer): Promise<string | undefined> {
  const before = process.cpuUsage();
  let problem: string | undefined;
  try {
    await reader.read(Buffer.from(bytes));
  } catch (cause) {
    if (!(cause instanceof SwatError))
      problem = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    else if (cause.code === 'unexpected' || englishText(`errors.${cause.code}`, {}) === undefined)
      problem = `no words for ${cause.code}`;
  }
  const { user, system } = process.cpuUsage(before);
  if ((user + system) / 1000 > LONGEST) problem ??= `took ${Math.round((user + system) / 1000)} ms`;
  return problem;
}

/** Changes inputs of a reader, and keeps those that reach code which none had reached. */
async function fuzzed(reader: Reader, coverage: Coverage): Promise<{ done: number; kept: number; problem?: string }> {
  const random = seeded(FUZZ.seed);
  const kept = [...reader.seeds];
  for (const seed of reader.seeds) assert.equal(await wrongWith(reader, seed), undefined);
  coverage.isNew();
  let done = 0;
  for (; done < FUZZ.inputs; done += BATCH) {
    const batch = Array.from({ length: BATCH }, () => mutated(random, pick(random, kept), kept));
    for (const bytes of batch) {
      const problem = await wrongWith(reader, bytes);
      if (problem === undefined) continue;
      const same = async (each: Buffer): Promise<boolean> => (await wrongWith(reader, each))?.split('\n')[0] === problem.split('\n')[0]; // prettier-ignore
      const small = await smallest(bytes, same);
      return { done, kept: kept.length, problem: `${problem}\nseed ${FUZZ.seed}, base64: ${small.toString('base64').slice(0, 2000)}` }; // prettier-ignore
    }
    await turn();
    if (!coverage.isNew()) continue;
    // One of these it was.
    kept.push(...batch);
    if (kept.length > MOST_KEPT) kept.splice(reader.seeds.length, kept.length - MOST_KEPT);
  }
  return { done, kept: kept.length };
}

/** What the heap and buffers hold after a full collection, bytes. */
function heapBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe('the readers of files and bytes, given what was changed in a few places', () => {
  const coverage = new Coverage();
  let all: readonly Reader[] = [];
  before(async () => (all = await readers()));
  after(() => coverage.close());

  it(`take it or refuse it with a reason, ${FUZZ.inputs} times each, in time and without growing`, async function () {
    this.timeout(FUZZ.patience);
    const failed: string[] = [];
    const told: Record<string, number> = {};
    let inputs = Infinity;
    const begun = Date.now();
    const before = heapBytes();
    for (const reader of all) {
      const { done, kept, problem } = await fuzzed(reader, coverage);
      told[reader.name] = kept;
      inputs = Math.min(inputs, done);
      if (problem !== undefined) failed.push(`${reader.name}: ${problem}`);
    }
    assert.deepEqual(failed, []);
    reached('files', inputs, FUZZ.inputs);
    const grown = heapBytes() - before;
    assert.ok(grown < GROWTH, `the heap has grown by ${grown} bytes`);
    noteResult('files', {
      seed: FUZZ.seed,
      inputs,
      seconds: (Date.now() - begun) / 1000,
      readers: all.length,
      parts: coverage.parts,
      heapGrownBytes: grown,
      kept: told,
    });
  });
});
