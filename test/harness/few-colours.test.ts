import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { chunk, decode, encode, fewColours } from './few-colours';

/** Rows of RGB or RGBA, the first by filter 0, the next by filter 1 and so on, as a PNG. */
function filtered(width: number, height: number, channels: 3 | 4, pixels: Buffer): Buffer {
  const stride = width * channels;
  const rows = Buffer.alloc(height * (stride + 1));
  const value = (x: number, y: number): number => (x < 0 || y < 0 ? 0 : pixels[y * stride + x]);
  for (let y = 0; y < height; y += 1) {
    const filter = (rows[y * (stride + 1)] = y % 5);
    for (let x = 0; x < stride; x += 1) {
      const [left, up, corner] = [value(x - channels, y), value(x, y - 1), value(x - channels, y - 1)];
      const far = (each: number): number => Math.abs(left + up - corner - each);
      const paeth = [left, up, corner].reduce((best, each) => (far(each) < far(best) ? each : best));
      const guess = [0, left, up, Math.floor((left + up) / 2), paeth][filter];
      rows[y * (stride + 1) + 1 + x] = value(x, y) - guess;
    }
  }
  return encode(width, height, channels === 3 ? 2 : 6, [chunk('IDAT', deflateSync(rows))]);
}

/** A picture that has that many colours, no two neighbours alike. */
function picture(width: number, height: number, colours: number, channels: 3 | 4 = 3): Buffer {
  const pixel = (_: unknown, at: number): number[] => {
    const colour = (at * 7) % colours;
    return [colour % 256, (colour * 5) % 256, 255 - (colour >> 8), 255].slice(0, channels);
  };
  return Buffer.from(Array.from({ length: width * height }, pixel).flat());
}

describe('pictures of few colours', () => {
  for (const channels of [3, 4] as const)
    it(`leave each pixel as it was where there are no more than 256 colours, of ${channels} channels`, () => {
      const png = filtered(40, 25, channels, picture(40, 25, 256, channels));
      const { width, height, rgb } = decode(fewColours(png));
      assert.deepEqual([width, height], [40, 25]);
      assert.ok(rgb.equals(picture(40, 25, 256)));
    });

  it('take the nearest of the most frequent where there are more, and are themselves left alone', () => {
    const pixels = Buffer.concat([picture(64, 8, 256), Buffer.of(3, 14, 255), Buffer.alloc(63 * 3, picture(1, 1, 1))]);
    const few = fewColours(filtered(64, 9, 3, pixels));
    const { rgb } = decode(few);
    assert.deepEqual([...rgb.subarray(64 * 8 * 3, 64 * 8 * 3 + 3)], [3, 15, 255]);
    assert.ok(rgb.subarray(0, 64 * 8 * 3).equals(picture(64, 8, 256)));
    assert.ok(decode(fewColours(few)).rgb.equals(rgb));
  });

  it('are refused of what is no PNG of a browser', () => {
    assert.throws(() => fewColours(Buffer.from('GIF89a, and more')), /not a PNG/);
    assert.throws(() => fewColours(encode(1, 1, 0, [])), /kind 0/);
  });
});
