import type { AlarmEventName, AlarmState, Episode, Moment } from './episode';
import type { Level, Sentence } from './verdict';
import type { Contribution } from '../detect/detector';

/** Why an alarm was cleared: calm was seen to the end, or had begun when verdicts stopped coming, or a person reset it. */
export type ClearReason = 'calm' | 'calm-then-silent' | 'reset' | 'rewind';

/** What `swat-alert` sends on output 1 and journals, before it is worded. */
export interface AlarmEvent {
  event: AlarmEventName;
  /** Id of the alarm, the same in all its events. */
  id: string;
  /** Rises by one with every event of a node. */
  seq: number;
  asset: string;
  /** Event time, ms since the epoch. */
  time: number;
  level: Level;
  /** The alarm's state after the event. */
  state: AlarmState;
  /** Which episode of this alarm, from 1. */
  episode: number;
  onset: Moment;
  peak: Moment;
  ratio: number;
  tags: Contribution[];
  sentence: Sentence;
  /** Why the alarm stands; of `acknowledged`, `cleared` and `info-ended`, why it stood at its peak. */
  because: Sentence;
  /** Why it began, where that was another tag than {@link because} names. */
  began?: Sentence;
  /** Of `cleared` and `info-ended`. */
  reason?: ClearReason;
  /** Of `acknowledged`. */
  user?: string;
  comment?: string;
}

/** What is known of an event besides the episode. */
export interface Occasion {
  event: AlarmEventName;
  seq: number;
  time: number;
  reason?: ClearReason;
  user?: string;
  comment?: string;
}

/** The event of a change, sharing nothing with the state it came from. */
export function alarmEvent(episode: Episode, occasion: Occasion): AlarmEvent {
  const { id, asset, level, state, count, onset, peak, last } = episode;
  const because = occasion.event === 'acknowledged' ? peak.because : episode.because;
  const sentence = eventSentence(episode, occasion);
  return structuredClone({
    ...occasion,
    id,
    asset,
    level,
    state,
    episode: count,
    onset,
    peak,
    ratio: last.ratio,
    tags: last.tags.length > 0 ? last.tags : peak.tags,
    sentence,
    because,
    ...(onset.because.params.tag === because.params.tag ? {} : { began: onset.because }),
  });
}

function eventSentence({ asset, level, onset }: Episode, { event, time, reason, user, comment }: Occasion): Sentence {
  const minutes = Math.max(0, time - onset.time) / 60_000;
  switch (event) {
    case 'raised':
    case 'escalated':
    case 're-raised':
    case 'info':
      return { code: `alarm-${event}`, params: { asset, level } };
    case 'info-ended':
      return { code: 'alarm-info-ended', params: { asset, minutes } };
    case 'cleared': {
      const code = {
        calm: 'alarm-cleared',
        'calm-then-silent': 'alarm-cleared-silent',
        reset: 'alarm-cleared-reset',
        rewind: 'alarm-cleared-rewind',
      };
      return { code: code[reason ?? 'calm'], params: { asset, level, minutes } };
    }
    case 'acknowledged': {
      const by = user === undefined || user === '' ? '' : '-by';
      const why = comment === undefined || comment === '' ? '' : '-comment';
      return {
        code: `alarm-acknowledged${by}${why}`,
        params: { asset, level, user: user ?? '', comment: comment ?? '' },
      };
    }
  }
}
