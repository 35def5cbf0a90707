import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { apart } from './apart';
import { everything } from './everything';

describe('a Node.js without WebAssembly', () => {
  it('has working detectors: the same forest to the bit, the others but for rounding', () => {
    // V8 without a compiler has no WebAssembly at all.
    const output = execFileSync(process.execPath, ['--jitless', join(__dirname, 'everything.js')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [without, here] = [JSON.parse(output) as Record<string, number[]>, everything()];
    assert.deepEqual([without.webAssembly, here.webAssembly], [[0], [1]]);
    assert.deepEqual(without.iforest, here.iforest);
    assert.ok(apart(here.pca, without.pca) < 1e-9);
    // Its training goes its own way from the first rounding on.
    assert.ok(apart(here.autoencoder, without.autoencoder) < 1e-3);
  });
});
