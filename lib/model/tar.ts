import { SwatError } from '../errors';

/** Largest archive that is written or read: all of it stands in memory. */
export const MAX_ARCHIVE = 64 * 1024 * 1024;
const MAX_ENTRIES = 200;
const BLOCK = 512;

/** A file of an archive. */
export interface ArchiveFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Files as a tar archive (POSIX ustar, not compressed), which any archiver opens. The same files give the same bytes.
 * @throws SwatError `bundle-too-large` {bytes, most}
 */
export function writeTar(files: readonly ArchiveFile[]): Buffer {
  const sizes = files.map(({ bytes }) => BLOCK + Math.ceil(bytes.length / BLOCK) * BLOCK);
  const total = sizes.reduce((sum, size) => sum + size, 2 * BLOCK);
  if (total > MAX_ARCHIVE) throw new SwatError('bundle-too-large', { bytes: total, most: MAX_ARCHIVE });
  const tar = Buffer.alloc(total);
  let at = 0;
  files.forEach(({ name, bytes }, index) => {
    const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
    tar.write(name, at, 100, 'utf8');
    tar.write(octal(0o644, 7) + octal(0, 7) + octal(0, 7) + octal(bytes.length, 11) + octal(0, 11), at + 100, 'latin1');
    tar.write('        0', at + 148, 'latin1');
    tar.write('ustar\x0000', at + 257, 'latin1');
    tar.write(`${sumOf(tar, at).toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
    tar.set(bytes, at + BLOCK);
    at += sizes[index];
  });
  return tar;
}

/**
 * The files of a tar archive as views of it, by name; a leading `./` is left out. Nothing is unpacked to the disk.
 * @throws SwatError `bundle-broken` {what}; `bundle-path` {name} for links, absolute paths, and paths that lead out of it
 */
export function readTar(tar: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  let entries = 0;
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    entries += 1;
    if (entries > MAX_ENTRIES) throw new SwatError('bundle-broken', { what: `> ${MAX_ENTRIES} files` });
    const text = (from: number, length: number): string => {
      const field = tar.subarray(at + from, at + from + length);
      const end = field.indexOf(0);
      return field.subarray(0, end < 0 ? length : end).toString('utf8');
    };
    const prefix = text(257, 5) === 'ustar' ? text(345, 155) : '';
    const name = (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`).replace(/^(\.\/)+/, '');
    const what = name === '' ? `byte ${at}` : shown(name);
    const size = octalOf(text(124, 12), what);
    if (octalOf(text(148, 8), what) !== sumOf(tar, at)) throw new SwatError('bundle-broken', { what });
    const type = text(156, 1);
    const start = at + BLOCK;
    if (start + size > tar.length) throw new SwatError('bundle-broken', { what });
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    // Remarks of the archiver, and folders.
    if (type === 'x' || type === 'g' || type === '5') continue;
    if ((type !== '' && type !== '0') || !isPlain(name)) throw new SwatError('bundle-path', { name: shown(name) });
    if (files.has(name)) throw new SwatError('bundle-broken', { what: shown(name) });
    files.set(name, tar.subarray(start, start + size));
  }
  return files;
}

function isPlain(name: string): boolean {
  return /^[^\\:\0]+$/.test(name) && !name.split('/').some((part) => part === '' || part === '.' || part === '..');
}

function octalOf(text: string, what: string): number {
  const digits = text.trim();
  if (!/^[0-7]{1,11}$/.test(digits)) throw new SwatError('bundle-broken', { what });
  return Number.parseInt(digits, 8);
}

/** The checksum of a header: the sum of its bytes, those of the checksum itself taken for blanks. */
function sumOf(tar: Buffer, at: number): number {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : tar[at + i];
  return sum;
}

function shown(name: string): string {
  return name.slice(0, 60);
}
