import { corrupt } from '../stream/bytes';
import { CELL, Page } from './page';

/** Bytes of a cell, and of the numbers before it in a row: its channel. */
const CELL_BYTES = 4 * CELL;

/** A whole page: rows in use, then channel after channel its number and its cells. Little-endian, like everything here. */
export function pageBytes(page: Page): Uint8Array {
  const channels = [...page.channels()];
  const { used } = page;
  const view = new DataView(new ArrayBuffer(4 + channels.length * (2 + used * CELL_BYTES)));
  view.setUint16(0, used, true);
  view.setUint16(2, channels.length, true);
  let at = 4;
  for (const channel of channels) {
    view.setUint16(at, channel, true);
    at += 2;
    const column = page.column(channel);
    for (let i = 0; i < used * CELL; i += 1, at += 4) view.setFloat32(at, column?.[i] ?? NaN, true);
  }
  return new Uint8Array(view.buffer);
}

/** One row of a page: its number, then the channels that have a value in it. */
export function rowBytes(page: Page, row: number): Uint8Array {
  const channels = [...page.channels()].filter((channel) => page.has(row, channel));
  const view = new DataView(new ArrayBuffer(4 + channels.length * (2 + CELL_BYTES)));
  view.setUint16(0, row, true);
  view.setUint16(2, channels.length, true);
  let at = 4;
  for (const channel of channels) {
    view.setUint16(at, channel, true);
    at += 2;
    const column = page.column(channel);
    for (let i = row * CELL; i < (row + 1) * CELL; i += 1, at += 4) view.setFloat32(at, column?.[i] ?? NaN, true);
  }
  return new Uint8Array(view.buffer);
}

/**
 * A page as it was written, and the rows that were added since.
 * @param channels how many there are
 * @param breath lets other work go first; awaited after each part
 * @throws SwatError `snapshot-corrupt` when it is not what these functions write
 */
export async function readPage(
  rows: number,
  channels: number,
  whole: Uint8Array,
  added: readonly Uint8Array[],
  breath: () => Promise<void>,
): Promise<Page> {
  const page = new Page(rows);
  const cells = new Cells(whole);
  const used = cells.count(rows);
  for (let left = cells.count(channels); left > 0; left -= 1) {
    const channel = cells.count(channels - 1);
    for (let row = 0; row < used; row += 1) cells.into(page, row, channel, 'or-none');
    await breath();
  }
  cells.end();
  for (const bytes of added) {
    const row = new Cells(bytes);
    const index = row.count(rows - 1);
    for (let left = row.count(channels); left > 0; left -= 1) row.into(page, index, row.count(channels - 1), 'whole');
    row.end();
    await breath();
  }
  return page;
}

class Cells {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  count(most: number): number {
    const value = this.#view.getUint16(this.#step(2), true);
    if (value > most) throw corrupt('count');
    return value;
  }

  into(page: Page, row: number, channel: number, may: 'whole' | 'or-none'): void {
    const at = this.#step(CELL_BYTES);
    const low = this.#view.getFloat32(at, true);
    const high = this.#view.getFloat32(at + 4, true);
    const last = this.#view.getFloat32(at + 8, true);
    if (may === 'or-none' && Number.isNaN(low) && Number.isNaN(high) && Number.isNaN(last)) return;
    const whole = Number.isFinite(low) && Number.isFinite(high) && low <= last && last <= high;
    if (!whole) throw corrupt('number');
    page.set(row, channel, low, high, last);
  }

  end(): void {
    if (this.#at !== this.#view.byteLength) throw corrupt('length');
  }

  #step(bytes: number): number {
    const at = this.#at;
    if (at + bytes > this.#view.byteLength) throw corrupt('length');
    this.#at = at + bytes;
    return at;
  }
}
