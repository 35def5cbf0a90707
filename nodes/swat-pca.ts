import type { NodeAPI } from 'node-red';
import { runDetector, type DetectorDef, type DetectorNode } from './runtime/detector-node';
import { detectorRoute } from './runtime/detector-routes';
import { refuse } from './runtime/handler';
import { registerNode } from './runtime/register';
import { shareOf } from './runtime/settings';

interface PcaDef extends DetectorDef {
  variancePercent?: unknown;
  views?: unknown;
  tail?: unknown;
  topK?: unknown;
  scaleFloor?: unknown;
  scaleTailPercent?: unknown;
}

export = (RED: NodeAPI): void => {
  detectorRoute(RED, 'swat-pca');

  registerNode(RED, 'swat-pca', function (this: DetectorNode, config: PcaDef) {
    try {
      const { variancePercent, views, tail, topK, scaleFloor, scaleTailPercent } = config;
      const [variance, scaleTail] = [shareOf(variancePercent), shareOf(scaleTailPercent)];
      runDetector(this, RED, 'pca', config, { variance, views, tail, topK, scaleFloor, scaleTail });
    } catch (cause) {
      refuse(this, RED, cause);
    }
  });
};
