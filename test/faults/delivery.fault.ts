import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seeded } from '../../lib/kernels/random';
import type { FlowNode } from '../harness/admin';
import { smtpEndpoint, type Endpoint, type Mail } from '../harness/endpoints';
import { eventually } from '../harness/eventually';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

/** `npm run delivery` sets SWAT_FULL: a mail server that is dead for two minutes, and 50 kills; the short form is what CI runs. */
const FULL = process.env.SWAT_FULL !== undefined;
const DEAD_MS = FULL ? 120_000 : 20_000;
const KILLS = FULL ? 50 : 6;
const random = seeded(Number(process.env.SWAT_SEED ?? 20_261_128));

/** Notifications come by HTTP, and are answered once `swat-notify` has saved them. */
function mailFlow(smtpPort: number): FlowNode[] {
  const on = (id: string, type: string, wires: string[][], more: object = {}): FlowNode => ({
    id,
    type,
    z: 'tab',
    x: 100,
    y: 100,
    wires,
    ...more,
  });
  const mail = { server: '127.0.0.1', port: String(smtpPort), authtype: 'NONE', secure: false, tls: false, name: '' };
  const channel = { kind: 'email', to: 'operator@example.com', from: 'swat@example.com', level: 'INFO' };
  const times = { receiptTimeout: 5, retry: 0.5, maxRetry: 2 };
  return [
    { id: 'tab', type: 'tab', label: 'delivery' },
    on('in', 'http in', [['outbox']], { url: '/news', method: 'post' }),
    on('outbox', 'swat-notify', [['mail'], [], []], { ...channel, ...times }),
    on('mail', 'e-mail', [], mail),
    on('taken', 'complete', [['outbox']], { scope: ['mail'] }),
    on('failed', 'catch', [['outbox']], { scope: ['mail'] }),
    on('saved', 'complete', [['answerable']], { scope: ['outbox'] }),
    on('answerable', 'switch', [['answer']], { property: 'res', propertyType: 'msg', rules: [{ t: 'nnull' }] }),
    on('answer', 'http response', [], { statusCode: '204' }),
  ];
}

const keyOf = ({ raw }: Mail): string => /^X-Swat-Key: (\S+)/m.exec(raw)?.[1] ?? 'none';

describe('mail through a server that is away, from a process that is killed', () => {
  let smtp: Endpoint<Mail>;
  let userDir: string;
  let nodeRed: RunningNodeRed;
  let url: string;
  const accepted = new Set<string>();

  before(async function () {
    this.timeout(60_000);
    smtp = await smtpEndpoint();
    userDir = createUserDir();
    linkModule(userDir);
    linkModule(userDir, 'node-red-node-email', join(checkout, 'node_modules', 'node-red-node-email'));
    nodeRed = await startNodeRed({ userDir, flows: mailFlow(smtp.port) });
    url = nodeRed.url;
  });
  after(async function () {
    this.timeout(60_000);
    await nodeRed.stop();
    await smtp.stop();
    removeUserDir(userDir);
  });

  /** Tells news until it is taken, as swat-alert does after it was killed. */
  const tell = async (key: string): Promise<void> => {
    const body = JSON.stringify({
      key,
      id: key,
      event: 'raised',
      asset: 'line-1',
      level: 'CRITICAL',
      text: `news ${key}`,
    });
    for (;;) {
      try {
        const headers = { 'content-type': 'application/json' };
        const { status } = await fetch(`${url}/news`, {
          method: 'POST',
          headers,
          body,
          signal: AbortSignal.timeout(5000),
        });
        if (status === 204) break;
      } catch {
        // It is down; it will be back.
      }
      await pause(100);
    }
    accepted.add(key);
  };
  const arrived = (): Map<string, number> => {
    const times = new Map<string, number>();
    for (const mail of smtp.got) times.set(keyOf(mail), (times.get(keyOf(mail)) ?? 0) + 1);
    return times;
  };
  const untilAll = async (): Promise<void> => {
    const missing = (): string[] => [...accepted].filter((key) => !arrived().has(key));
    await eventually(
      () => missing().length === 0,
      () => `lost: ${missing().join()}\n${nodeRed.log().slice(-3000)}`,
    );
  };

  it(`loses nothing, and sends each once, while the server is dead for ${DEAD_MS / 1000} s`, async function () {
    this.timeout(DEAD_MS + 120_000);
    await tell('before');
    await untilAll();
    await smtp.stop();
    const until = Date.now() + DEAD_MS;
    for (let count = 0; Date.now() < until; count += 1) {
      await tell(`dead-${count}`);
      await pause(500);
    }
    assert.deepEqual([...arrived().keys()], ['before']);
    await smtp.start();
    await untilAll();
    // What might come twice would come within the time for a receipt.
    await pause(6000);
    assert.deepEqual(new Set(arrived().values()), new Set([1]), 'each once');
    assert.ok(accepted.size > DEAD_MS / 1000, String(accepted.size));
  });

  it(`loses nothing over ${KILLS} kills at random instants, while the server comes and goes`, async function () {
    this.timeout(60_000 + KILLS * 30_000);
    const feeder = { on: true };
    let count = 0;
    const feeding = (async () => {
      for (; feeder.on; count += 1) {
        await tell(`kill-${count}`);
        await pause(20 + 200 * random());
      }
    })();
    for (let kill = 0; kill < KILLS; kill += 1) {
      // Each second time the server is away, so that retries are killed too.
      if (kill % 2 === 1) await smtp.stop();
      await pause(200 + 2500 * random());
      await nodeRed.kill();
      if (kill % 2 === 1) await smtp.start();
      nodeRed = await startNodeRed({ userDir });
      url = nodeRed.url;
    }
    feeder.on = false;
    await feeding;
    await untilAll();
    assert.ok(count > KILLS * 3, `${count} told`);
    const twice = [...arrived().values()].filter((times) => times > 1).length;
    // Only what was on its way when the process ended may come again: at most ten at each kill, all with the same key.
    assert.ok(twice <= 10 * KILLS, `${twice} came more than once`);
    assert.doesNotMatch(nodeRed.log(), /\[error\] \[swat-|uncaught|unhandled/i);
    if (FULL) report(accepted.size, smtp.got.length, twice);
  });
});

/** The full form's result, for bench/results. */
function report(told: number, mails: number, twice: number): void {
  const folder = join(checkout, 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  const result = {
    bench: 'delivery',
    date: new Date().toISOString(),
    deadSeconds: DEAD_MS / 1000,
    kills: KILLS,
    told,
    mails,
    twice,
    lost: 0,
  };
  writeFileSync(join(folder, 'delivery.json'), `${JSON.stringify(result, null, 2)}\n`);
}
