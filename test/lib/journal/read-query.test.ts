import assert from 'node:assert/strict';
import { readJournalQuery } from '../../../lib/journal/read-query';
import { SwatError } from '../../../lib/errors';

const NOW = 1_700_000_000_000;

describe('a question to the journal', () => {
  it('is read as people write it', () => {
    const given = { from: '-24h', to: '2023-11-14T22:13:20Z', state: ' shelved ', event: 'silenced', limit: '5', brief: 'true', tag: '' }; // prettier-ignore
    assert.deepEqual(readJournalQuery(given, NOW), {
      from: NOW - 86_400_000,
      to: NOW,
      state: 'shelved',
      event: 'silenced',
      limit: 5,
      brief: true,
    });
    for (const event of ['raised', 'out-of-service', 'unsilenced', 'pruned', 'gap']) {
      assert.deepEqual(readJournalQuery({ event }, NOW), { event });
    }
    assert.deepEqual(readJournalQuery({ order: 'oldest', state: 'latched-acknowledged' }, NOW), {
      order: 'oldest',
      state: 'latched-acknowledged',
    });
  });

  for (const [name, value, known] of [
    ['state', 'shelve', 'suppressed-by-design'],
    ['event', 'ack', 'acknowledged'],
    ['order', 'up', 'newest'],
    ['order', 7, 'oldest'],
  ] as const) {
    it(`names what there is when ${name} is ${String(value)}`, () => {
      assert.throws(
        () => readJournalQuery({ [name]: value }, NOW),
        (error) =>
          error instanceof SwatError &&
          error.code === 'setting-choice' &&
          error.details.name === name &&
          String(error.details.choices).includes(known),
      );
    });
  }
});
