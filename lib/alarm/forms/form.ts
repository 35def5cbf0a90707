import { opcuaEvent } from './opcua';
import { sparkplugPayload } from './sparkplug';
import type { FormContext, ToldEvent } from './told';

/** How alarm events go out: as they are, as events of OPC UA Part 9, or as payloads of Sparkplug B, before or after encoding. */
export const ALARM_FORMS = ['swat', 'opcua', 'sparkplug', 'sparkplug-bytes'] as const;
export type AlarmForm = (typeof ALARM_FORMS)[number];

/** An alarm event in the form that is asked for; `swat` is the event itself. Bytes are for whoever knows the births. */
export function inForm(form: AlarmForm, event: ToldEvent, context: FormContext): object {
  switch (form) {
    case 'swat':
      return event;
    case 'opcua':
      return opcuaEvent(event, context);
    case 'sparkplug':
    case 'sparkplug-bytes':
      return sparkplugPayload(event, context);
  }
}
