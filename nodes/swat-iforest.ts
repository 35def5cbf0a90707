import type { NodeAPI } from 'node-red';
import { runDetector, type DetectorDef, type DetectorNode } from './runtime/detector-node';
import { detectorRoute } from './runtime/detector-routes';
import { refuse } from './runtime/handler';
import { registerNode } from './runtime/register';

interface IsolationForestDef extends DetectorDef {
  trees?: unknown;
  subsample?: unknown;
}

export = (RED: NodeAPI): void => {
  detectorRoute(RED, 'swat-iforest');

  registerNode(RED, 'swat-iforest', function (this: DetectorNode, config: IsolationForestDef) {
    try {
      const { trees, subsample } = config;
      runDetector(this, RED, 'iforest', config, { trees, subsample });
    } catch (cause) {
      refuse(this, RED, cause);
    }
  });
};
