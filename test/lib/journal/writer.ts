import { writeSync } from 'node:fs';
import { ThreadedJournal } from '../../../lib/journal/threaded';
import { entry } from './contract-entry';

/** A process that is killed: writes entries as fast as it can, and says of each batch when it is confirmed. */
async function main(path: string, from: number): Promise<void> {
  const journal = new ThreadedJournal({ place: { kind: 'file', path }, retentionDays: 0 }, () => undefined);
  for (let seq = from; ; seq += 20) {
    await journal.append(Array.from({ length: 20 }, (_, index) => entry(seq + index)));
    writeSync(1, `${seq + 19}\n`);
  }
}

void main(process.argv[2], Number(process.argv[3]));
