import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';

/** A real PostgreSQL of a test, on loopback. */
export interface TestPostgres {
  /** The URL of a new, empty database. */
  database(): Promise<string>;
  /** Kills the server as a power cut would, and starts it again. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

const HOME = '/usr/lib/postgresql';

/** Where Debian keeps the newest PostgreSQL of this machine; `undefined` where there is none. */
export function postgresFolder(): string | undefined {
  const versions = existsSync(HOME) ? readdirSync(HOME).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(HOME, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}

/** Starts a PostgreSQL with a data folder of its own on a free port. */
export async function startPostgres(bin: string): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'swat-pg-'));
  const as = runAs(folder);
  const data = join(folder, 'data');
  const made = spawnSync(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'swat', '-N'], { encoding: 'utf8', ...as }); // prettier-ignore
  if (made.status !== 0) throw new Error(made.stderr);
  const port = await freePort();
  const url = (name: string): string => `postgresql://swat:secret@127.0.0.1:${port}/${name}`;
  const admin = async (sql: string): Promise<void> => {
    const client = new Client({ connectionString: url('postgres') });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  const start = async (): Promise<ChildProcess> => {
    const options = ['-F', '-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder];
    const child = spawn(join(bin, 'postgres'), options, { stdio: 'ignore', ...as });
    for (let turn = 0; turn < 200; turn += 1) {
      const up = await admin('SELECT 1').then(
        () => true,
        () => false,
      );
      if (up) return child;
      await pause(50);
    }
    throw new Error('PostgreSQL does not start');
  };
  const gone = (child: ChildProcess): Promise<void> =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve();
      else child.once('exit', () => resolve());
    });
  let server = await start();
  let names = 0;
  return {
    async database() {
      names += 1;
      await admin(`CREATE DATABASE journal${names}`);
      return url(`journal${names}`);
    },
    async crash() {
      // The immediate shutdown: nothing is written any more, and the next start recovers.
      server.kill('SIGQUIT');
      await gone(server);
      server = await start();
    },
    async stop() {
      server.kill('SIGQUIT');
      await gone(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. */
function runAs(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  const [uid, gid] = [id('-u'), id('-g')];
  chownSync(folder, uid, gid);
  chmodSync(folder, 0o700);
  return { uid, gid };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
