import type { Known } from '../operator/actor';
import type { AlarmEvent } from './event';
import { matchersText } from './notify/matcher';
import { plainEvent } from './plain-event';
import type { Silence } from './silences';

/**
 * A silence that began or ended, as an alarm event: of no episode, with the asset where it is for one alone.
 * @param now wall-clock time, ms
 */
export function silenceEvent(
  event: 'silenced' | 'unsilenced',
  { id, matchers, from, until, user, comment }: Silence,
  seq: number,
  now: number,
  about: { readonly reason?: 'expired' | 'command'; readonly known?: Known } = {},
): AlarmEvent {
  const { reason, known } = about;
  const asset = matchers.find(({ label, op }) => label === 'asset' && op === '=')?.value ?? '';
  const because = { code: 'silence-of', params: { which: matchersText(matchers) } };
  const minutes = (until - Math.max(from, now)) / 60_000;
  const sentence =
    event === 'silenced'
      ? { code: 'alarm-silenced', params: { minutes } }
      : { code: reason === 'expired' ? 'alarm-unsilenced-expired' : 'alarm-unsilenced', params: {} };
  return {
    ...plainEvent({ event, id, seq, asset, sentence, because }, now),
    ...(reason === undefined ? {} : { reason }),
    user,
    comment,
    ...(known === undefined ? {} : { known }),
    until,
    matchers: [...matchers],
  };
}
