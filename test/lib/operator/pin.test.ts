import assert from 'node:assert/strict';
import { hashPin, isPinOf, readPinHash } from '../../../lib/operator/pin';
import { fails } from './fails';

const SALT = Buffer.from('0123456789abcdef');

describe('the PIN of an operator', () => {
  it('is kept as a hash that only the same PIN fits', async () => {
    const kept = await hashPin('4711', SALT);
    assert.match(kept, /^scrypt\$32768\$8\$3\$/);
    assert.ok(!kept.includes('4711'));
    const hash = readPinHash(kept)!;
    assert.equal(await isPinOf('4711', hash), true);
    for (const wrong of ['4712', '47110', '', '471', undefined, null, 4711, ['4711'], 'x'.repeat(65)])
      assert.equal(await isPinOf(wrong, hash), false, JSON.stringify(wrong));
  });

  it('is another hash with another salt, and the same PIN however its letters were typed', async () => {
    const [one, other] = await Promise.all([hashPin('ä1234', SALT), hashPin('ä1234', Buffer.alloc(16, 1))]);
    assert.notEqual(one, other);
    assert.equal(await isPinOf('a\u03081234', readPinHash(one)!), true);
  });

  for (const pin of ['123', '', 'x'.repeat(65), 1234, undefined, {}])
    it(`refuses ${JSON.stringify({ pin }).slice(0, 20)}`, () =>
      assert.rejects(hashPin(pin, SALT), fails('operator-pin-form', { least: 4, most: 64 })));

  for (const [why, text] of [
    ['a PIN in plain', '4711'],
    ['nothing', ''],
    ['a cost that would stop the process', `scrypt$999999$8$1$${'a'.repeat(22)}$${'a'.repeat(43)}`],
    ['a cost that is no power of two', `scrypt$32769$8$1$${'a'.repeat(22)}$${'a'.repeat(43)}`],
    ['more memory than a PIN is worth', `scrypt$32768$99$1$${'a'.repeat(22)}$${'a'.repeat(43)}`],
    ['a hash that is cut', `scrypt$32768$8$3$${'a'.repeat(22)}$${'a'.repeat(40)}`],
  ] as const)
    it(`does not take ${why} for a hash`, () => assert.equal(readPinHash(text), undefined));
});
