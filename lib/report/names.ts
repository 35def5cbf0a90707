import type { ReportRequest } from './request';

/** Longest part of a name that an asset gives. */
const LONGEST = 40;
const REPORT =
  /^(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z_(?:shift|day|incident)_[\w-]*?)(?:_episodes|_figures)?\.(?:pdf|html|csv)$/;

/** The name of a report's files, without ending: `2026-11-28T06-00-00.000Z_shift_SWaT`. Later ones sort behind. */
export function reportName({
  made,
  kind,
  asset,
  plant,
}: Pick<ReportRequest, 'made' | 'kind' | 'asset' | 'plant'>): string {
  const of = (asset ?? plant)
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, LONGEST);
  return `${new Date(made).toISOString().replaceAll(':', '-')}_${kind}_${of === '' ? 'plant' : of}`;
}

/** The report that a file belongs to, by its name; `undefined` for a file that is none of ours. */
export function reportOfFile(name: string): string | undefined {
  return REPORT.exec(name)?.[1];
}
