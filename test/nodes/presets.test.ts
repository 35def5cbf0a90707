import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DETECTOR_KINDS } from '../../lib/detect/detector';
import { PRESETS } from '../../lib/detect/presets';
import { readFitSettings } from '../../lib/detect/settings';
import { SwatError } from '../../lib/errors';
import { presetFields } from '../../nodes/runtime/preset-fields';
import { windowSettings } from '../../nodes/runtime/window-settings';

const dialog = (type: string): string =>
  readFileSync(join(__dirname, '..', '..', '..', 'nodes', `${type}.html`), 'utf8');
const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof SwatError) return error.code;
    throw error;
  }
  return 'none';
};

describe('presets', () => {
  for (const [name, fields] of Object.entries(presetFields())) {
    for (const kind of DETECTOR_KINDS) {
      it(`${name} fills fields that the dialog of swat-${kind} has, with what the training takes`, () => {
        const html = dialog(`swat-${kind}`);
        for (const field of Object.keys(fields[kind])) {
          assert.match(html, new RegExp(`^ {8}${field}: \\{`, 'm'), field);
        }
        const { quantilePercent, variancePercent, scaleTailPercent, ...rest } = fields[kind];
        const given = { ...rest, quantile: Number(quantilePercent) / 100, variance: Number(variancePercent) / 100, scaleTail: Number(scaleTailPercent) / 100 }; // prettier-ignore
        const known = kind === 'pca' ? given : { ...given, variance: undefined, scaleTail: undefined };
        const preset = PRESETS[name as keyof typeof PRESETS].detectors[kind];
        assert.deepEqual(readFitSettings(kind, { ...known, seed: preset.seed }), preset);
      });
    }

    it(`${name} fills fields of the window that mean its lengths and raw samples`, () => {
      const { lengths, lags = 0 } = windowSettings(fields.window);
      const preset = PRESETS[name as keyof typeof PRESETS];
      assert.deepEqual([lengths, lags], [preset.lengths, preset.lags]);
    });
  }

  it('recommended stands in the fields of a new PCA, but for the windows that it learns', () => {
    const html = dialog('swat-pca');
    for (const [field, value] of Object.entries(presetFields().recommended.pca)) {
      if (field === 'stride') continue;
      const standard = new RegExp(`^ {8}${field}: \\{ value: '?([^,' }]+)`, 'm').exec(html)?.[1];
      assert.equal(standard, String(value), field);
    }
  });
});

describe('the fields of a window', () => {
  it('hold one length or several, and raw samples; absent ones are as ever', () => {
    assert.deepEqual(windowSettings({}).lengths, [60]);
    assert.equal(windowSettings({}).lags, undefined);
    assert.deepEqual(windowSettings({ length: '60' }).lengths, [60]);
    assert.deepEqual(windowSettings({ length: '10, 60,10' }).lengths, [10, 60]);
    const time = windowSettings({ by: 'time', span: '10, 2.5', period: 0.5, lags: '3' });
    assert.deepEqual([time.lengths, time.lags], [[20, 5], 3]);
  });

  it('are refused where they make no windows', () => {
    for (const length of ['10, x', '10,,60', '1, 60', '10, 60.5', '2,3,4,5,6,7,8,9,10', 'ten'])
      assert.equal(code(() => windowSettings({ length })), 'setting-number', length); // prettier-ignore
    assert.equal(
      code(() => windowSettings({ lags: 21 })),
      'setting-number',
    );
    assert.equal(
      code(() => windowSettings({ by: 'time', span: '10, 0.7', period: 0.5 })),
      'window-span',
    );
  });
});
