import type { Plant } from '../plant/dictionary';
import type { WindowSchema } from './schema';
import type { WindowSettings } from './settings';

/** What the state of windows depends on: tags, windows and times. State of another key is of no use to them. */
export function stateKeyOf({ id }: WindowSchema, settings: WindowSettings, plant: Plant): string {
  const { lengths, stride, maxAgeMs, grid, changesOnly = false } = settings;
  const ages = plant.tags.map(({ maxAgeMs: own }) => own ?? '').join();
  const key = [1, id, lengths, stride, maxAgeMs, grid?.periodMs ?? 0, grid?.latenessMs ?? 0, ages];
  return JSON.stringify(changesOnly ? [...key, 'changes'] : key);
}
