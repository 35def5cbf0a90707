import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../harness/eventually';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';
import { SELDOM, type PieceResult } from './cases';
import { fuzzFlow } from './flow';
import { ask, FUZZ, noteResult, reached } from './shared';

/** Heap that may be there after as many messages again: tables that grow to their bounds, not what a message leaves. */
const GROWTH = 24 * 2 ** 20;
/** Is made for commands: nothing is wired to it. */
const COMMANDED = ['swat-report'];

const flow = fuzzFlow();
const targets = flow.filter(({ id }) => (flow.find(({ type }) => type === 'fuzz-feed')?.targets as string[]).includes(id)).map(({ type }) => type); // prettier-ignore

describe('a Node-RED whose nodes get what nobody sends', () => {
  let userDir: string;
  let nodeRed: RunningNodeRed | undefined;

  beforeEach(() => {
    userDir = createUserDir();
    linkModule(userDir);
    addFuzzNode(userDir);
  });
  afterEach(async function () {
    this.timeout(60_000);
    await nodeRed?.stop();
    nodeRed = undefined;
    removeUserDir(userDir);
  });

  it('are all that the palette has with an input', () => {
    const { 'node-red': palette } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { 'node-red': { nodes: Record<string, string> } }; // prettier-ignore
    const withInput = Object.keys(palette.nodes).filter((type) => {
      const page = readFileSync(join(checkout, 'nodes', `${type}.html`), 'utf8');
      const hasInput = page.includes('inputs: 1');
      assert.ok(hasInput || page.includes("category: 'config'"), type);
      return hasInput;
    });
    assert.deepEqual([...targets].sort(), withInput.sort());
  });

  it(`lives through ${FUZZ.messages} messages, refuses each that it cannot use with a reason, and goes on`, async function () {
    this.timeout(FUZZ.patience);
    const running = await startNodeRed({
      userDir,
      flows: flow,
      nodeArgs: ['--expose-gc'],
    });
    nodeRed = running;
    const get = <T>(path: string): Promise<T> => ask<T>(running, path);
    const verdicts = async (): Promise<boolean> => (await get<{ verdicts: number }>('/verdicts')).verdicts > 20;
    await eventually(verdicts, () => 'no verdicts before the fuzzing', 60_000);
    // An alarm, so that each node has had messages of its own to make others from.
    await fetch(new URL('/swat-source/the-source/button', running.url), { method: 'POST' });
    let without: string[] = [];
    const gathered = async (): Promise<boolean> => {
      const counts = await get<Record<string, number>>('/fuzz/gathered');
      without = targets.filter((type) => !COMMANDED.includes(type) && !((counts[type] ?? 0) > 0));
      return without.length === 0;
    };
    await eventually(gathered, () => `no good message for ${without.join(' ')}`, 60_000);

    const sentTo: Record<string, number> = {};
    let sent = 0;
    let cpuMs = 0;
    let settledHeap: number | undefined;
    const refused: Record<string, number> = {};
    const begun = Date.now();
    for (let { from } = FUZZ; sent < FUZZ.messages && Date.now() - begun < FUZZ.budget; from += FUZZ.piece) {
      const query = `seed=${FUZZ.seed}&from=${from}&count=${FUZZ.piece}&only=${FUZZ.only}`;
      const piece = await get<PieceResult>(`/fuzz/run?${query}`);
      assert.deepEqual(piece.failures, []);
      for (const [type, count] of Object.entries(piece.sent)) {
        sentTo[type] = (sentTo[type] ?? 0) + count;
        sent += count;
      }
      cpuMs += piece.cpuMs;
      for (const [code, times] of Object.entries(piece.refused)) refused[code] = (refused[code] ?? 0) + times;
      // By then tables have grown to their bounds.
      if (sent >= FUZZ.messages / 4 || Date.now() - begun > FUZZ.budget / 4)
        settledHeap ??= (await get<{ bytes: number }>('/fuzz/memory')).bytes;
    }
    const { bytes } = await get<{ bytes: number }>('/fuzz/memory');
    const seconds = (Date.now() - begun) / 1000;
    reached('messages', sent, FUZZ.messages);
    const only = targets.filter((type) => FUZZ.only === '' || type === FUZZ.only);
    for (const type of only)
      reached(`messages to ${type}`, sentTo[type] ?? 0, Math.floor(FUZZ.messages / only.length / (SELDOM[type] ?? 1)));
    assert.deepEqual(await get('/fuzz/good'), {});
    await get('/again');
    await eventually(verdicts, () => 'no verdicts after the fuzzing', 60_000);
    const grown = bytes - (settledHeap ?? bytes);
    assert.ok(grown < GROWTH, `the heap has grown by ${grown} bytes`);
    assert.ok(Object.keys(refused).length > 30 || FUZZ.only !== '', `few reasons: ${Object.keys(refused).join(' ')}`);
    noteResult('messages', {
      seed: FUZZ.seed,
      asked: FUZZ.messages,
      sent,
      sentTo,
      seconds,
      cpuMs,
      refused,
      heapGrownBytes: grown,
    });
  });
});

function addFuzzNode(userDir: string): void {
  const folder = join(userDir, 'nodes');
  mkdirSync(folder);
  const script = join(__dirname, 'inside', 'fuzz-feed.js');
  writeFileSync(join(folder, 'fuzz-feed.js'), `module.exports = require(${JSON.stringify(script)});\n`);
  const page = `RED.nodes.registerType('fuzz-feed', { category: 'fuzz', defaults: {}, inputs: 1, outputs: 0 });`;
  writeFileSync(join(folder, 'fuzz-feed.html'), `<script type="text/javascript">${page}</script>\n`);
}
