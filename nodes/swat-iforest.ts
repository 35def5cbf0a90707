import type { NodeAPI } from 'node-red';
import { runDetector, type DetectorDef, type DetectorNode } from './runtime/detector-node';
import { detectorRoute } from './runtime/detector-routes';
import { refuse } from './runtime/handler';

interface IsolationForestDef extends DetectorDef {
  trees?: unknown;
  subsample?: unknown;
}

export = (RED: NodeAPI): void => {
  detectorRoute(RED, 'swat-iforest');

  RED.nodes.registerType('swat-iforest', function (this: DetectorNode, config: IsolationForestDef) {
    RED.nodes.createNode(this, config);
    try {
      const { trees, subsample } = config;
      runDetector(this, RED, 'iforest', config, { trees, subsample });
    } catch (cause) {
      refuse(this, RED, cause);
    }
  });
};
