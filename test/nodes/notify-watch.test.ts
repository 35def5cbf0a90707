import assert from 'node:assert/strict';
import type { NodeAPI } from 'node-red';
import { Outbox } from '../../lib/journal/outbox';
import { watchOf } from '../../nodes/runtime/notify-watch';

const RED = { _: (key: string) => key } as Pick<NodeAPI, '_'>;
const SETTINGS = { receipts: true, receiptMs: 60_000, retryMs: 5000, maxRetryMs: 5000, attempts: 0, ageMs: 1e9 };

describe('the watch over a channel', () => {
  it('says once that nothing gets through for a minute, and once that it does again', () => {
    const outbox = new Outbox(SETTINGS, 'run', () => 0, () => undefined); // prettier-ignore
    const said: string[] = [];
    const node = {
      warn: (text: string) => said.push(`warn ${text}`),
      log: (text: string) => said.push(`info ${text}`),
    };
    const watch = watchOf(RED, node, outbox);
    outbox.add({ key: 'a' }, 0);
    for (let now = 0; now < 200_000; now += 500) {
      for (const { key } of outbox.next(now).send) outbox.fail(key, undefined, { code: 'status', detail: '503' }, now);
      watch(now);
      assert.equal(said.length, now < 60_000 ? 0 : 1, `at ${now}`);
    }
    outbox.confirm('a', 200_000);
    watch(200_000);
    watch(200_500);
    assert.deepEqual(said, [
      'warn Nothing has got through for 60 s; the last attempt failed (answered with status 503). 1 notifications wait and are tried again.',
      'info Notifications get through again.',
    ]);
  });

  it('says nothing of a failure that is over soon', () => {
    const outbox = new Outbox(SETTINGS, 'run', () => 0, () => undefined); // prettier-ignore
    const said: string[] = [];
    const watch = watchOf(RED, { warn: (text) => said.push(text), log: (text) => said.push(text) }, outbox);
    outbox.add({ key: 'a' }, 0);
    outbox.next(0);
    outbox.fail('a', 1, { code: 'status', detail: '503' }, 0);
    watch(30_000);
    outbox.next(30_000);
    outbox.confirm('a', 30_000);
    watch(120_000);
    assert.deepEqual(said, []);
  });
});
