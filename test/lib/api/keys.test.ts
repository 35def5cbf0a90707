import assert from 'node:assert/strict';
import { hashOf, keyOf, readKeys, readKeyText } from '../../../lib/api/keys';

const SECRET = '0123456789abcdef01234567';
const hash = (key: string): string => hashOf(key).toString('hex');
const coded = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

describe('keys of the API', () => {
  it('are known by their digest alone', () => {
    const given = [
      { id: 'a', name: 'SCADA', scopes: ['read', 'predict'] },
      { id: 'b', name: 'HMI', scopes: ['read'] },
    ];
    const { keys, lost } = readKeys(given, JSON.stringify({ a: hash('one'), b: hash('two') }));
    assert.deepEqual(lost, []);
    assert.deepEqual(
      [keyOf(keys, 'one')?.name, keyOf(keys, 'two')?.name, keyOf(keys, 'three')],
      ['SCADA', 'HMI', undefined],
    );
    assert.deepEqual(keyOf(keys, 'one')?.scopes, ['read', 'predict']);
  });

  it('that have come without their digest let nobody in', () => {
    for (const hashes of [undefined, '', 'no json', '[]', '{"a": "short"}', '{"a": 7}']) {
      const { keys, lost } = readKeys([{ id: 'a', name: 'SCADA', scopes: ['read'] }], hashes);
      assert.deepEqual([keys, lost], [[], ['SCADA']], String(hashes));
    }
  });

  it('have a name and a scope that is known', () => {
    const read = (key: object) => () => readKeys([key], '');
    assert.throws(read({ id: 'a', name: ' ', scopes: ['read'] }), coded('api-key-name'));
    assert.throws(read({ id: 'a', name: 'x'.repeat(65), scopes: ['read'] }), coded('api-key-name'));
    assert.throws(read({ id: 'a', name: 'x', scopes: [] }), coded('api-key-scopes'));
    assert.throws(read({ id: 'a', name: 'x', scopes: ['read', 'root'] }), coded('api-key-scopes'));
  });

  it('stand in the environment one after the other', () => {
    const keys = readKeyText(`scada:read+predict:${SECRET}\n hmi : read , alarms:${SECRET}:with:colons ;`);
    assert.deepEqual(
      keys.map(({ name, scopes }) => [name, scopes]),
      [
        ['scada', ['read', 'predict']],
        ['hmi', ['read', 'alarms']],
      ],
    );
    assert.equal(keyOf(keys, `${SECRET}:with:colons`)?.name, 'hmi');
    assert.deepEqual(readKeyText(''), []);
    assert.throws(() => readKeyText(`scada:${SECRET}`), coded('api-key-form'));
    assert.throws(() => readKeyText('scada:read:short'), coded('api-key-short'));
    assert.throws(() => readKeyText(`scada:all:${SECRET}`), coded('api-key-scopes'));
  });
});
