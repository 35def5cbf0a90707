import assert from 'node:assert/strict';
import { readVerdict } from '../../../lib/alarm/read-verdict';
import { FINDINGS } from '../../../lib/alarm/verdict';
import { SwatError } from '../../../lib/errors';
import { brief, verdict } from './verdicts';

describe('readVerdict', () => {
  const whole = {
    ...verdict({ level: 'WARNING' }),
    detectors: { iforest: { model: 'f' }, autoencoder: { model: 'm1' } },
    partial: false,
    text: 'x',
  };

  it('takes a verdict, with the model that spoke first', () => {
    assert.deepEqual(readVerdict(whole), verdict({ level: 'WARNING' }));
  });

  it('shares nothing with the message and takes no odd parameters', () => {
    const params = JSON.parse('{"__proto__": 1, "tag": "T", "deep": {"a": 1}, "nan": null}') as Record<string, string>;
    assert.deepEqual(readVerdict({ ...whole, sentence: { code: 'anomaly-untold', params } }).sentence.params, {
      tag: 'T',
    });
    assert.equal(readVerdict({ ...whole, sentence: 'x'.repeat(1_000_000) }).sentence.code, 'anomaly-untold');
    assert.equal(readVerdict({ ...whole, sentence: { code: '../../etc' } }).sentence.code, 'anomaly-untold');
  });

  for (const [part, value] of [
    ['payload', undefined],
    ['payload', 'x'.repeat(1_000_000)],
    ['payload', [whole]],
    ['asset', { ...whole, asset: 7 }],
    ['time', { ...whole, time: 'now' }],
    ['time', { ...whole, time: Infinity }],
    ['finding', { ...whole, finding: 'toString' }],
    ['level', { ...whole, level: '__proto__' }],
    ['ratio', { ...whole, ratio: Number.NaN }],
    ['ratio', { ...whole, ratio: Infinity }],
    ['ratio', { ...whole, ratio: -1 }],
  ] as const) {
    it(`refuses ${brief(value)} for its ${part}`, () => {
      assert.throws(
        () => readVerdict(value),
        (error) => error instanceof SwatError && error.code === 'verdict-type' && error.details.part === part,
      );
    });
  }

  it('knows every finding', () => {
    for (const finding of FINDINGS) assert.equal(readVerdict({ ...whole, finding }).finding, finding);
  });
});
