import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { SwatError } from '../errors';
import { PACKAGE_FOLDER } from '../platform/product';

/**
 * The folder that a model of one's own is saved to: never that of the shipped one, which a plant's model would push aside.
 * @throws SwatError `cli-out-missing`, `cli-out-shipped` {folder}
 */
export async function outFolder(out: string | undefined): Promise<string> {
  if (out === undefined || out.trim() === '') throw new SwatError('cli-out-missing');
  const folder = resolve(out);
  const [wanted, shipped] = [await realFolder(folder), await realFolder(join(PACKAGE_FOLDER, 'models'))];
  const way = relative(shipped, wanted);
  // On another drive the way is absolute.
  const isOutside = way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  if (!isOutside) throw new SwatError('cli-out-shipped', { folder });
  return folder;
}

/** Where a path leads to, with links followed as far as there is something. */
async function realFolder(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(await realFolder(above), relative(above, path));
  }
}
