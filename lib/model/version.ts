import { isDeviceName } from '../platform/device-name';

/** Version ids sort by time and are safe as a folder's name: `20261122-161100-3f09ac` (UTC, then six digits of content). */
const VERSION = /^\d{8}-\d{6}-[0-9a-f]{6}$/;

/**
 * The id of a version made at `time` (ms since the epoch).
 * @param hash of the content, hex, at least six digits
 */
export function versionId(time: number, hash: string): string {
  const [date, clock] = new Date(time).toISOString().split(/[T.]/);
  return `${date.replaceAll('-', '')}-${clock.replaceAll(':', '')}-${hash.slice(0, 6)}`;
}

/** Whether a text is a version id: anything else is never looked for on the disk. */
export function isVersionId(text: string): boolean {
  return VERSION.test(text);
}

/** Whether a text can name a model's folder: one segment, no dots in front, none of the characters that mean something. */
export function isModelName(text: string): boolean {
  return /^[\p{L}\p{N}_-][\p{L}\p{N} ._-]{0,62}$/u.test(text) && !/[. ]$/.test(text) && !isDeviceName(text);
}
