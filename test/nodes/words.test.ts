import assert from 'node:assert/strict';
import { SwatError } from '../../lib/errors';
import { worded, words } from '../../nodes/runtime/words';

describe('words', () => {
  it('are those of the catalogue with their parameters put in, and looked up once', () => {
    let looked = 0;
    const German = {
      _: (key: string) => {
        looked += 1;
        return key.endsWith(':errors.frame-type') ? 'Kein __found__' : key;
      },
    };
    assert.equal(words(German, 'errors.frame-type', { found: 1.23456 }), 'Kein 1.23');
    assert.equal(words(German, 'errors.frame-type', { found: '__proto__' }), 'Kein __proto__');
    assert.equal(looked, 1);
  });
});

describe('worded errors', () => {
  const RED = { _: (key: string): string => key };

  it('have their one line as stack, with the code and the cause kept', () => {
    const cause = new SwatError('levels-persistence', { n: 11, m: 10 });
    const error = worded(RED, cause);
    assert.equal(error.message, 'A level cannot hold in 11 of 10 windows. Set the first number to at most the second.');
    assert.equal(error.stack, `Error: ${error.message}`);
    assert.equal(error.code, 'levels-persistence');
    assert.equal(error.cause, cause);
  });

  it('call a detector by its name', () => {
    const error = worded(RED, new SwatError('model-no-previous', { kind: 'iforest' }));
    assert.equal(error.message, 'There is no earlier version of the isolation forest to go back to.');
  });

  it('keep the stack of what nobody expected', () => {
    const error = worded(RED, new TypeError('x is not a function'));
    assert.equal(error.code, 'unexpected');
    assert.match(error.stack ?? '', /\n\s+at /);
  });
});
