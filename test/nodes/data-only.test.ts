import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataOnly } from '../harness/data-only';
import { computedCode, problemsOf } from '../harness/shipped-code';
import { checkout } from '../harness/user-dir';

describe('files of models, journals, states and settings', () => {
  it('are data, never code: nothing of them is evaluated or loaded, whatever they say', function () {
    this.timeout(60_000);
    const folder = mkdtempSync(join(tmpdir(), 'swat-data-only-'));
    try {
      const harness = join(__dirname, '..', 'harness');
      const options = ['--disallow-code-generation-from-strings', '--require', join(harness, 'data-only-watch.js')];
      const { stdout, stderr, status } = spawnSync(process.execPath, [...options, join(harness, 'data-only.js'), folder], { encoding: 'utf8' }); // prettier-ignore
      assert.equal(status, 0, stderr);
      const { came, noted, hasRun, isSound } = JSON.parse(stdout) as DataOnly;
      assert.deepEqual({ noted, hasRun, isSound }, { noted: [], hasRun: false, isSound: true });
      const unforeseen = Object.entries(came).filter(([, outcome]) => outcome.startsWith('unforeseen'));
      assert.deepEqual(unforeseen, []);
      // Else nothing would be shown: what may hold any text is taken, with all of its texts.
      for (const name of ['a model', 'a network', 'a state', 'a trail', 'a journal', 'tags', 'a historian'])
        assert.equal(came[name], 'taken', name);
      assert.equal(came['a network with a layer of code'], 'tfjs-layer');
      assert.ok(Object.keys(came).length > 60);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the code that is shipped', () => {
  it('evaluates nothing, and loads nothing by a computed name but what a user has named', function () {
    this.timeout(60_000);
    const { files } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { files: string[] };
    const shipped = files
      .filter((each) => !/[*.]/.test(each))
      .flatMap((folder) => readdirSync(join(checkout, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name).replaceAll('\\', '/'))); // prettier-ignore
    assert.ok(shipped.filter((name) => name.endsWith('.js')).length > 400, `${shipped.length} files: was it built?`);
    assert.deepEqual(problemsOf(shipped, (file) => readFileSync(join(checkout, file), 'utf8')), []); // prettier-ignore
  });

  for (const [script, what] of [
    [`eval(x)`, 'eval'],
    [`new Function('a', b)`, 'Function'],
    [`globalThis.eval(x)`, 'eval'],
    [`(0, require)(name); require(name)`, 'computed'],
    [`import(name)`, 'computed'],
    [`const load = createRequire(__filename); load(name)`, 'computed'],
    [`(0, node_module_1.createRequire)(__filename)(name)`, 'computed'],
    [`require('node:vm')`, 'vm'],
    [`setTimeout('x()', 5)`, 'timer'],
  ] as const)
    it(`is searched as its syntax has it: ${script} is found`, () =>
      assert.deepEqual(computedCode(script).map((each) => each.what), [what])); // prettier-ignore

  it('is searched as its syntax has it: texts, comments and names are not found', () => {
    assert.deepEqual(computedCode(`// eval(x)\nconst a = 'eval(x)'; b.eval = 1; require('./c'); x instanceof Function; setTimeout(f, 5)`), []); // prettier-ignore
  });
});
