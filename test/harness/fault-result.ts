import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * What a run of kills has come to: to the file `SWAT_RESULT` (scripts/kill.mjs puts its pieces together), else shown.
 * Numbers are of this run alone: counts are added up, medians are not.
 */
export function keepResult(result: Readonly<Record<string, unknown>>): void {
  const file = process.env.SWAT_RESULT;
  if (file === undefined) {
    console.log(`      ${JSON.stringify(result)}`);
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ date: new Date().toISOString(), ...result }, null, 2)}\n`);
}
