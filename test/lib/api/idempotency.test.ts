import assert from 'node:assert/strict';
import { Idempotency } from '../../../lib/api/idempotency';

const DAY = 24 * 3_600_000;

describe('actions with an idempotency key', () => {
  it('are done once, and answered the same again for a day', async () => {
    const actions = new Idempotency();
    let done = 0;
    const act = () => Promise.resolve({ status: 200, body: { done: (done += 1) } });
    assert.deepEqual(await actions.once('k', 'd', 0, act), {
      kept: { status: 200, body: { done: 1 } },
      replayed: false,
    });
    assert.deepEqual(await actions.once('k', 'd', DAY - 1, act), {
      kept: { status: 200, body: { done: 1 } },
      replayed: true,
    });
    assert.equal((await actions.once('k', 'd', DAY, act)).replayed, false);
    assert.equal(done, 2);
  });

  it('are refused for another request, and while the first is being done', async () => {
    const actions = new Idempotency();
    let finish: () => void = () => undefined;
    const first = actions.once('k', 'd', 0, () => new Promise((resolve) => (finish = () => resolve({ status: 200, body: 1 })))); // prettier-ignore
    const never = () => Promise.reject(new Error('done twice'));
    await assert.rejects(actions.once('k', 'd', 0, never), /api-idempotency-busy/);
    await assert.rejects(actions.once('k', 'other', 0, never), /api-idempotency-other/);
    finish();
    assert.equal((await first).replayed, false);
  });

  it('may be tried again after they failed', async () => {
    const actions = new Idempotency();
    await assert.rejects(
      actions.once('k', 'd', 0, () => Promise.reject(new Error('disk'))),
      /disk/,
    );
    const again = await actions.once('k', 'd', 0, () => Promise.resolve({ status: 200, body: 1 }));
    assert.equal(again.replayed, false);
  });

  it('are forgotten beyond the last thousand', async () => {
    const actions = new Idempotency();
    let done = 0;
    const act = () => Promise.resolve({ status: 200, body: (done += 1) });
    for (let at = 0; at <= 1000; at += 1) await actions.once(`k${at}`, 'd', 0, act);
    assert.equal((await actions.once('k1', 'd', 0, act)).replayed, true);
    assert.equal((await actions.once('k0', 'd', 0, act)).replayed, false);
  });
});
