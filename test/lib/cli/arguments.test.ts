import assert from 'node:assert/strict';
import { readArguments, type Given, type Options } from '../../../lib/cli/arguments';
import { errorText } from '../../../lib/cli/terminal';
import { SwatError } from '../../../lib/errors';

const OPTIONS: Options = {
  hours: { kind: 'number', fallback: 24, min: 0.1, max: 100 },
  seed: { kind: 'number', fallback: 1, min: 0, max: 10, whole: true },
  out: { kind: 'text' },
  model: { kind: 'text', fallback: 'models' },
  json: { kind: 'flag' },
};

const read = (line: string): Given => readArguments(line === '' ? [] : line.split(' '), OPTIONS);

describe('command line options', () => {
  for (const [line, hours, seed, out, model, json] of [
    ['', 24, 1, undefined, 'models', false],
    ['--hours 2.5 --seed 7 --out a.csv --model b --json', 2.5, 7, 'a.csv', 'b', true],
    ['--out -24h --json', 24, 1, '-24h', 'models', true],
    ['--hours=0.1 --seed=0 --out=-', 0.1, 0, '-', 'models', false],
    ['--hours 100 --seed 1e1', 100, 10, undefined, 'models', false],
    ['--seed 2 --seed 3', 24, 3, undefined, 'models', false],
  ] as const) {
    it(`reads "${line}"`, () => {
      const given = read(line);
      assert.deepEqual(
        [given.number('hours'), given.number('seed'), given.text('out'), given.text('model'), given.flag('json')],
        [hours, seed, out, model, json],
      );
    });
  }

  for (const [line, code, details] of [
    ['--hours=', 'setting-number', { name: 'hours', value: '', min: 0.1, max: 100 }],
    ['--hours many', 'setting-number', { name: 'hours', value: 'many', min: 0.1, max: 100 }],
    ['--hours=-1', 'setting-number', { name: 'hours', value: '-1', min: 0.1, max: 100 }],
    ['--hours -1', 'setting-number', { name: 'hours', value: '-1', min: 0.1, max: 100 }],
    ['--hours 100.1', 'setting-number', { name: 'hours', value: '100.1', min: 0.1, max: 100 }],
    ['--hours Infinity', 'setting-number', { name: 'hours', value: 'Infinity', min: 0.1, max: 100 }],
    ['--hours 1h', 'setting-number', { name: 'hours', value: '1h', min: 0.1, max: 100 }],
    ['--seed 1.5', 'setting-whole', { name: 'seed', value: '1.5' }],
  ] as const) {
    it(`refuses "${line}" as ${code}, before anything asks for it`, () => {
      assert.throws(
        () => read(line),
        (error) => {
          assert.ok(error instanceof SwatError);
          assert.deepEqual([error.code, error.details], [code, details]);
          return true;
        },
      );
    });
  }

  for (const [line, part] of [
    ['--colour red', "Unknown option '--colour'"],
    ['-x', "Unknown option '-x'"],
    ['--out', "Option '--out <value>' argument missing"],
    ['--hours -x', "Option '--hours' argument is ambiguous"],
    ['--json=yes', "Option '--json' does not take an argument"],
    ['gecco', "Unexpected argument 'gecco'"],
  ] as const) {
    it(`refuses "${line}" in one sentence that names every option`, () => {
      assert.throws(
        () => read(line),
        (error) => {
          assert.ok(error instanceof SwatError);
          assert.equal(error.code, 'cli-option');
          assert.ok(error.cause instanceof Error);
          assert.equal(
            errorText(error),
            `The command line is not understood: ${part}. Options: --hours --seed --out --model --json.`,
          );
          return true;
        },
      );
    });
  }

  it('gives numbers only of number options', () => {
    assert.throws(() => read('').number('out'), TypeError);
    assert.equal(read('').text('json'), undefined);
  });
});

describe('an error on the terminal', () => {
  it('is a sentence where its code has one, else its message', () => {
    assert.equal(errorText(new SwatError('file-missing', { path: 'a.csv' })), 'There is no file a.csv.');
    assert.equal(errorText(new SwatError('no-such-code', { a: 1 })), 'no-such-code {"a":1}');
    assert.equal(errorText(new Error('out of paper')), 'out of paper');
    assert.equal(errorText('plain'), 'plain');
  });
});
