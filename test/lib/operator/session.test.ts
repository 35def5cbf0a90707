import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openSession, sealSession } from '../../../lib/operator/session';
import { fails } from './fails';

const SECRET = Buffer.alloc(32, 7);
const SESSION = { node: 'alert', user: 'Ann', known: 'pin', until: 1000, mark: 'm' } as const;

describe('a session', () => {
  it('is read back until its time is over', () => {
    const token = sealSession(SESSION, SECRET);
    assert.deepEqual(openSession(token, SECRET, 999), SESSION);
    assert.throws(() => openSession(token, SECRET, 1000), fails('operator-session'));
  });

  it('is worth nothing with another secret, or in any other form', () => {
    const token = sealSession(SESSION, SECRET);
    assert.throws(() => openSession(token, Buffer.alloc(32, 8), 0), fails('operator-session'));
    const [body, seal] = token.split('.');
    const forged = Buffer.from(JSON.stringify({ ...SESSION, user: 'Bob' })).toString('base64url');
    for (const wrong of ['', '.', body, `${body}.`, `${forged}.${seal}`, `${token}.`, `x${token}`, undefined, null, 7, {}, [token], token.repeat(50)])
      assert.throws(() => openSession(wrong, SECRET, 0), fails('operator-session'), JSON.stringify({ wrong }).slice(0, 30)); // prettier-ignore
  });

  it('brings back any name as it was, and no text is one by chance', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 64 }), fc.nat(), (user, until) => {
        const token = sealSession({ ...SESSION, user, until: until + 1 }, SECRET);
        assert.equal(openSession(token, SECRET, until).user, user);
      }),
    );
    fc.assert(
      fc.property(fc.string(), fc.nat(200), fc.string({ minLength: 1, maxLength: 1 }), (text, at, letter) => {
        assert.throws(() => openSession(text, SECRET, 0), fails('operator-session'));
        const token = sealSession(SESSION, SECRET);
        const place = at % token.length;
        const changed = token.slice(0, place) + letter + token.slice(place + 1);
        try {
          assert.deepEqual(openSession(changed, SECRET, 0), SESSION);
        } catch (cause) {
          assert.ok(fails('operator-session')(cause));
        }
      }),
    );
  });
});
