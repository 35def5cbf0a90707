import type { NodeAPI } from 'node-red';
import type { AlarmWords } from '../../lib/alarm/wording';
import type { Delivery } from '../../lib/alarm/desk';
import type { AlarmEvent } from '../../lib/alarm/event';
import { inForm, type AlarmForm } from '../../lib/alarm/forms/form';
import { sparkplugPayload } from '../../lib/alarm/forms/sparkplug';
import type { FormContext } from '../../lib/alarm/forms/told';
import type { Notification } from '../../lib/alarm/notify/notification';
import type { AlarmEdge } from './alarm-edge';
import { isPlainEvent } from '../../lib/alarm/plain-event';
import { alarmEventWords, notificationWords } from './alarm-words';

/** What goes out of the three outputs of `swat-alert`: alarm events, notifications, metrics. */
export type Parcel = [
  { payload: AlarmEvent & AlarmWords }[],
  { topic: string; payload: Notification & AlarmWords }[],
  { payload: object },
];

/** The same with alarm events in the form that was asked for. */
export type FormedParcel = [{ payload: object }[], Parcel[1], Parcel[2]];

/**
 * A delivery in words, with the other properties of the message that brought it about, where that is still there.
 * @param more properties of every event and notification
 * @param about what a message about an asset carries besides; none is sent where that is `undefined`
 */
export function alarmParcel(
  RED: Pick<NodeAPI, '_'>,
  { events, notifications }: Delivery,
  metrics: object,
  message: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>>,
  about: (asset: string) => object | undefined,
): Parcel {
  const alarms = events.map((event) => ({ ...event, ...alarmEventWords(RED, event), ...more }));
  const news = notifications.map((each) => ({ ...each, ...notificationWords(RED, each), ...more }));
  const each = <T extends AlarmEvent | Notification, M>(payloads: T[], messageOf: (payload: T) => M): M[] =>
    payloads.flatMap((payload) => {
      const context = about(ownerOf(payload));
      return context === undefined ? [] : [{ ...message, ...context, ...messageOf(payload) }];
    });
  return [
    each(alarms, (payload) => ({ payload })),
    each(news, (payload) => ({ topic: `${payload.asset}/${payload.level}`, payload })),
    { ...message, payload: metrics },
  ];
}

/**
 * A parcel with the alarm events in the form that is asked for. A form that is not ours has no place for `redelivered`: it
 * stands beside the payload then.
 * @param edge encodes payloads of Sparkplug; they have a topic of their own then
 */
export function formedParcel(parcel: Parcel, form: AlarmForm, context: FormContext, edge?: AlarmEdge): FormedParcel {
  if (form === 'swat') return parcel;
  const [events, ...others] = parcel;
  const formed = events.flatMap(({ payload, ...message }) => {
    const around = { ...message, ...('redelivered' in payload ? { redelivered: true } : {}) };
    if (edge === undefined) return [{ ...around, payload: inForm(form, payload, context) }];
    const encoded = edge.messages(payload.asset, sparkplugPayload(payload, context));
    return encoded.map((each) => ({ ...around, ...each }));
  });
  return [formed, ...others];
}

/** The asset that something told belongs to; of several alarms, that of the worst. Empty for what is this process's: a silence, a record, a digest. */
function ownerOf(told: AlarmEvent | Notification): string {
  if ('digest' in told || isPlainEvent(told)) return '';
  return ('alarms' in told ? told.alarms[0]?.asset : undefined) ?? told.asset;
}
