import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SwatError } from '../../../lib/errors';
import { exported } from '../../../lib/journal/export';
import { openJournal } from '../../../lib/journal/opened';
import type { JournalNews } from '../../../lib/journal/protocol';
import type { JournalRecord } from '../../../lib/journal/journal';
import { seeded } from '../../../lib/kernels/random';
import { englishText } from '../../../lib/platform/catalogue';
import { disk } from '../../../lib/platform/files';
import { threadInput } from '../../../lib/platform/threads';
import { entry, T0 } from '../../lib/journal/contract-entry';
import { putDamaged, soundJournals, type JournalFiles } from '../journals';

/** What came of one damaged journal. */
export interface JournalTry {
  readonly index: number;
  /** How it was damaged. */
  readonly how: string;
  /** What opening it came to, and the codes of what was refused. */
  readonly came: readonly string[];
  /** A broken promise. */
  readonly problem?: string;
  /** What the thread holds, bytes. */
  readonly bytes: number;
}

/** Opens damaged journals, one after the other, and does with each what is done with a journal. */
const thread = threadInput();
const { folder, seed } = thread.data as { folder: string; seed: number };
const NOW = T0 + 1_000_000;
let sound: { readonly files: JournalFiles[]; readonly hashes: ReadonlySet<string> } | undefined;

async function prepared(): Promise<NonNullable<typeof sound>> {
  if (sound !== undefined) return sound;
  const own = join(folder, 'sound');
  mkdirSync(own);
  const path = join(own, 'journal.db');
  const files = await soundJournals(path);
  const opened = await openJournal({ kind: 'file', path }, disk, NOW, () => undefined);
  const { records } = await opened.journal.query({ limit: 1000 });
  await opened.close();
  sound = { files, hashes: new Set(records.map(contentOf)) };
  return sound;
}

function contentOf({ n, hash, body, time, asset, tags }: JournalRecord): string {
  return JSON.stringify([n, hash, body, time, asset, tags]);
}

/** The code of an error that says what is wrong; everything else is thrown on. */
function codeOf(cause: unknown): string {
  if (!(cause instanceof SwatError)) throw cause;
  const { code, details } = cause;
  if (code === 'unexpected' || englishText(`errors.${code}`, {}) === undefined) throw new Error(`no words for ${code}`);
  if (code === 'journal-store') throw new Error(`not told as damage: ${String(details.detail)}`, { cause });
  return code;
}

async function tried(index: number): Promise<JournalTry> {
  const { files, hashes } = await prepared();
  const own = join(folder, 'damaged');
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own);
  const path = join(own, 'journal.db');
  const random = seeded(seed * 1_000_003 + index);
  const { how, isRewritten } = putDamaged(random, path, files);
  const came: string[] = [];
  const open = (damaged?: string) => openJournal({ kind: 'file', path }, disk, NOW, ({ code }: JournalNews) => came.push(code), damaged); // prettier-ignore
  let problem: string | undefined;
  try {
    let opened = await open();
    const { journal, head } = opened;
    const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await work();
      } catch (cause) {
        came.push(codeOf(cause));
        return undefined;
      }
    };
    const page = await attempt(() => journal.query({ limit: 1000 }));
    await attempt(() => journal.query({ limit: 5, order: 'oldest', asset: 'line-1', brief: true }));
    await attempt(() => journal.query({ tag: 'LIT101', limit: 3 }));
    for (const form of ['csv', 'json'] as const)
      await attempt(async () => {
        let length = 0;
        for await (const piece of exported(journal, { limit: 5000 }, form)) length += piece.length;
        return length;
      });
    const known = await head.read();
    const verified = await attempt(() => journal.verify(known));
    await attempt(() => journal.stats());
    const isWhole = verified !== undefined && verified.breach === undefined && !came.includes('set-aside');
    const foreign = page?.records.find((record) => record.source !== 'journal' && !hashes.has(contentOf(record)));
    if (isWhole && !isRewritten && foreign !== undefined) problem = `wrong, and nobody says so: ${contentOf(foreign).slice(0, 200)}`; // prettier-ignore
    // As the thread of the journal does: what is damaged is opened anew, and then it goes on.
    const written = await attempt(() => journal.append([entry(1000)]));
    if (written === undefined) {
      await opened.close().catch(codeOf);
      opened = await open('damaged');
      await opened.journal.append([entry(1000)]);
    }
    await attempt(() => opened.journal.prune(T0 + 10_000, NOW));
    await opened.close();
    opened = await open();
    const { records } = await opened.journal.query({ limit: 1 });
    if (records.length === 0) problem ??= 'what was written is not there';
    await opened.close();
  } catch (cause) {
    try {
      came.push(codeOf(cause));
    } catch (unforeseen) {
      problem = unforeseen instanceof Error ? (unforeseen.stack ?? unforeseen.message) : String(unforeseen);
    }
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return { index, how, came, bytes: heapUsed + external + arrayBuffers, ...(problem === undefined ? {} : { problem }) };
}

thread.listen((value) => {
  if (value === 'end') {
    thread.close();
    return;
  }
  void tried(value as number).then((outcome) => thread.post(outcome));
});
