import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { englishText, filled, worded } from '../../../lib/platform/catalogue';
import { PACKAGE_FOLDER, productVersion } from '../../../lib/platform/product';

describe('the English catalogue', () => {
  it('fills a sentence with its parameters', () => {
    assert.equal(
      englishText('errors.cli-file', { path: 'data/a.csv', detail: 'no access' }),
      'Cannot read data/a.csv: no access.',
    );
    assert.equal(
      englishText('errors.training-too-small', { has: 3, need: 20 }),
      '3 windows of normal operation are too few to train on; collect at least 20.',
    );
  });

  it('leaves a place open that nothing fills, and puts values in as they are', () => {
    assert.equal(englishText('errors.cli-file', { path: 'a' }), 'Cannot read a: __detail__.');
    assert.equal(englishText('errors.cli-file', { path: '$&', detail: '__path__' }), 'Cannot read $&: __path__.');
  });

  for (const code of [
    'errors.no-such-code',
    'errors',
    'nothing.at.all',
    'errors.cli-file.more',
    '',
    'constructor.name',
  ]) {
    it(`has no text for "${code}"`, () => assert.equal(englishText(code, {}), undefined));
  }

  for (const [value, shown] of [
    [3, '3'],
    [-12345678, '-12345678'],
    [1234.5678, '1234.6'],
    [-100.04, '-100.0'],
    [99.96, '100'],
    [1.23456, '1.23'],
    [0.000123456, '0.000123'],
    [0.5, '0.5'],
    [Number.NaN, 'NaN'],
    ['1.23456', '1.23456'],
    [true, 'true'],
  ] as const) {
    it(`shows ${value} as ${shown}`, () => assert.equal(filled('__value__', { value }), shown));
  }

  for (const [minutes, shown] of [
    [480, '480'],
    [12.6, '13'],
    [1.05, '1.1'],
    [1.02, '1'],
    [0.156, '0.2'],
    [0.02, '0.02'],
    [0, '0'],
  ] as const) {
    it(`shows ${minutes} minutes as ${shown}`, () => assert.equal(filled('__minutes__', { minutes }), shown));
  }
});

describe('a catalogue with a decimal sign', () => {
  const find = (code: string): string | undefined =>
    ({ 'sentences.decimal-sign': ',', 'sentences.told': '__seen__ statt __expected__, __ratio__', 'errors.most': '__most__' })[code]; // prettier-ignore

  it('has it in numbers, and in those that were rounded before', () => {
    assert.equal(worded(find, 'sentences.told', { seen: '0.60', expected: -1.25, ratio: 1234.56 }), '0,60 statt -1,25, 1234,6'); // prettier-ignore
  });

  it('leaves names and versions as they are', () => {
    assert.equal(worded(find, 'sentences.told', { seen: 'v1.2', expected: 'open', ratio: '1.2' }), 'v1.2 statt open, 1.2'); // prettier-ignore
  });

  it('has a point in errors, as settings are typed with one', () => {
    assert.equal(worded(find, 'errors.most', { most: 0.5 }), '0.5');
    assert.equal(worded(find, 'errors.none', { most: 0.5 }), undefined);
  });
});

describe('the product', () => {
  it('knows its own folder and version', () => {
    const manifest = JSON.parse(readFileSync(join(PACKAGE_FOLDER, 'package.json'), 'utf8')) as Record<string, unknown>;
    assert.equal(manifest.name, '@secure-water/node-red-contrib-swat');
    assert.equal(productVersion(), manifest.version);
    assert.match(productVersion(), /^\d+\.\d+\.\d+/);
  });
});
