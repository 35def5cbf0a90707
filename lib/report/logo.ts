import { SwatError } from '../errors';
import type { Logo } from './request';

/** Largest logo, bytes. */
export const MOST_LOGO = 512 * 1024;
/** Widest and highest, px: a picture is held in memory as all of its points. */
const MOST_SIDE = 4000;

/** What an SVG may not have in a report: anything that runs, or that comes from elsewhere. */
const FORBIDDEN =
  /<!DOCTYPE|<!ENTITY|<script|<foreignObject|<iframe|<image|<use\b|<animate|<set\b|\son\w+\s*=|javascript:|@import|url\(\s*['"]?(?!#)|\bhref\s*=/i;

/**
 * A logo, by what its bytes are and not by its name.
 * @throws SwatError `report-logo` {why}: `size`, `type`, `side` or `unsafe`
 */
export function readLogo(bytes: Uint8Array): Logo {
  if (bytes.length === 0 || bytes.length > MOST_LOGO)
    throw new SwatError('report-logo', { why: 'size', most: MOST_LOGO / 1024 });
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.subarray(0, 8).equals(PNG) && view.length > 33) {
    return checked('png', bytes, view.readUInt32BE(16), view.readUInt32BE(20));
  }
  if (view[0] === 0xff && view[1] === 0xd8) {
    const [width, height] = jpegSize(view);
    return checked('jpeg', bytes, width, height);
  }
  const text = view
    .toString('utf8')
    .trimStart()
    .replace(/^\ufeff/, '');
  if (!/^(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<svg[\s>]/.test(text))
    throw new SwatError('report-logo', { why: 'type' });
  if (FORBIDDEN.test(text) || text.includes('\0')) throw new SwatError('report-logo', { why: 'unsafe' });
  return { type: 'svg', bytes };
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function checked(type: 'png' | 'jpeg', bytes: Uint8Array, width: number, height: number): Logo {
  const fits = width >= 1 && height >= 1 && width <= MOST_SIDE && height <= MOST_SIDE;
  if (!fits) throw new SwatError('report-logo', { why: 'side', most: MOST_SIDE });
  return { type, bytes };
}

/** Width and height as the frame header of a JPEG says; 0 where there is none. */
function jpegSize(view: Buffer): [width: number, height: number] {
  let at = 2;
  while (at + 9 < view.length && view[at] === 0xff) {
    const marker = view[at + 1];
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return [view.readUInt16BE(at + 7), view.readUInt16BE(at + 5)];
    at += 2 + view.readUInt16BE(at + 2);
  }
  return [0, 0];
}
