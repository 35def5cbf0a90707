import assert from 'node:assert/strict';
import { SwatError } from '../../lib/errors';
import { bears } from '../../nodes/runtime/bearer';
import { readMetricsSettings } from '../../lib/settings/metrics';

const TOKEN = '0123456789abcdef';
const OTHER = 'fedcba9876543210';

describe('readMetricsSettings', () => {
  it('is off unless switched on', () => {
    for (const swat of [undefined, {}, { metrics: false }, { metrics: undefined }])
      assert.equal(readMetricsSettings(swat, {}), undefined);
    for (const swat of [{ metrics: true }, { metrics: {} }])
      assert.deepEqual(readMetricsSettings(swat, {}), { token: undefined });
    assert.deepEqual(readMetricsSettings(undefined, { SWAT_METRICS: '1' }), { token: undefined });
  });

  it('takes the environment before settings.js', () => {
    const env = { SWAT_METRICS: '1', SWAT_METRICS_TOKEN: OTHER };
    assert.deepEqual(readMetricsSettings({ metrics: { token: TOKEN } }, env), { token: OTHER });
    assert.equal(readMetricsSettings({ metrics: { token: TOKEN } }, { SWAT_METRICS: '0' }), undefined);
    const empty = { SWAT_METRICS: '', SWAT_METRICS_TOKEN: '' };
    assert.deepEqual(readMetricsSettings({ metrics: { token: TOKEN } }, empty), { token: TOKEN });
  });

  for (const [given, env, code] of [
    ['on', {}, 'metrics-setting'],
    [{ metrics: 'on' }, {}, 'metrics-setting'],
    [{ metrics: { tokens: TOKEN } }, {}, 'metrics-setting'],
    [{ metrics: { token: 1234567890123456 } }, {}, 'metrics-token'],
    [{ metrics: { token: 'short' } }, {}, 'metrics-token'],
    [{}, { SWAT_METRICS: 'yes please' }, 'metrics-switch'],
    [{}, { SWAT_METRICS: '1', SWAT_METRICS_TOKEN: 'short' }, 'metrics-token'],
  ] as const) {
    it(`refuses ${JSON.stringify(given)} with ${JSON.stringify(env)}, and does not repeat a token`, () => {
      assert.throws(
        () => readMetricsSettings(given, env),
        (error: unknown) => {
          assert.ok(error instanceof SwatError);
          assert.equal(error.code, code);
          assert.ok(!error.message.includes('short') && !error.message.includes('1234567890'));
          return true;
        },
      );
    });
  }
});

describe('bears', () => {
  const asks = (authorization?: string): boolean => bears({ get: () => authorization } as never, TOKEN);

  it('lets the token in, and nothing else', () => {
    assert.equal(asks(`Bearer ${TOKEN}`), true);
    assert.equal(asks(`bearer ${TOKEN}`), true);
    for (const other of [
      undefined,
      '',
      TOKEN,
      `Basic ${TOKEN}`,
      'Bearer',
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.slice(1)}`,
      `Bearer ${OTHER}`,
    ])
      // prettier-ignore
      assert.equal(asks(other), false, other);
  });
});
