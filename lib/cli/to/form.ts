import { SwatError } from '../../errors';
import type { OutFrame } from './sink';
import type { Scheme } from './target';

/** How frames are written: a JSON object, a reading a message, Sparkplug B, or CSV with its header. */
export const OUT_FORMS = ['json', 'reading', 'sparkplug', 'csv'] as const;
export type OutForm = (typeof OUT_FORMS)[number];

const FORMS_OF: Readonly<Record<Scheme, readonly OutForm[]>> = {
  kafka: ['json', 'reading', 'csv'],
  mqtt: OUT_FORMS,
  mqtts: OUT_FORMS,
  modbus: [],
};

/** Quality of a value, as in OPC DA and Sparkplug B. */
export const GOOD = 192;

/** @throws SwatError `setting-choice` for a form that a scheme has no use for */
export function readForm(text: string | undefined, scheme: Scheme): OutForm {
  const forms = FORMS_OF[scheme];
  // Registers have one form only.
  if (forms.length === 0 && text === undefined) return 'json';
  const form = forms.find((each) => each === (text ?? 'json'));
  if (form !== undefined) return form;
  throw new SwatError('setting-choice', {
    name: 'format',
    value: (text ?? '').slice(0, 40),
    choices: forms.join(', '),
  });
}

/** What a frame becomes: one text, or one for each of its tags. */
export type Written = readonly { readonly tag?: string; readonly text: string }[];

/** A frame as text, in any form but Sparkplug B. */
export function writeFrame({ time, values, quality = {} }: OutFrame, form: Exclude<OutForm, 'sparkplug'>): Written {
  const qualityOf = (tag: string): number => (Object.hasOwn(quality, tag) ? quality[tag] : GOOD);
  switch (form) {
    case 'json': {
      const frame: Record<string, unknown> = { timestamp: time };
      for (const [tag, value] of Object.entries(values)) {
        const said = qualityOf(tag);
        frame[tag] = said === GOOD ? value : { value, quality: said };
      }
      return [{ text: JSON.stringify(frame) }];
    }
    case 'reading':
      return Object.entries(values).map(([tag, value]) => ({
        tag,
        text: JSON.stringify({ tag, value, timestamp: time, quality: qualityOf(tag) }),
      }));
    case 'csv': {
      // A value that is not good is none.
      const cells = Object.entries(values).map(([tag, value]) => (qualityOf(tag) === GOOD ? value : ''));
      const header = ['Timestamp', ...Object.keys(values)].join(',');
      return [{ text: `${header}\n${[new Date(time).toISOString(), ...cells].join(',')}\n` }];
    }
  }
}
