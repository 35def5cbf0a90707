import { CHECK_DEFAULTS, type CheckSettings } from '../../lib/check/settings';
import { readNumber } from './settings';

/** The fields of the dialog of `swat-check`, as they are saved. */
export interface CheckFields {
  stuck?: unknown;
  stretch?: unknown;
  remembered?: unknown;
  rate?: unknown;
  range?: unknown;
  limits?: unknown;
  lost?: unknown;
  learn?: unknown;
  raise?: unknown;
  clear?: unknown;
  maxAssets?: unknown;
  idle?: unknown;
}

/**
 * The settings of a node; absent fields are the defaults.
 * @throws SwatError `setting-number`
 */
export function checkSettings(fields: CheckFields): CheckSettings {
  const seconds = (name: keyof CheckFields, max: number, fallbackMs: number): number =>
    readNumber(name, fields[name], { min: 0, max, fallback: fallbackMs / 1000 }) * 1000;
  const whole = (name: keyof CheckFields, min: number, max: number, fallback: number): number =>
    readNumber(name, fields[name], { min, max, fallback, integer: true });
  const on = (value: unknown): boolean => value !== false && value !== 'false';
  const stretch = whole('stretch', 0, 10_000, CHECK_DEFAULTS.stretch);
  return {
    stuckMs: seconds('stuck', 864_000, CHECK_DEFAULTS.stuckMs),
    // A shorter one than this could be repeated by chance.
    stretch: stretch === 0 ? 0 : Math.max(20, stretch),
    remembered: whole('remembered', 1, 10_000, CHECK_DEFAULTS.remembered),
    ratePerS: readNumber('rate', fields.rate, { min: 0, max: 1000, fallback: 0 }) / 100,
    range: on(fields.range),
    limits: on(fields.limits),
    lostMs: seconds('lost', 86_400, CHECK_DEFAULTS.lostMs),
    learnMs: readNumber('learn', fields.learn, { min: 0, max: 8760, fallback: 24 }) * 3_600_000,
    raiseMs: seconds('raise', 86_400, CHECK_DEFAULTS.raiseMs),
    clearMs: seconds('clear', 86_400, CHECK_DEFAULTS.clearMs),
    maxAssets: whole('maxAssets', 1, 10_000, CHECK_DEFAULTS.maxAssets),
    idleMs: readNumber('idle', fields.idle, { min: 1, max: 100_000, fallback: 60 }) * 60_000,
  };
}
