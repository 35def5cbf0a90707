import type { AlarmEvent } from '../alarm/event';
import { languages, textsOf } from '../platform/catalogue';
import { swatGuidanceGroup } from '../plant/swat-guidance';
import type { Voice } from './voice';

type Told = NonNullable<AlarmEvent['guidance']>;

const PARTS = ['cause', 'consequence', 'response'] as const;

/**
 * What a plant's dictionary said of a tag, in the language of the report: where it is the guidance of SWaT word by word, in
 * whichever language the journal has it. That of any other plant stays as its owner wrote it.
 */
export function guidanceIn({ speak }: Pick<Voice, 'speak'>, told: Told): Told {
  const group = swatGuidanceGroup(told.tag);
  if (group === undefined) return told;
  const code = (part: (typeof PARTS)[number]): string => `guidance.${group}.${part}`;
  const isOurs = languages().some((language) => {
    const text = textsOf(language, 'swat-plant');
    return PARTS.every((part) => text(code(part), {}) === told[part]);
  });
  if (!isOurs) return told;
  const [cause, consequence, response] = PARTS.map((part) => speak(code(part)));
  return { tag: told.tag, cause, consequence, response };
}
