import type { NodeAPI } from 'node-red';
import { runDetector, type DetectorDef, type DetectorNode } from './runtime/detector-node';
import { detectorRoute } from './runtime/detector-routes';
import { engineRoute } from './runtime/engine-routes';
import { refuse } from './runtime/handler';
import { registerNode } from './runtime/register';

interface AutoencoderDef extends DetectorDef {
  epochs?: unknown;
  batch?: unknown;
  hidden?: unknown;
  topK?: unknown;
  scaleFloor?: unknown;
  engine?: unknown;
}

export = (RED: NodeAPI): void => {
  detectorRoute(RED, 'swat-autoencoder');
  engineRoute(RED, 'swat-autoencoder');

  registerNode(RED, 'swat-autoencoder', function (this: DetectorNode, config: AutoencoderDef) {
    try {
      const { epochs, batch, hidden, topK, scaleFloor, engine } = config;
      runDetector(this, RED, 'autoencoder', config, { epochs, batch, hidden, topK, scaleFloor, engine });
    } catch (cause) {
      refuse(this, RED, cause);
    }
  });
};
