import { CHECK_DEFAULTS, type CheckSettings } from '../../../lib/check/settings';
import { AssetChecks } from '../../../lib/check/asset-checks';
import type { Advisory } from '../../../lib/check/advisory';
import { createPlant, type Tag } from '../../../lib/plant/dictionary';
import { seeded, gaussian } from '../../../lib/kernels/random';

export const TAGS: readonly Tag[] = [
  { name: 'LIT1', stage: 'P1', kind: 'sensor', unit: 'mm', low: 0, high: 1000, limits: { ll: 100, hh: 900 } },
  { name: 'FIT1', stage: 'P1', kind: 'sensor', unit: 'm3/h', low: -1, high: 10 },
  { name: 'PIT1', stage: 'P1', kind: 'sensor', unit: 'kPa', low: 0, high: 300 },
  { name: 'P1', stage: 'P1', kind: 'actuator', unit: '', low: 0, high: 9, states: { 1: 'off', 2: 'on', 3: 'local' } },
];

/** Checks of a small plant, fed once a second with noisy values, by default those of normal operation. */
export class Feed {
  readonly checks: AssetChecks;
  readonly told: Advisory[] = [];
  second = 0;
  readonly #random = seeded(7);

  constructor(settings: Partial<CheckSettings> = {}, tags: readonly Tag[] = TAGS) {
    this.checks = new AssetChecks(createPlant('test', tags), { ...CHECK_DEFAULTS, learnMs: 0, ...settings });
  }

  /** Normal values of this second. */
  normal(): Record<string, number> {
    const noise = (): number => gaussian(this.#random);
    return {
      LIT1: 500 + 100 * Math.sin(this.second / 300) + noise(),
      FIT1: 2.5 + 0.01 * noise(),
      PIT1: 200 + 0.3 * noise(),
      P1: 2,
    };
  }

  /** So many seconds, with other values where given; NaN is a value that is missing, null one out of range. */
  run(seconds: number, change: (second: number) => Readonly<Record<string, number | null>> = () => ({})): this {
    for (let i = 0; i < seconds; i++, this.second++) {
      const frame: Record<string, number | null> = { ...this.normal(), ...change(i) };
      const given = this.checks.plant.tags.map(({ name }) => frame[name] ?? Number.NaN);
      const reasons = this.checks.plant.tags.map(({ name }) => (frame[name] === null ? 3 : 1));
      this.take(Float64Array.from(given), Uint8Array.from(reasons), this.second * 1000);
    }
    return this;
  }

  take(values: Float64Array, reasons: Uint8Array, time: number): void {
    this.checks.take('a', { kind: 'frame', time, values, reasons, carrier: undefined }, time);
    this.told.push(...this.checks.drain());
  }

  /** What was told, in short: `raised stuck LIT1`. */
  get short(): string[] {
    return this.told.map(({ event, advisory, tag }) => `${event.slice(9)} ${advisory} ${tag ?? '-'}`);
  }
}
