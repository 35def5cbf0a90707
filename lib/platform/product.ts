import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The package's own folder, seen from the compiled file. */
export const PACKAGE_FOLDER = join(__dirname, '..', '..', '..');

/** The version of this package. */
export function productVersion(): string {
  const { version } = JSON.parse(readFileSync(join(PACKAGE_FOLDER, 'package.json'), 'utf8')) as { version: string };
  return version;
}
