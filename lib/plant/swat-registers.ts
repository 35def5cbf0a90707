import type { Tag } from './dictionary';
import { WORDS, type TagSource } from './source';

/** How instruments put their values into holding registers, by the letters of a tag: as mixed as in a plant that has grown. */
const KINDS: readonly (readonly [prefix: string, source: TagSource])[] = [
  ['LIT', { dataType: 'int32', order: 'CDAB', gain: 0.0001 }],
  ['FIT', { dataType: 'uint16', order: 'ABCD', gain: 0.0001, offset: -0.2 }],
  ['AIT202', { dataType: 'uint16', order: 'ABCD', gain: 0.00025 }],
  ['AIT501', { dataType: 'uint16', order: 'ABCD', gain: 0.00025 }],
  ['AIT203', { dataType: 'int32', order: 'ABCD', gain: 0.001 }],
  ['AIT402', { dataType: 'int32', order: 'ABCD', gain: 0.001 }],
  ['AIT502', { dataType: 'int32', order: 'ABCD', gain: 0.001 }],
  ['AIT', { dataType: 'float32', order: 'CDAB' }],
  ['MV', { dataType: 'uint16', order: 'ABCD' }],
  ['', { dataType: 'float32', order: 'ABCD' }],
];

/**
 * The tags with the registers that the simulated plant serves, in their order: sensors and valves as holding registers from 0
 * on, everything of two states as coils from 0 on. The testbed itself publishes no register map.
 */
export function withRegisters(tags: readonly Tag[]): Tag[] {
  let holding = 0;
  let coil = 0;
  return tags.map((tag): Tag => {
    if (tag.kind === 'actuator' && !tag.name.startsWith('MV'))
      return { ...tag, source: { table: 'coil', register: coil++, dataType: 'bool', order: 'ABCD' } };
    const kind = KINDS.find(([prefix]) => tag.name.startsWith(prefix))?.[1];
    const register = holding;
    holding += WORDS[kind?.dataType ?? 'float32'];
    return { ...tag, source: { table: 'holding', register, ...kind } };
  });
}
