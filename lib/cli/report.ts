import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { detailOf, SwatError } from '../errors';
import { systemClock } from '../platform/clock';
import { disk } from '../platform/files';
import { productVersion } from '../platform/product';
import { auditsIn } from '../report/audits';
import type { AuditLine } from '../report/material';
import { incidentSpan } from '../report/incident';
import { readLogo } from '../report/logo';
import { ReportMaker } from '../report/maker';
import { readFormats, readRequest } from '../report/read-request';
import { ReportShelf } from '../report/shelf';
import type { Logo } from '../report/request';
import { Shifts } from '../report/shifts';
import { readArguments, type Options } from './arguments';
import { withHistory } from './history-source';
import { withSource } from './journal-source';
import type { Command } from './terminal';

/** What `swat report` can be told. */
export const REPORT_OPTIONS = {
  dir: { kind: 'text' },
  pg: { kind: 'text' },
  out: { kind: 'text' },
  kind: { kind: 'text', fallback: 'day' },
  from: { kind: 'text' },
  to: { kind: 'text' },
  asset: { kind: 'text' },
  alarm: { kind: 'text' },
  formats: { kind: 'text', fallback: 'pdf,html,csv' },
  language: { kind: 'text', fallback: 'en-US' },
  'time-zone': { kind: 'text', fallback: 'UTC' },
  shifts: { kind: 'text', fallback: '06:00,14:00,22:00' },
  'day-start': { kind: 'text', fallback: '00:00' },
  plant: { kind: 'text', fallback: '' },
  logo: { kind: 'text' },
} as const satisfies Options;

/** `swat report --dir USERDIR --out FOLDER`: a report from the journal of a user directory, without Node-RED. */
export const report: Command = async (args, terminal) => {
  const given = readArguments(args, REPORT_OPTIONS);
  const out = given.text('out');
  if (out === undefined || out.trim() === '') throw new SwatError('report-out');
  const timeZone = given.text('time-zone') ?? '';
  const [shifts, days] = [given.text('shifts'), given.text('day-start')].map(
    (each) => new Shifts(each ?? '', timeZone),
  );
  const logo = await logoOf(given.text('logo'));
  const made = systemClock();
  const fields = ['kind', 'from', 'to', 'asset', 'alarm', 'language'].map((name) => [name, given.text(name)] as const);
  const defaults = {
    ...{ timeZone, shifts, days, made, language: 'en-US', plant: given.text('plant') ?? '' },
    formats: readFormats(given.text('formats')),
    product: productVersion(),
    ...(logo === undefined ? {} : { logo }),
  };
  const dir = given.text('dir');
  await withSource(given, ({ journal }) =>
    withHistory(dir, async (history) => {
      const asked = await readRequest(Object.fromEntries(fields), defaults, (alarm) =>
        incidentSpan(journal, alarm, made),
      );
      const audits = (to: number): Promise<AuditLine[]> =>
        dir === undefined ? Promise.resolve([]) : auditsIn(disk, join(dir, 'swat', 'models'), to);
      const finished = await new ReportMaker().make(asked, { journal, history, audits });
      terminal.progress(finished.text);
      for (const { path } of await new ReportShelf(disk, out, Number.POSITIVE_INFINITY).put(finished))
        terminal.result(path);
    }),
  );
  return 0;
};

async function logoOf(path: string | undefined): Promise<Logo | undefined> {
  if (path === undefined) return undefined;
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new SwatError('cli-file', { path, detail: detailOf(cause) }, { cause });
  });
  return readLogo(bytes);
}
