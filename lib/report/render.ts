import { episodesCsv, figuresCsv } from './csv';
import { documentOf, type Past } from './document';
import { htmlOf } from './html';
import { pdfOf } from './pdf';
import { reportName } from './names';
import type { Report } from './report';
import type { FinishedReport, ReportFile } from './request';
import { voiceOf } from './voice';

/**
 * A report in every form that was asked for.
 * @throws SwatError `time-zone`, `report-logo`
 */
export async function rendered(report: Report, past: Past | undefined): Promise<FinishedReport> {
  const { language, timeZone, formats, logo } = report.request;
  const voice = voiceOf(language, timeZone);
  const document = documentOf(report, voice, past);
  const name = reportName(report.request);
  const text = (content: string): Uint8Array => Buffer.from(content);
  const files: ReportFile[] = [];
  for (const format of formats) {
    switch (format) {
      case 'html':
        files.push({ format, name: `${name}.html`, type: 'text/html', bytes: text(htmlOf(document, logo)) });
        break;
      case 'csv': {
        const csv = { format, type: 'text/csv' };
        files.push({ ...csv, name: `${name}_episodes.csv`, bytes: text(episodesCsv(report, voice)) });
        files.push({ ...csv, name: `${name}_figures.csv`, bytes: text(figuresCsv(report, past)) });
        break;
      }
      case 'pdf':
        files.push({ format, name: `${name}.pdf`, type: 'application/pdf', bytes: await pdfOf(document, logo) });
        break;
    }
  }
  return { files, text: document.summary };
}
