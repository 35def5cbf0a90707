import assert from 'node:assert/strict';
import { SwatError } from '../../lib/errors';
import { readLogSettings } from '../../nodes/runtime/log-settings';

const DAY = 86_400_000;

describe('readLogSettings', () => {
  it('has defaults', () => {
    const log = { level: 'info', sizeKb: 2048, files: 14, fileMs: DAY, keepMs: 30 * DAY };
    const alarms = { fileMs: undefined, keepMs: undefined };
    const defaults = { logs: { app: log, stream: log, inference: log }, alarms, summaryMs: 60_000, redact: [] };
    for (const given of [undefined, null, true, {}]) assert.deepEqual(readLogSettings(given), defaults);
    assert.deepEqual(readLogSettings(false), { ...defaults, logs: {} });
  });

  it('puts what is said of one log before what is said of all', () => {
    const { logs, alarms } = readLogSettings({ level: 'warn', days: 7, app: { level: 'debug', fileDays: 0 }, stream: false, alarms: { days: 400 } }); // prettier-ignore
    assert.deepEqual(Object.keys(logs), ['app', 'inference']);
    assert.equal(logs.app?.level, 'debug');
    assert.equal(logs.app.fileMs, undefined);
    assert.equal(logs.app.keepMs, 7 * DAY);
    assert.equal(logs.inference?.level, 'warn');
    assert.deepEqual(alarms, { fileMs: undefined, keepMs: 400 * DAY });
  });

  for (const [given, code, name] of [
    [{ files: 0 }, 'setting-number', 'swatLogs.app.files'],
    [{ stream: { sizeKb: 'big' } }, 'setting-number', 'swatLogs.stream.sizeKb'],
    [{ inference: { level: 'loud' } }, 'setting-choice', 'swatLogs.inference.level'],
    [{ summarySeconds: 0 }, 'setting-number', 'swatLogs.summarySeconds'],
    [{ size: 3 }, 'logs-setting', 'swatLogs.size'],
    [{ alarms: { files: 3 } }, 'logs-setting', 'swatLogs.alarms.files'],
    [{ redact: [3] }, 'logs-setting', 'swatLogs.redact'],
    ['off', 'logs-setting', 'swatLogs'],
  ] as const)
    it(`refuses ${JSON.stringify(given)} with ${code}`, () => {
      assert.throws(
        () => readLogSettings(given),
        (error) => error instanceof SwatError && error.code === code && error.details.name === name,
      );
    });
});
