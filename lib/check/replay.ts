import { corrupt, type ByteReader, type ByteWriter } from '../stream/bytes';
import { RollingHash } from './rolling-hash';

/** Shares of a stretch that must be different values, and turns from rising to falling or back: real instruments have noise. */
const LEAST_DISTINCT = 0.25;
const LEAST_TURNS = 0.25;

/**
 * Signals that say again, value for value, what they said before: a recording that is played to the operator while something
 * else goes on. Of each sensor the hashes of stretches are remembered, one after the other; the latest values are compared
 * with all of them at every sample, whatever the distance. Only stretches that no instrument gives twice by chance count: a
 * quarter of their values differ, and a quarter of their steps turn. So nothing is told of coarse or noise-free signals.
 *
 * Takes O(1) a value. A replay is found after one to two stretches. Memory: about 80 bytes a stretch and sensor.
 */
export class Replay {
  /** How long before each sensor said the same, ms; NaN where it says something new. */
  readonly lag: Float64Array;
  /** The latest values of each sensor, a ring, and how many have come since it was started anew. */
  readonly #ring: Float64Array;
  readonly #count: Float64Array;
  readonly #hash: RollingHash;
  /** Hash and time of the end of each stretch, a ring a sensor; how many there were; and where each hash is. */
  readonly #keys: Float64Array;
  readonly #times: Float64Array;
  readonly #stretches: Float64Array;
  readonly #where = new Map<number, number>();
  /** Values since the latest match. */
  readonly #since: Float64Array;

  constructor(
    readonly sensors: number,
    readonly stretch: number,
    readonly remembered: number,
  ) {
    this.lag = new Float64Array(sensors).fill(Number.NaN);
    this.#ring = new Float64Array(sensors * stretch);
    this.#count = new Float64Array(sensors);
    this.#hash = new RollingHash(sensors, stretch);
    this.#keys = new Float64Array(sensors * remembered);
    this.#times = new Float64Array(sensors * remembered);
    this.#stretches = new Float64Array(sensors);
    this.#since = new Float64Array(sensors);
  }

  /** Whether a sensor has said anything that could be recognized. */
  isTelling(sensor: number): boolean {
    return this.#stretches[sensor] > 0;
  }

  /** Whether the sensor says again what it said before. */
  look(sensor: number, value: number, time: number): boolean {
    const { stretch } = this;
    const count = this.#count[sensor];
    const at = sensor * stretch + (count % stretch);
    this.#hash.push(sensor, value, count >= stretch ? this.#ring[at] : undefined);
    this.#ring[at] = value;
    this.#count[sensor] = count + 1;
    if (count + 1 < stretch) return this.#went(sensor);
    const key = this.#hash.of(sensor);
    const place = this.#where.get(key);
    if (place !== undefined && Math.floor(place / this.remembered) === sensor) {
      this.lag[sensor] = time - this.#times[place];
      this.#since[sensor] = 0;
    } else this.#went(sensor);
    if ((count + 1) % stretch === 0) this.#remember(sensor, key, time);
    return !Number.isNaN(this.lag[sensor]);
  }

  /** What follows does not join on to what was. */
  restart(sensor: number): void {
    this.#count[sensor] = 0;
    this.#hash.clear(sensor);
  }

  write(writer: ByteWriter): void {
    for (const each of [this.lag, this.#ring, this.#count, this.#stretches, this.#since]) writer.numbers(each);
    for (let sensor = 0; sensor < this.sensors; sensor++) {
      const from = sensor * this.remembered;
      const to = from + Math.min(this.#stretches[sensor], this.remembered);
      writer.numbers(this.#keys.subarray(from, to));
      writer.numbers(this.#times.subarray(from, to));
    }
  }

  /** Puts back what was written, into one that is new. @throws SwatError `snapshot-corrupt` */
  read(reader: ByteReader): void {
    reader.numbers(this.lag);
    for (const each of [this.#ring, this.#count, this.#stretches, this.#since]) reader.numbers(each, 'finite');
    for (let sensor = 0; sensor < this.sensors; sensor++) {
      for (const each of [this.#count[sensor], this.#stretches[sensor]])
        if (!Number.isInteger(each) || each < 0) throw corrupt('count');
      const from = sensor * this.remembered;
      const to = from + Math.min(this.#stretches[sensor], this.remembered);
      reader.numbers(this.#keys.subarray(from, to), 'finite');
      reader.numbers(this.#times.subarray(from, to), 'finite');
      for (let nth = Math.max(0, this.#stretches[sensor] - this.remembered); nth < this.#stretches[sensor]; nth++) {
        const place = from + (nth % this.remembered);
        if (!this.#where.has(this.#keys[place])) this.#where.set(this.#keys[place], place);
      }
      this.#rehash(sensor);
    }
  }

  /** The repetition is over when a whole stretch and more has come without a match. */
  #went(sensor: number): boolean {
    this.#since[sensor] += 1;
    if (this.#since[sensor] > this.stretch) this.lag[sensor] = Number.NaN;
    return !Number.isNaN(this.lag[sensor]);
  }

  #remember(sensor: number, key: number, time: number): void {
    if (!this.#isWorth(sensor)) return;
    const place = sensor * this.remembered + (this.#stretches[sensor] % this.remembered);
    if (this.#stretches[sensor] >= this.remembered && this.#where.get(this.#keys[place]) === place)
      this.#where.delete(this.#keys[place]);
    this.#keys[place] = key;
    this.#times[place] = time;
    // The first that said so is the one that is repeated.
    if (!this.#where.has(key)) this.#where.set(key, place);
    this.#stretches[sensor] += 1;
  }

  /** Whether the latest stretch, which fills the ring from its start, has enough different values and turns. */
  #isWorth(sensor: number): boolean {
    const { stretch } = this;
    const values = this.#ring.subarray(sensor * stretch, (sensor + 1) * stretch);
    let turns = 0;
    for (let i = 2; i < stretch; i++) {
      if ((values[i] - values[i - 1]) * (values[i - 1] - values[i - 2]) < 0) turns += 1;
    }
    return turns >= LEAST_TURNS * stretch && new Set(values).size >= LEAST_DISTINCT * stretch;
  }

  #rehash(sensor: number): void {
    const { stretch } = this;
    const count = this.#count[sensor];
    this.#hash.clear(sensor);
    for (let i = Math.max(0, count - stretch); i < count; i++)
      this.#hash.push(sensor, this.#ring[sensor * stretch + (i % stretch)]);
  }
}
