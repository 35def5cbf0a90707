import type { ReportRequest } from './request';

/** Longest part of a name that an asset gives. */
const LONGEST = 40;
const REPORT =
  /^(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z_(?:shift|day|incident)_[\p{L}\p{M}\p{N}_-]*?)(?:_episodes|_figures)?\.(?:pdf|html|csv)$/u;

/** The name of a report's files, without ending: `2026-11-28T06-00-00.000Z_shift_SWaT`. Later ones sort behind. Letters of every script stay. */
export function reportName({
  made,
  kind,
  asset,
  plant,
}: Pick<ReportRequest, 'made' | 'kind' | 'asset' | 'plant'>): string {
  const letters = (asset ?? plant).normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-');
  const of = Array.from(letters.replaceAll(/^-+|-+$/g, ''))
    .slice(0, LONGEST)
    .join('');
  return `${new Date(made).toISOString().replaceAll(':', '-')}_${kind}_${of === '' ? 'plant' : of}`;
}

/** The report that a file belongs to, by its name; `undefined` for a file that is none of ours. */
export function reportOfFile(name: string): string | undefined {
  return REPORT.exec(name)?.[1];
}
