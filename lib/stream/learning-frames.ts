import { isTagName, MAX_TAGS } from '../plant/dictionary';
import { lastPart, type RawReading } from './reading';

/**
 * Frames for a plant that learns its tags, put together from single readings: the last known number of every tag, once a
 * period of event time. Holds at most 2000 tags.
 */
export class LearningFrames {
  readonly #values = new Map<string, number>();
  #period: number | undefined;

  constructor(readonly periodMs: number) {}

  /** Takes one reading; gives the frame of the period that has gone by, or `undefined`. */
  take(reading: RawReading, time: number): Record<string, number> | undefined {
    const period = Math.floor(time / this.periodMs);
    const frame = this.#period !== undefined && period > this.#period ? Object.fromEntries(this.#values) : undefined;
    this.#period = Math.max(period, this.#period ?? period);
    const name = lastPart(reading.name);
    const { value } = reading;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    const fits =
      reading.blame === undefined && isTagName(name) && (this.#values.has(name) || this.#values.size < MAX_TAGS);
    if (fits && typeof number === 'number' && Number.isFinite(number)) this.#values.set(name, number);
    if (fits && typeof number === 'boolean') this.#values.set(name, Number(number));
    return frame;
  }
}
