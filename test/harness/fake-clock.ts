import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The clock of a process and of all its threads, which a test moves: libfaketime of Debian's package of that name. */
export interface FakeClock {
  /** For the process whose clock it is. */
  readonly env: Readonly<Record<string, string>>;
  /** The wall clock is so many seconds ahead of the machine's from now on; the steady clock goes on. */
  ahead(seconds: number): void;
}

/**
 * @param folder where the file is kept that tells the clock
 * @param speed so many seconds of both clocks pass in one; with it the clock is not moved
 * @returns undefined where the library is not installed
 */
export function fakeClock(folder: string, speed = 1): FakeClock | undefined {
  const library = find();
  if (library === undefined) return undefined;
  const file = join(folder, 'faketime');
  const ahead = (seconds: number): void => {
    writeFileSync(`${file}.next`, `${seconds < 0 ? '' : '+'}${seconds}s\n`);
    renameSync(`${file}.next`, file);
  };
  if (speed !== 1) return { env: { LD_PRELOAD: library, FAKETIME: `+0 x${speed}` }, ahead };
  ahead(0);
  const told = { FAKETIME_TIMESTAMP_FILE: file, FAKETIME_CACHE_DURATION: '1', DONT_FAKE_MONOTONIC: '1' };
  return { env: { LD_PRELOAD: library, ...told }, ahead };
}

function find(): string | undefined {
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib') : [];
  return folders.map((each) => `/usr/lib/${each}/faketime/libfaketimeMT.so.1`).find((each) => existsSync(each));
}
