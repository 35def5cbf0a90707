import type { NodeAPI, NodeDef } from 'node-red';
import { createPlant, type Plant } from '../lib/plant/dictionary';
import { PlantLearner } from '../lib/plant/learn';
import { tagsOf } from '../lib/plant/list';
import { SWAT } from '../lib/plant/swat';
import { learnedPlant } from './runtime/learned-plant';
import type { PlantNode } from './runtime/plant-node';
import { plantRoutes } from './runtime/plant-routes';
import { fromBytes, toBytes } from '../lib/snapshot/json';
import { nodeLog } from './runtime/logs';
import { registerNode } from './runtime/register';
import { readChoice, readNumber, readText } from './runtime/settings';
import { keepState, type KeptState } from './runtime/state';
import { worded } from './runtime/words';
import { userFolder } from './runtime/user-folder';

interface PlantDef extends NodeDef {
  source?: unknown;
  tags?: unknown;
  learnFrames?: unknown;
  generation?: unknown;
}

/** Key of what was seen while learning. */
const SEEN = 'tags';
const SOURCES = ['swat', 'list', 'learn'] as const;
const LEARN_FRAMES = { min: 10, max: 100_000, fallback: 600, integer: true };
const GENERATION = { min: 0, max: 1e9, fallback: 0, integer: true };

export = (RED: NodeAPI): void => {
  plantRoutes(RED);

  registerNode(RED, 'swat-plant', function (this: PlantNode, config: PlantDef) {
    nodeLog(RED, this);
    const name = readText(config.name) || 'plant';
    let plant: Plant | undefined;
    let learner: PlantLearner | undefined;
    let refusal: Error | undefined;
    let keep: (learned: Plant) => Promise<void> = () => Promise.resolve();
    let kept: KeptState | undefined;

    Object.defineProperties(this, {
      plant: { enumerable: true, get: () => plant },
      learning: { enumerable: true, get: () => learner?.progress },
    });
    this.offer = (frame) => {
      if (refusal !== undefined) throw refusal;
      const enough = learner?.add(frame);
      kept?.change(SEEN);
      if (enough === true && learner !== undefined) {
        plant = createPlant(name, learner.tags());
        learner = undefined;
        keep(plant).catch((cause: unknown) => this.error(worded(RED, cause)));
      }
      return plant !== undefined;
    };

    try {
      switch (readChoice('source', config.source, SOURCES, 'swat')) {
        case 'swat':
          plant = SWAT;
          break;
        case 'list':
          plant = createPlant(name, tagsOf(config.tags));
          break;
        case 'learn': {
          const needed = readNumber('learnFrames', config.learnFrames, LEARN_FRAMES);
          const generation = readNumber('generation', config.generation, GENERATION);
          const file = learnedPlant(userFolder(RED), this.id, generation);
          keep = (learned) => file.keep(learned);
          plant = file.read(name);
          if (plant !== undefined) break;
          learner = new PlantLearner(needed);
          kept = keepState(
            this,
            RED,
            { kind: 'swat-plant', version: 1, key: String(generation) },
            {
              keys: () => (learner === undefined ? [] : [SEEN]),
              full: () => toBytes(learner?.saved),
              restore: (_key, { full }) => learner?.restore(fromBytes(SEEN, full)),
            },
          );
          this.on('close', (done: () => void) => void kept?.close().then(done));
        }
      }
    } catch (cause) {
      refusal = cause instanceof Error ? cause : new Error(String(cause));
      this.error(worded(RED, cause));
    }
  });
};
