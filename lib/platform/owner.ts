import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SwatError } from '../errors';

/** A file that one process at a time may use. */
export interface Ownership {
  release(): void;
}

/**
 * Claims a file for this process: `<path>.owner` says who has it. A process that is gone, killed or not, owns nothing.
 * @throws SwatError `journal-in-use` {path, pid} while another process that still runs has it
 */
export function own(path: string): Ownership {
  const file = `${path}.owner`;
  mkdirSync(dirname(path), { recursive: true });
  const owner = readOwner(file);
  if (owner !== undefined && owner.pid !== process.pid && isSame(owner)) {
    throw new SwatError('journal-in-use', { path, pid: owner.pid });
  }
  const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid) });
  writeFileSync(file, mine);
  return {
    release: () => {
      if (readOwner(file)?.pid === process.pid) rmSync(file, { force: true });
    },
  };
}

interface Owner {
  readonly pid: number;
  readonly started: string;
}

function readOwner(file: string): Owner | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Owner>;
    return Number.isInteger(pid) && typeof started === 'string' ? { pid: Number(pid), started } : undefined;
  } catch {
    return undefined;
  }
}

/** A number may have been given to another process since: where the system tells when one began, that must fit too. */
function isSame({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EPERM')) return false;
  }
  return startOf(pid) === started;
}

/** When a process began, as Linux tells it: clock ticks since the boot, and which boot; empty elsewhere. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${ticks}@${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}`;
  } catch {
    return '';
  }
}
