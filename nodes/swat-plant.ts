import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeAPI, NodeDef } from 'node-red';
import { SwatError } from '../lib/errors';
import { createPlant, type Plant } from '../lib/plant/dictionary';
import { PlantLearner } from '../lib/plant/learn';
import { tagsOf } from '../lib/plant/list';
import { SWAT } from '../lib/plant/swat';
import { disk } from '../lib/platform/files';
import type { PlantNode } from './runtime/plant-node';
import { readChoice, readNumber, readText } from './runtime/settings';
import { worded } from './runtime/words';
import { plantRoutes } from './runtime/plant-routes';

interface PlantDef extends NodeDef {
  source?: unknown;
  tags?: unknown;
  learnFrames?: unknown;
}

const SOURCES = ['swat', 'list', 'learn'] as const;

/** Format of the file that keeps a learned dictionary. */
const FILE_VERSION = 1;

export = (RED: NodeAPI): void => {
  plantRoutes(RED, (id) => learnedFile(RED, id));

  RED.nodes.registerType('swat-plant', function (this: PlantNode, config: PlantDef) {
    RED.nodes.createNode(this, config);
    let plant: Plant | undefined;
    let learner: PlantLearner | undefined;
    let refusal: Error | undefined;
    const file = learnedFile(RED, this.id);
    const name = readText(config.name) || 'plant';

    const keep = (learned: Plant): void => {
      const text = JSON.stringify({ version: FILE_VERSION, tags: learned.tags }, null, 2);
      disk.writeAtomic(file, text).catch((cause: unknown) => {
        this.error(worded(RED, new SwatError('plant-file-write', { file, detail: reason(cause) }, { cause })));
      });
    };

    Object.defineProperties(this, {
      plant: { enumerable: true, get: () => plant },
      learning: { enumerable: true, get: () => learner?.progress },
    });
    this.offer = (frame) => {
      if (refusal !== undefined) throw refusal;
      if (learner?.add(frame) === true) {
        try {
          plant = createPlant(name, learner.tags());
          learner = undefined;
          keep(plant);
        } catch (cause) {
          learner = undefined;
          refusal = asError(cause);
          throw refusal;
        }
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
          const needed = readNumber('learnFrames', config.learnFrames, {
            min: 10,
            max: 100_000,
            fallback: 600,
            integer: true,
          });
          plant = readLearned(name, file);
          if (plant === undefined) learner = new PlantLearner(needed);
        }
      }
    } catch (cause) {
      refusal = asError(cause);
      this.error(worded(RED, cause));
    }
  });
};

/** Where a learned dictionary is kept. Node ids are hexadecimal; anything else is made harmless. */
function learnedFile(RED: NodeAPI, id: string): string {
  const folder = RED.settings.userDir ?? '.';
  return join(folder, 'swat', 'plants', `${id.replaceAll(/[^\w-]/g, '_')}.json`);
}

/** The dictionary learned earlier, or `undefined` when there is none yet. */
function readLearned(name: string, file: string): Plant | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new SwatError('plant-file', { file, detail: reason(cause) }, { cause });
  }
  try {
    const kept = JSON.parse(text) as { version?: unknown; tags?: unknown };
    if (kept.version !== FILE_VERSION) throw new Error(`version ${String(kept.version)}`);
    return createPlant(name, tagsOf(kept.tags));
  } catch (cause) {
    throw new SwatError('plant-file', { file, detail: reason(cause) }, { cause });
  }
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
