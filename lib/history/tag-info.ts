import type { Tag } from '../plant/dictionary';
import { isRecord } from '../record';

/** What a dictionary says of a tag, as far as the past needs it. */
export type TagInfo = Pick<Tag, 'name' | 'stage' | 'kind' | 'unit'> & {
  readonly low?: number;
  readonly high?: number;
  readonly states?: Readonly<Record<string, string>>;
};

const LONGEST = 128;
const MOST_STATES = 50;

/** Of a tag that no dictionary knows. */
export function unknownTag(name: string): TagInfo {
  return { name, stage: '', kind: 'sensor', unit: '' };
}

export function tagInfo({ name, stage, kind, unit, low, high, states }: Tag): TagInfo {
  return { name, stage, kind, unit, low, high, ...(states && { states }) };
}

/** The value of an actuator that came as true or false: the higher and the lower of two states, else 1 and 0. */
export function stateValue({ states }: TagInfo, on: boolean): number {
  const values = Object.keys(states ?? {})
    .map(Number)
    .sort((a, b) => a - b);
  return values.length === 2 ? values[Number(on)] : Number(on);
}

/** What was saved of a tag; `undefined` for anything else. */
export function readTagInfo(data: unknown): TagInfo | undefined {
  if (!isRecord(data)) return undefined;
  const { name, stage, kind, unit, low, high, states } = data;
  const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= LONGEST;
  const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
  if (!isText(name) || name === '' || !isText(stage) || !isText(unit)) return undefined;
  if (kind !== 'sensor' && kind !== 'actuator') return undefined;
  const words = isRecord(states)
    ? Object.entries(states).filter((each): each is [string, string] => isText(each[1]))
    : [];
  return {
    name,
    stage,
    kind,
    unit,
    ...(isNumber(low) ? { low } : {}),
    ...(isNumber(high) ? { high } : {}),
    ...(words.length > 0 ? { states: Object.fromEntries(words.slice(0, MOST_STATES)) } : {}),
  };
}
