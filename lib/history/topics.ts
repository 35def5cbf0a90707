import { briefly } from './briefly';
import type { TopicNow } from './reader';

/** Topics that are kept, at most: the one that was quiet for longest goes first. */
const MOST = 200;
const LONGEST_NAME = 200;
const LONGEST_TEXT = 1000;
/** A rate is over so many whole seconds. */
const SECONDS = 10;

interface Topic {
  count: number;
  time: number;
  last: string;
  /** Messages of each of the last seconds, and the second that each is of. */
  readonly counts: Uint32Array;
  readonly seconds: Float64Array;
  /** The second in which the text was made. */
  shown: number;
}

/** The latest message of each topic, and how many come. */
export class Topics {
  readonly #topics = new Map<string, Topic>();

  /**
   * Notes a message. Its text is made at most once a second.
   * @param now the steady clock, ms
   * @param wall the machine's clock, ms
   */
  note(name: string, payload: unknown, now: number, wall: number): void {
    const key = name.slice(0, LONGEST_NAME);
    const second = Math.floor(now / 1000);
    let topic = this.#topics.get(key);
    if (topic === undefined) {
      const seconds = new Float64Array(SECONDS + 1).fill(-1);
      topic = { count: 0, time: wall, last: '', counts: new Uint32Array(SECONDS + 1), seconds, shown: -1 };
    } else this.#topics.delete(key);
    // Last in the order of the map: the one that was heard last.
    this.#topics.set(key, topic);
    if (this.#topics.size > MOST) this.#topics.delete(this.#topics.keys().next().value ?? '');
    topic.count += 1;
    topic.time = wall;
    if (topic.shown !== second) {
      topic.shown = second;
      topic.last = briefly(payload, LONGEST_TEXT);
    }
    const at = second % (SECONDS + 1);
    if (topic.seconds[at] !== second) {
      topic.seconds[at] = second;
      topic.counts[at] = 0;
    }
    topic.counts[at] += 1;
  }

  /** All of them, by name. @param now the steady clock, ms */
  list(now: number): TopicNow[] {
    const second = Math.floor(now / 1000);
    return [...this.#topics]
      .map(([topic, { counts, seconds, count, time, last }]) => {
        let sum = 0;
        counts.forEach((each, at) => {
          if (seconds[at] < second && seconds[at] >= second - SECONDS) sum += each;
        });
        return { topic, rate: sum / SECONDS, count, time, last };
      })
      .sort((a, b) => (a.topic < b.topic ? -1 : 1));
  }
}
