import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../harness/eventually';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';
import type { PieceResult } from './cases';
import { fuzzFlow } from './flow';
import { ask, FUZZ, noteResult } from './shared';

/** Heap that may be there after as many messages again: tables that grow to their bounds, not what a message leaves. */
const GROWTH = 24 * 2 ** 20;

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

  it(`lives through ${FUZZ.messages} messages, refuses each that it cannot use with a reason, and goes on`, async function () {
    this.timeout(FUZZ.patience);
    const running = await startNodeRed({
      userDir,
      flows: fuzzFlow(),
      nodeArgs: ['--expose-gc'],
    });
    nodeRed = running;
    const get = <T>(path: string): Promise<T> => ask<T>(running, path);
    const verdicts = async (): Promise<boolean> => (await get<{ verdicts: number }>('/verdicts')).verdicts > 20;
    await eventually(verdicts, () => 'no verdicts before the fuzzing', 60_000);

    let sent = 0;
    let cpuMs = 0;
    let settledHeap: number | undefined;
    const refused: Record<string, number> = {};
    const begun = Date.now();
    for (let from = 0; sent < FUZZ.messages && Date.now() - begun < FUZZ.budget; from += FUZZ.piece) {
      const query = `seed=${FUZZ.seed}&from=${from}&count=${FUZZ.piece}&only=${FUZZ.only}`;
      const piece = await get<PieceResult>(`/fuzz/run?${query}`);
      assert.deepEqual(piece.failures, []);
      sent += piece.sent;
      cpuMs += piece.cpuMs;
      for (const [code, times] of Object.entries(piece.refused)) refused[code] = (refused[code] ?? 0) + times;
      // By then tables have grown to their bounds.
      if (sent >= FUZZ.messages / 4 || Date.now() - begun > FUZZ.budget / 4)
        settledHeap ??= (await get<{ bytes: number }>('/fuzz/memory')).bytes;
    }
    const { bytes } = await get<{ bytes: number }>('/fuzz/memory');
    const seconds = (Date.now() - begun) / 1000;
    assert.deepEqual(await get('/fuzz/good'), {});
    await get('/again');
    await eventually(verdicts, () => 'no verdicts after the fuzzing', 60_000);
    const grown = bytes - (settledHeap ?? bytes);
    noteResult('messages', {
      seed: FUZZ.seed,
      asked: FUZZ.messages,
      sent,
      seconds,
      cpuMs,
      refused,
      heapGrownBytes: grown,
    });
    assert.ok(grown < GROWTH, `the heap has grown by ${grown} bytes`);
    assert.ok(Object.keys(refused).length > 30 || FUZZ.only !== '', `few reasons: ${Object.keys(refused).join(' ')}`);
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
