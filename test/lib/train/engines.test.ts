import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { builtIn } from '../../../lib/detect/engine';
import { readFitSettings } from '../../../lib/detect/settings';
import type { ProcessEnd } from '../../../lib/platform/processes';
import { findEngine, loadEngine, wantedEngine } from '../../../lib/train/engines';
import { startTraining } from '../../../lib/train/trainer';
import { tryEngine } from '../../../lib/train/try-engine';
import { node } from '../../../lib/platform/optional-module';
import { coded, withFolder } from '../model/sample';
import { SMALL } from './plant';

/** Installs a module of that name that is not the real one. */
async function pretend(folder: string, text: string): Promise<void> {
  const home = join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'index.js'), text);
}

/** It has all the names, and nothing is learned. */
const FAKE = `const tensor = { dataSync: () => [0.5], dispose() {} };
  const make = () => tensor;
  module.exports = { tidy: (work) => work(), tensor1d: make, tensor2d: make, variable: make, add: make, matMul: make,
    mean: make, relu: make, squaredDifference: make, train: { adam: () => ({ minimize: make, dispose() {} }) } };`;

describe('engines of a training', () => {
  it('knows which one settings ask for', () => {
    assert.equal(wantedEngine(readFitSettings('autoencoder', {})), 'built-in');
    assert.equal(wantedEngine(readFitSettings('autoencoder', { engine: 'tfjs-node' })), 'tfjs-node');
    assert.equal(wantedEngine(readFitSettings('pca', { engine: 'tfjs-node' })), 'built-in');
    assert.equal(loadEngine('built-in', []), builtIn);
  });

  it('says where to install one that is missing', () =>
    withFolder(async (folder) => {
      assert.throws(() => findEngine('tfjs-node', [folder, '/']), coded('engine-missing', { folder }));
      assert.throws(() => loadEngine('tfjs-node', [folder]), coded('engine-missing', { folder }));
      await assert.rejects(tryEngine('tfjs-node', [folder]), coded('engine-missing', { folder }));
      await tryEngine('built-in', []);
    }));

  it('fails a training before its data is read', () =>
    withFolder(async (folder) => {
      const settings = readFitSettings('autoencoder', { engine: 'tfjs-node' });
      const data = { schema: SMALL.id, stride: 1, count: 0, blocks: [], times: new Float64Array(0) } as never;
      const job = { kind: 'autoencoder', settings, data, engineFolders: [folder] } as const;
      await assert.rejects(startTraining(job, () => undefined).result, coded('engine-missing', { folder }));
    }));

  if (!node.hasOldUtil) {
    it('refuses on a Node.js that it would crash on', () =>
      withFolder(async (folder) => {
        await pretend(folder, 'module.exports = {};');
        const details = { node: process.version };
        assert.throws(() => findEngine('tfjs-node', [folder]), coded('engine-node', details));
        await assert.rejects(tryEngine('tfjs-node', [folder]), coded('engine-node', details));
      }));
    return;
  }

  it('finds one without running it', () =>
    withFolder(async (folder) => {
      await pretend(folder, 'throw new Error("was run");');
      assert.ok(findEngine('tfjs-node', ['/', folder])?.path?.startsWith(folder));
    }));

  it('says why one that is installed does not work, and the process goes on', () =>
    withFolder(async (folder) => {
      for (const [text, detail] of [
        ['throw new Error("libtensorflow.so.2: cannot open\\nat line 2");', 'libtensorflow.so.2: cannot open'],
        ['module.exports = {};', 'tf.tidy is not a function'],
        ['process.exit(3);', 'exit 3'],
        ['process.exit(0);', 'exit 0'],
        ['process.kill(process.pid, "SIGSEGV");', 'SIGSEGV'],
      ]) {
        await pretend(folder, text);
        await assert.rejects(tryEngine('tfjs-node', [folder]), coded('engine-broken', { detail }));
      }
    }));

  it('refuses one that works and then crashes', () =>
    withFolder(async (folder) => {
      await pretend(folder, 'module.exports = {};');
      const run = (): Promise<ProcessEnd> => Promise.resolve({ posted: { ready: true }, cause: 'SIGSEGV' });
      await assert.rejects(tryEngine('tfjs-node', [folder], run), coded('engine-broken', { detail: 'SIGSEGV' }));
    }));

  it('refuses one that computes something else', () =>
    withFolder(async (folder) => {
      await pretend(folder, FAKE);
      await assert.rejects(tryEngine('tfjs-node', [folder]), coded('engine-broken', { detail: '0.5 0.5' }));
    }));
});
