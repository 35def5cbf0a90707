import { join, resolve } from 'node:path';
import type { NodeAPI, NodeDef } from 'node-red';
import { SwatError } from '../lib/errors';
import { isModelName } from '../lib/model/version';
import { Uploads } from '../lib/platform/uploads';
import { dataRoutes, UPLOAD_MB } from './runtime/data-routes';
import { openModel, type ModelNode } from './runtime/model-node';
import { modelRoutes } from './runtime/model-routes';
import { nodeLog } from './runtime/logs';
import { registerNode } from './runtime/register';
import { readText } from './runtime/settings';
import { worded } from './runtime/words';
import { modelFolder, userFolder } from './runtime/user-folder';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface ModelDef extends NodeDef {
  folder?: unknown;
  reference?: unknown;
}

export = (RED: NodeAPI): void => {
  modelRoutes(RED);
  dataRoutes(RED);

  function swatModel(this: Writable<ModelNode>, config: ModelDef): void {
    nodeLog(RED, this);
    this.model = undefined;
    this.uploads = undefined;
    try {
      const name = readText(config.name) || 'plant';
      if (!isModelName(name)) throw new SwatError('model-name', { name: name.slice(0, 64) });
      this.model = openModel(join(modelFolder(RED, readText(config.folder)), name), config.reference !== false);
      this.uploads = new Uploads(join(resolve(userFolder(RED)), 'swat', 'data', name));
      const sweeps = [this.model.store.sweep(), this.uploads.sweep()];
      Promise.all(sweeps).catch((cause: unknown) => this.warn(worded(RED, cause).message));
    } catch (cause) {
      this.error(worded(RED, cause).message);
    }
  }
  const settings = { swatModelUploadMb: { value: UPLOAD_MB, exportable: true } };
  registerNode(RED, 'swat-model', swatModel, { settings });
};
