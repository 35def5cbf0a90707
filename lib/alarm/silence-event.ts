import type { Known } from '../operator/actor';
import type { AlarmEvent } from './event';
import { quiet } from './machine';
import { matchersText } from './notify/matcher';
import type { Silence } from './silences';

/** What happens to a silence; told like the events of an alarm. */
export const SILENCE_EVENTS = ['silenced', 'unsilenced'] as const;
export type SilenceEventName = (typeof SILENCE_EVENTS)[number];

/**
 * A silence that began or ended, as an alarm event: of no episode, with the asset where it is for one alone.
 * @param now wall-clock time, ms
 */
export function silenceEvent(
  event: SilenceEventName,
  { id, matchers, from, until, user, comment }: Silence,
  seq: number,
  now: number,
  about: { readonly reason?: 'expired' | 'command'; readonly known?: Known } = {},
): AlarmEvent {
  const { reason, known } = about;
  const asset = matchers.find(({ label, op }) => label === 'asset' && op === '=')?.value ?? '';
  const which = matchersText(matchers);
  const because = { code: 'silence-of', params: { which } };
  const moment = { ...quiet(asset, 'process', undefined, now).last, because };
  const minutes = (until - Math.max(from, now)) / 60_000;
  return {
    event,
    id,
    seq,
    asset,
    kind: 'process',
    time: now,
    level: 'NONE',
    priority: 'low',
    state: 'normal',
    previous: 'normal',
    active: false,
    episode: 0,
    onset: moment,
    peak: moment,
    ratio: 0,
    tags: [],
    firstOut: null,
    sentence:
      event === 'silenced'
        ? { code: 'alarm-silenced', params: { minutes } }
        : { code: reason === 'expired' ? 'alarm-unsilenced-expired' : 'alarm-unsilenced', params: {} },
    because,
    ...(reason === undefined ? {} : { reason }),
    user,
    comment,
    ...(known === undefined ? {} : { known }),
    until,
    matchers: [...matchers],
    model: '',
  };
}
