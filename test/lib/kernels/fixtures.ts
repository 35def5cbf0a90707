import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A frozen result of another library, from `test/fixtures`. */
export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(join(__dirname, '../../../../test/fixtures', name), 'utf8'));
}
