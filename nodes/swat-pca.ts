import type { NodeAPI } from 'node-red';
import { runDetector, type DetectorDef, type DetectorNode } from './runtime/detector-node';
import { detectorRoute } from './runtime/detector-routes';
import { refuse } from './runtime/handler';

interface PcaDef extends DetectorDef {
  variancePercent?: unknown;
  views?: unknown;
}

export = (RED: NodeAPI): void => {
  detectorRoute(RED, 'swat-pca');

  RED.nodes.registerType('swat-pca', function (this: DetectorNode, config: PcaDef) {
    RED.nodes.createNode(this, config);
    try {
      const { variancePercent, views } = config;
      const variance =
        variancePercent === undefined || variancePercent === '' ? undefined : Number(variancePercent) / 100;
      runDetector(this, RED, 'pca', config, { variance, views });
    } catch (cause) {
      refuse(this, RED, cause);
    }
  });
};
