import { gaussian, seeded } from '../../../lib/kernels/random';
import { createPlant } from '../../../lib/plant/dictionary';
import { registerSchema, windowSchema, type WindowSchema } from '../../../lib/stream/schema';
import type { WindowPayload } from '../../../lib/stream/window';

/** A plant of three tags that move together: a level, the flow that fills it, and a valve. */
export const SMALL: WindowSchema = registerSchema(
  windowSchema(
    createPlant('small', [
      { name: 'LIT1', stage: 'P1', kind: 'sensor', unit: 'mm', low: 0, high: 1000 },
      { name: 'FIT1', stage: 'P1', kind: 'sensor', unit: 'm3/h', low: 0, high: 10 },
      { name: 'MV1', stage: 'P1', kind: 'actuator', unit: '', low: 0, high: 2 },
    ]),
    [5],
  ),
);

/** Windows of its normal operation, one a second; `spoofed` adds to what the level says. */
export function* smallWindows(seed: number, spoofed = 0, asset = 'skid'): Generator<WindowPayload, never> {
  const random = seeded(seed);
  for (let second = 0; ; second += 1) {
    const wave = Math.sin(second / 40);
    const features = [500 + 100 * wave + spoofed, 5 + 2 * wave, 1].flatMap((mean, tag) => {
      const noise = (tag === 2 ? 0 : 0.05) * gaussian(random);
      const value = mean * (1 + noise * 0.1);
      const spread = tag === 2 ? 0 : 1 + 0.1 * Math.abs(gaussian(random));
      return [value, spread, value - spread, value + spread, 0.01 * gaussian(random)];
    });
    const end = 1_700_000_000_000 + second * 1000;
    const quality = { good: 1, bad: [] };
    yield { asset, start: end - 4000, end, samples: 5, quality, schema: SMALL.id, features };
  }
}
