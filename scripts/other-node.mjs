// The Node that npm has installed beside the tests: `node@24` of test/matrix, `node@22` of test/elsewhere.
import { join } from 'node:path';

/** Its program in a folder that `npm ci --prefix` has filled; it may not be there. */
export function nodeOf(folder) {
  return join(folder, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}
