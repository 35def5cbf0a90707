import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detailOf, SwatError } from '../../lib/errors';
import { createPlant, type Plant } from '../../lib/plant/dictionary';
import { tagsOf } from '../../lib/plant/list';
import { disk } from '../../lib/platform/files';
import { plantFile } from './node-files';

/** Format of the file that keeps a learned dictionary. */
const FILE_VERSION = 1;

/** Where a learned dictionary is kept between restarts. */
export interface LearnedPlant {
  /**
   * The dictionary learned earlier, or `undefined` when there is none yet.
   * @throws SwatError `plant-file`
   */
  read(name: string): Plant | undefined;
  /** @throws SwatError `plant-file-write` */
  keep(plant: Plant): Promise<void>;
}

/**
 * The file of a node: `swat/plants/<id>.json` under the user directory. Each time it is told to learn again, its
 * generation rises and it has a new file; the one before stays.
 */
export function learnedPlant(userDir: string, id: string, generation: number): LearnedPlant {
  const file = join(userDir, 'swat', 'plants', plantFile(id, generation));
  const failed = (code: string, cause: unknown): SwatError =>
    new SwatError(code, { file, detail: detailOf(cause) }, { cause });
  return {
    read(plant) {
      try {
        const kept = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown; tags?: unknown } | null;
        if (kept?.version !== FILE_VERSION) throw new Error(`version ${String(kept?.version)}`);
        return createPlant(plant, tagsOf(kept.tags));
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
        throw failed('plant-file', cause);
      }
    },
    async keep({ tags }) {
      try {
        await disk.writeAtomic(file, JSON.stringify({ version: FILE_VERSION, tags }, null, 2));
      } catch (cause) {
        throw failed('plant-file-write', cause);
      }
    },
  };
}
