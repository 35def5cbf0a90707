import type { AlarmEvent } from '../alarm/event';
import type { JournalRecord } from '../journal/journal';
import { isRecord } from '../record';

/**
 * The alarm event that a record is about; `undefined` for what is none (silences, and records of the journal's own), and for
 * a body that was too large to be kept or was changed.
 */
export function eventOf({ body, time }: JournalRecord): AlarmEvent | undefined {
  if (!isRecord(body)) return undefined;
  const { event, id, asset, state, sentence, because, onset, peak, tags } = body;
  const texts = [event, id, asset, state].every((each) => typeof each === 'string');
  if (!texts || body.matchers !== undefined || !isSentence(sentence) || !isSentence(because)) return undefined;
  if (!isMoment(onset) || !isMoment(peak) || !Array.isArray(tags)) return undefined;
  return { ...body, time } as unknown as AlarmEvent;
}

function isSentence(value: unknown): boolean {
  return isRecord(value) && typeof value.code === 'string' && isRecord(value.params);
}

function isMoment(value: unknown): boolean {
  return (
    isRecord(value) && typeof value.time === 'number' && typeof value.ratio === 'number' && Array.isArray(value.tags)
  );
}
