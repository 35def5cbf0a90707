import { corrupt, type ByteReader, type ByteWriter } from './bytes';
import { Quality } from './frame';

/** Quality of the values in a sliding window of one asset: the share that is good, and which tags were bad. */
export class QualityWindow {
  /** `ring[slot * tags + tag]`, a {@link Quality} each; and how many of a slot are not good. */
  readonly #ring: Uint8Array;
  readonly #notGood: Uint16Array;
  readonly #badFrames: Int32Array;
  #total = 0;
  #bad = 0;
  #slot = 0;

  constructor(
    readonly tags: number,
    readonly length: number,
  ) {
    this.#ring = new Uint8Array(tags * length);
    this.#notGood = new Uint16Array(length);
    this.#badFrames = new Int32Array(tags);
  }

  /** Takes the qualities of one frame, of which `notGood` are not good, in place of those of the oldest. */
  push(quality: Uint8Array, notGood: number): void {
    const slot = this.#slot;
    this.#slot = slot + 1 === this.length ? 0 : slot + 1;
    const before = this.#notGood[slot];
    if (before === 0 && notGood === 0) return;
    this.#notGood[slot] = notGood;
    this.#total += notGood - before;
    for (let tag = 0, at = slot * this.tags; tag < this.tags; tag++, at++) {
      const frames = this.#badFrames[tag];
      const change = Number(quality[tag] === Quality.bad) - Number(this.#ring[at] === Quality.bad);
      this.#ring[at] = quality[tag];
      this.#badFrames[tag] = frames + change;
      if (frames === 0 && change > 0) this.#bad += 1;
      if (frames === 1 && change < 0) this.#bad -= 1;
    }
  }

  /** Share of good values in a full window, 0 … 1. */
  get good(): number {
    const all = this.tags * this.length;
    return (all - this.#total) / all;
  }

  /** Tags that are bad in any frame of the window. */
  get bad(): number {
    return this.#bad;
  }

  /** Positions of those tags, rising. */
  badTags(): number[] {
    const found: number[] = [];
    if (this.#bad > 0) this.#badFrames.forEach((frames, tag) => frames > 0 && found.push(tag));
    return found;
  }

  /** Writes it; frames that are good in every tag take two bytes. */
  write(writer: ByteWriter): void {
    writer.count(this.#slot);
    for (let slot = 0; slot < this.length; slot++) {
      const notGood = this.#notGood[slot];
      writer.byte(notGood & 0xff);
      writer.byte(notGood >> 8);
      if (notGood > 0) writer.bytes(this.#ring.subarray(slot * this.tags, (slot + 1) * this.tags));
    }
  }

  /** Puts back what was written. @throws SwatError `snapshot-corrupt` */
  read(reader: ByteReader): void {
    this.clear();
    this.#slot = reader.count(this.length - 1);
    for (let slot = 0; slot < this.length; slot++) {
      const notGood = reader.byte() + 256 * reader.byte();
      if (notGood > this.tags) throw corrupt('quality');
      this.#notGood[slot] = notGood;
      this.#total += notGood;
      if (notGood > 0) reader.bytes(this.#ring.subarray(slot * this.tags, (slot + 1) * this.tags), Quality.bad);
    }
    for (let at = 0; at < this.#ring.length; at++) {
      if (this.#ring[at] === Quality.bad) this.#badFrames[at % this.tags] += 1;
    }
    this.#bad = this.#badFrames.filter((frames) => frames > 0).length;
  }

  /** Becomes the same as another of the same tags and length. */
  become(other: QualityWindow): void {
    this.#ring.set(other.#ring);
    this.#notGood.set(other.#notGood);
    this.#badFrames.set(other.#badFrames);
    this.#total = other.#total;
    this.#bad = other.#bad;
    this.#slot = other.#slot;
  }

  /** Forgets every frame. */
  clear(): void {
    this.#ring.fill(Quality.good);
    this.#notGood.fill(0);
    this.#badFrames.fill(0);
    this.#total = 0;
    this.#bad = 0;
    this.#slot = 0;
  }
}
