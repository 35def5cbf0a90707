import type { Tag } from '../../lib/plant/dictionary';

/** A state as its plant names it, else its number. */
export function shownState({ states = {} }: Tag, value: string | number | undefined): string {
  const key = String(value ?? '');
  return Object.hasOwn(states, key) ? states[key] : key;
}
