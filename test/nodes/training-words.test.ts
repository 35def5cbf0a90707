import assert from 'node:assert/strict';
import type { NodeAPI } from 'node-red';
import type { Validation } from '../../lib/model/training-report';
import { validationNotes } from '../../nodes/runtime/training-words';

/** Has no catalogue, so that the English sentences are used. */
const RED = { _: (key: string) => key } as Pick<NodeAPI, '_'>;

const validationOf = (more: Partial<Validation>): Validation => ({
  days: 2,
  falseAlarms: 0,
  perDay: 0,
  upperPerDay: 1.5,
  series: { time: [], ratio: [] },
  suspicious: [],
  tags: [],
  dominant: null,
  ...more,
});
const stretch = (peak: number) => ({ from: 0, to: 720_000, peak, tags: ['A'] });

describe('what a validation has to say', () => {
  it('tells how strong a stretch was and for how long, where it would have been an alarm', () => {
    const notes = validationNotes(RED, validationOf({ suspicious: [stretch(3.14159), stretch(1.49)] }));
    assert.equal(notes.length, 1);
    assert.match(notes[0].text, /, for 12 min: up to 3\.1 times the threshold/);
    assert.deepEqual(notes[0].exclude, { ranges: [[0, 720_000]] });
  });

  it('says that a record is too short to promise a number, and how long it must be', () => {
    const [short] = validationNotes(RED, validationOf({ days: 0.123, upperPerDay: null }));
    assert.equal(short.code, 'short');
    assert.match(short.text, /^Held-out time of 3 h is too short/);
    assert.match(short.advice, /at least 12 days/);
    assert.deepEqual(validationNotes(RED, validationOf({ days: 16 })), []);
  });
});
