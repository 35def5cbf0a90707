import assert from 'node:assert/strict';
import { scryptSync } from 'node:crypto';
import { Attempts } from '../../../lib/operator/attempts';
import { Operators } from '../../../lib/operator/operators';
import type { PinHash } from '../../../lib/operator/pin';
import { fails } from './fails';

const MINUTE = 60_000;

describe('wrong PINs', () => {
  it('cost nothing four times, then a minute, and twice as long each time, up to a quarter of an hour', () => {
    const attempts = new Attempts();
    const waits = Array.from({ length: 11 }, () => attempts.failed('ann', 0) / MINUTE);
    assert.deepEqual(waits, [0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15]);
    assert.equal(attempts.waitMs('ann', 14 * MINUTE), MINUTE);
    assert.equal(attempts.waitMs('ann', 16 * MINUTE), 0);
    assert.equal(attempts.waitMs('bob', 0), 0);
  });

  it('are forgotten after the right one, and after an hour', () => {
    const attempts = new Attempts();
    for (let turn = 0; turn < 5; turn += 1) attempts.failed('ann', 0);
    attempts.succeeded('ann');
    assert.equal(attempts.waitMs('ann', 0), 0);
    for (let turn = 0; turn < 4; turn += 1) attempts.failed('ann', 0);
    assert.equal(attempts.failed('ann', 60 * MINUTE), 0);
  });
});

describe('operators', () => {
  /** As cheap to compare with as may be: what is tried here is not the hash. */
  const hashed = (text: string): PinHash => {
    const cost = { N: 1024, r: 8, p: 1 };
    const salt = Buffer.alloc(16, text);
    return { cost, salt, hash: scryptSync(text, salt, 32, cost) };
  };
  const pin = hashed('4711');
  const other = hashed('0815');
  const made = (more: { node?: string; ann?: PinHash; proxyMark?: string } = {}): Operators =>
    new Operators({
      node: more.node ?? 'alert',
      operators: [
        { name: 'Ann', pin: more.ann ?? pin },
        { name: 'Newcomer', pin: undefined },
      ],
      sessionMs: MINUTE,
      proxyMark: more.proxyMark,
      secret: Buffer.alloc(32, 1),
      nobody: { ...pin, hash: Buffer.alloc(32, 2) },
    });
  const at = (now: number) => (): number => now;

  it('are known by name and PIN, in the spelling of the list', async () => {
    assert.deepEqual(await made().byPin(' ann ', '4711', at(0)), { user: 'Ann', known: 'pin' });
    for (const [name, given] of [['Ann', '4712'], ['Bob', '4711'], ['', '4711'], ['Newcomer', ''], ['Newcomer', undefined]] as const)
      await assert.rejects(made().byPin(name, given, at(0)), fails('operator-wrong'), name); // prettier-ignore
  });

  it('wait after five wrong PINs, also with the right one, and however many come at once', async () => {
    const operators = made();
    const tries = await Promise.allSettled(
      ['1111', '2222', '3333', '4444', '5555', '4711'].map((each) => operators.byPin('Ann', each, at(0))),
    );
    const codes = tries.map((each) => (each.status === 'rejected' ? (each.reason as { code: string }).code : 'in'));
    assert.deepEqual(codes, [...Array<string>(4).fill('operator-wrong'), 'operator-locked', 'operator-locked']);
    await assert.rejects(operators.byPin('ANN', '4711', at(30_000)), fails('operator-locked', { seconds: 30 }));
    assert.equal((await operators.byPin('Ann', '4711', at(MINUTE))).user, 'Ann');
  });

  it('are not kept waiting by names that nobody has', async () => {
    const operators = made();
    const bad = ['a', 'b', 'c', 'd', 'e'].map((name) =>
      operators.byPin(name, '1234', at(0)).catch((error: unknown) => error),
    );
    assert.ok(fails('operator-locked', { seconds: 60 })((await Promise.all(bad)).at(-1)));
    assert.equal((await operators.byPin('Ann', '4711', at(0))).user, 'Ann');
  });

  it('lets at most twenty of one name wait', async () => {
    const operators = made();
    const tries = await Promise.allSettled(Array.from({ length: 25 }, () => operators.byPin('Ann', '1', at(0))));
    const busy = tries.filter((each) => each.status === 'rejected' && fails('operator-busy')(each.reason));
    assert.equal(busy.length, 5);
  });

  it('stay signed in for their time, on their node, and until the PIN is another one', () => {
    const { session, until } = made().signIn({ user: 'Ann', known: 'pin' }, 0);
    assert.equal(until, MINUTE);
    assert.deepEqual(made().bySession(session, MINUTE - 1), { user: 'Ann', known: 'pin' });
    for (const [why, operators, now] of [
      ['too late', made(), MINUTE],
      ['another node', made({ node: 'other' }), 0],
      ['another PIN', made({ ann: other }), 0],
    ] as const)
      assert.throws(() => operators.bySession(session, now), fails('operator-session'), why);
  });

  it('that a proxy named are believed while that proxy is', () => {
    const { session } = made({ proxyMark: 'a' }).signIn({ user: 'Zoe', known: 'proxy' }, 0);
    assert.deepEqual(made({ proxyMark: 'a' }).bySession(session, 1), { user: 'Zoe', known: 'proxy' });
    for (const proxyMark of ['b', undefined])
      assert.throws(
        () => made(proxyMark === undefined ? {} : { proxyMark }).bySession(session, 1),
        fails('operator-session'),
      );
  });
});
