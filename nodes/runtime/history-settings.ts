import type { NodeDef } from 'node-red';
import type { HistorySettings } from '../../lib/history/history';
import { DAY, HOUR } from '../../lib/history/resolutions';
import { readNumber } from './settings';

const MIB = 1024 * 1024;

/** @throws SwatError `setting-number` */
export function readHistorySettings(given: NodeDef & Readonly<Record<string, unknown>>): HistorySettings {
  const number = (name: string, min: number, max: number, fallback: number, integer = false): number =>
    readNumber(name, given[name], { min, max, fallback, integer });
  return {
    spans: {
      second: number('secondHours', 0.1, 24, 1) * HOUR,
      tenSeconds: number('tenSecondHours', 1, 168, 26) * HOUR,
      fiveMinutes: number('fiveMinuteDays', 1, 400, 31) * DAY,
    },
    staleMs: number('stale', 1, 86_400, 30) * 1000,
    mostAssets: number('mostAssets', 1, 1000, 20, true),
    mostBytes: number('mostMegabytes', 16, 8192, 256) * MIB,
  };
}
