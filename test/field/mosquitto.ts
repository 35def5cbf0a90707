import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../harness/node-red';

const PLACES = [
  '/usr/sbin/mosquitto',
  '/usr/bin/mosquitto',
  '/usr/local/sbin/mosquitto',
  '/opt/homebrew/sbin/mosquitto',
];

/** A real Mosquitto of a test, on loopback, on the same port over a restart. */
export class Mosquitto {
  readonly folder = mkdtempSync(join(tmpdir(), 'swat-mosquitto-'));
  #child: ChildProcess | undefined;

  private constructor(
    private readonly program: string,
    readonly port: number,
  ) {}

  /** @throws Error where there is no Mosquitto on this machine */
  static async start(): Promise<Mosquitto> {
    const program = PLACES.find((path) => existsSync(path));
    if (program === undefined) {
      throw new Error(
        'There is no mosquitto on this machine: apt-get install mosquitto (the step of CI before this one does).',
      );
    }
    const broker = new Mosquitto(program, await freePort());
    // Mosquitto drops what waits for a slow reader beyond 1,000 messages, unless told otherwise: half a second of readings here.
    const config = [
      'listener ' + String(broker.port) + ' 127.0.0.1',
      'allow_anonymous true',
      'persistence false',
      'max_queued_messages 0',
      '',
    ].join('\n');
    writeFileSync(join(broker.folder, 'mosquitto.conf'), config);
    await broker.start();
    return broker;
  }

  async start(): Promise<void> {
    const child = spawn(this.program, ['-c', join(this.folder, 'mosquitto.conf')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    for (;;) {
      if (child.exitCode !== null) throw new Error(`mosquitto ended: ${text}`);
      if (await this.#listens()) return;
      await pause(20);
    }
  }

  /** Ends it at once, as a power cut does. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child?.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #listens(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
  }
}
