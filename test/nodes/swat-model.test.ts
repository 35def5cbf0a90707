import assert from 'node:assert/strict';
import { join } from 'node:path';
import swatModel from '../../nodes/swat-model';
import type { ModelNode } from '../../nodes/runtime/model-node';
import helper from '../harness/helper';
import { createUserDir, removeUserDir } from '../harness/user-dir';

describe('the folder of swat-model', () => {
  let userDir: string;
  before(() => (userDir = createUserDir()));
  afterEach(async () => {
    delete process.env.SWAT_MODELS;
    await helper.unload();
  });
  after(() => removeUserDir(userDir));

  for (const [what, env, given, wanted] of [
    ['is in the user directory', undefined, '', ['swat', 'models', 'plant']],
    ['is where the environment says', 'elsewhere', '', ['elsewhere', 'plant']],
    ['is where the dialog says, whatever the environment says', 'elsewhere', 'mine', ['mine', 'plant']],
  ] as const) {
    it(what, async () => {
      if (env !== undefined) process.env.SWAT_MODELS = join(userDir, env);
      helper.settings({ userDir });
      await helper.load(swatModel, [{ id: 'model', type: 'swat-model', name: 'plant', folder: given, reference: false }] as never); // prettier-ignore
      const { model } = helper.getNode('model') as unknown as ModelNode;
      assert.equal(model?.exchange, join(userDir, ...wanted, 'exchange'));
    });
  }
});
