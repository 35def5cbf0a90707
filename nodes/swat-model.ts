import { isAbsolute, join, resolve } from 'node:path';
import type { NodeAPI, NodeDef } from 'node-red';
import { SwatError } from '../lib/errors';
import { isModelName } from '../lib/model/version';
import { openModel, type Model, type ModelNode } from './runtime/model-node';
import { modelRoutes } from './runtime/model-routes';
import { readText } from './runtime/settings';
import { worded } from './runtime/words';
import { userFolder } from './runtime/user-folder';

interface ModelDef extends NodeDef {
  folder?: unknown;
  reference?: unknown;
}

export = (RED: NodeAPI): void => {
  modelRoutes(RED);

  RED.nodes.registerType('swat-model', function (this: ModelNode & { model: Model | undefined }, config: ModelDef) {
    RED.nodes.createNode(this, config);
    this.model = undefined;
    try {
      const name = readText(config.name) || 'plant';
      if (!isModelName(name)) throw new SwatError('model-name', { name: name.slice(0, 64) });
      this.model = openModel(join(folderOf(RED, readText(config.folder)), name), config.reference !== false);
      this.model.store.sweep().catch((cause: unknown) => this.warn(worded(RED, cause).message));
    } catch (cause) {
      this.error(worded(RED, cause).message);
    }
  });
};

/** Where models are kept: `swat/models` in the user directory unless the dialog names a folder. */
function folderOf(RED: NodeAPI, folder: string): string {
  const home = resolve(userFolder(RED));
  if (folder === '') return join(home, 'swat', 'models');
  return isAbsolute(folder) ? folder : join(home, folder);
}
