import { isAbsolute, join } from 'node:path';
import type { NodeDef } from 'node-red';
import { SwatError, detailOf } from '../../lib/errors';
import { languages } from '../../lib/platform/catalogue';
import { MOST_LOGO, readLogo } from '../../lib/report/logo';
import type { Logo, ReportFormat } from '../../lib/report/request';
import { Shifts } from '../../lib/report/shifts';
import { readChoice, readNumber, readText } from './settings';

/** What `swat-report` does. */
export interface ReportSettings {
  /** Ids of nodes; empty for the first one that there is. */
  readonly alert: string;
  readonly history: string;
  /** When it makes one by itself. */
  readonly every: 'never' | 'shift' | 'day';
  readonly shifts: Shifts;
  readonly days: Shifts;
  readonly timeZone: string;
  readonly language: string;
  readonly formats: readonly ReportFormat[];
  readonly plant: string;
  readonly asset: string;
  readonly logo: LogoSource | undefined;
  /** Reports that are kept. */
  readonly keep: number;
  /** Whether messages carry the files themselves. */
  readonly attach: boolean;
}

/** A logo that the dialog has taken in, or the path of one. */
export type LogoSource = { readonly logo: Logo } | { readonly path: string };

const DATA = /^data:image\/(?:png|jpeg|svg\+xml);base64,([A-Za-z0-9+/=]+)$/;

/**
 * @param home what a path of a logo is relative to
 * @throws SwatError `report-shifts`, `time-zone`, `report-logo`, `report-formats`, `setting-number`, `setting-choice`
 */
export function readReportSettings(given: NodeDef & Readonly<Record<string, unknown>>, home: string): ReportSettings {
  const timeZone = readText(given.timeZone) || Intl.DateTimeFormat().resolvedOptions().timeZone;
  const formats = (['pdf', 'html', 'csv'] as const).filter((each) => given[each] !== false);
  if (formats.length === 0) throw new SwatError('report-formats');
  return {
    alert: readText(given.alert),
    history: readText(given.history),
    every: readChoice('every', given.every, ['never', 'shift', 'day'], 'never'),
    shifts: new Shifts(readText(given.shifts) || '06:00, 14:00, 22:00', timeZone),
    days: new Shifts(readText(given.dayStart) || '00:00', timeZone),
    timeZone,
    language: readChoice('language', given.language, languages(), 'en-US'),
    formats,
    plant: readText(given.plant).slice(0, 100),
    asset: readText(given.asset),
    logo: logoSource(readText(given.logo), home),
    keep: readNumber('keep', given.keep, { min: 1, max: 10_000, fallback: 200, integer: true }),
    attach: given.attach === true,
  };
}

function logoSource(text: string, home: string): LogoSource | undefined {
  if (text === '') return undefined;
  const data = DATA.exec(text);
  if (data !== null) return { logo: readLogo(Buffer.from(data[1], 'base64')) };
  if (text.startsWith('data:')) throw new SwatError('report-logo', { why: 'type' });
  return { path: isAbsolute(text) ? text : join(home, text) };
}

/**
 * The logo of a report that is to be made now.
 * @throws SwatError `report-logo`, `report-logo-file` {path, detail}
 */
export async function logoNow(
  source: LogoSource | undefined,
  files: { size(path: string): Promise<number | undefined>; read(path: string): Promise<Buffer> },
): Promise<Logo | undefined> {
  if (source === undefined || 'logo' in source) return source?.logo;
  const { path } = source;
  try {
    const size = await files.size(path);
    if (size !== undefined && size > MOST_LOGO) throw new SwatError('report-logo', { why: 'size' });
    return readLogo(await files.read(path));
  } catch (cause) {
    if (cause instanceof SwatError) throw cause;
    throw new SwatError('report-logo-file', { path, detail: detailOf(cause) }, { cause });
  }
}
