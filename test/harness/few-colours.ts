import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** As many colours as a palette of bytes holds. */
const MOST = 256;

/** An image without transparency, row by row from the top: three bytes a pixel, red, green and blue. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Buffer;
}

/**
 * The same PNG with a palette of its 256 most frequent colours, each other one as the nearest of them: a screen has few colours, and
 * takes a third of the bytes.
 * @throws Error where it is no PNG as browsers write them (8 bits a channel, RGB or RGBA, not interlaced)
 */
export function fewColours(png: Buffer): Buffer {
  const { width, height, rgb } = decode(png);
  const counts = new Map<number, number>();
  for (let at = 0; at < rgb.length; at += 3) {
    const colour = rgb.readUIntBE(at, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = [...counts].sort(([, a], [, b]) => b - a).slice(0, MOST).map(([colour]) => colour); // prettier-ignore
  const indices = new Map([...counts.keys()].map((colour) => [colour, nearest(colour, palette)]));
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      rows[y * (width + 1) + 1 + x] = indices.get(rgb.readUIntBE(3 * (y * width + x), 3))!;
  const colours = Buffer.alloc(3 * palette.length);
  palette.forEach((colour, index) => colours.writeUIntBE(colour, 3 * index, 3));
  return encode(width, height, 3, [chunk('PLTE', colours), chunk('IDAT', deflateSync(rows, { level: 9 }))]);
}

/** @throws Error where it is no PNG as browsers write them */
export function decode(png: Buffer): Pixels {
  if (!png.subarray(0, 8).equals(SIGNATURE)) throw new Error('not a PNG');
  let header: Buffer = Buffer.alloc(0);
  let palette: Buffer = Buffer.alloc(0);
  const data: Buffer[] = [];
  for (let at = 8; at + 8 <= png.length; at += 12 + png.readUInt32BE(at)) {
    const body = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    const type = png.toString('latin1', at + 4, at + 8);
    if (type === 'IHDR') header = body;
    if (type === 'PLTE') palette = body;
    if (type === 'IDAT') data.push(body);
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, kind, , , interlaced] = header.subarray(8);
  const channels = { 2: 3, 3: 1, 6: 4 }[kind];
  if (depth !== 8 || channels === undefined || interlaced !== 0)
    throw new Error(`a PNG of kind ${kind}, ${depth} bits`);
  const samples = unfiltered(inflateSync(Buffer.concat(data)), width * channels, height, channels);
  if (kind === 2) return { width, height, rgb: samples };
  const rgb = Buffer.alloc(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const [from, at] = kind === 3 ? [palette, 3 * samples[pixel]] : [samples, 4 * pixel];
    from.copy(rgb, 3 * pixel, at, at + 3);
  }
  return { width, height, rgb };
}

/** Undoes what PNG does to each row before it is packed: https://www.w3.org/TR/png-3/#9Filters */
function unfiltered(packed: Buffer, stride: number, height: number, channels: number): Buffer {
  const out = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = packed[y * (stride + 1)];
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x >= channels ? out[at - channels] : 0;
      const up = y > 0 ? out[at - stride] : 0;
      const corner = x >= channels && y > 0 ? out[at - stride - channels] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      out[at] = packed[y * (stride + 1) + 1 + x] + guess;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

function nearest(colour: number, palette: readonly number[]): number {
  let best = 0;
  let least = Infinity;
  for (let index = 0; index < palette.length && least > 0; index += 1) {
    const far = distance(colour, palette[index]);
    if (far < least) [best, least] = [index, far];
  }
  return best;
}

function distance(one: number, other: number): number {
  let sum = 0;
  for (const shift of [16, 8, 0]) sum += (((one >> shift) & 255) - ((other >> shift) & 255)) ** 2;
  return sum;
}

/** @param kind of colours: 2 for RGB, 3 for a palette, 6 for RGBA */
export function encode(width: number, height: number, kind: number, chunks: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, kind], 8);
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), ...chunks, chunk('IEND', Buffer.alloc(0))]);
}

/** A part of a PNG, with its length and its checksum. */
export function chunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const made = Buffer.alloc(named.length + 8);
  made.writeUInt32BE(body.length, 0);
  named.copy(made, 4);
  made.writeUInt32BE(crc32(named), named.length + 4);
  return made;
}
