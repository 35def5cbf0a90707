import { join } from 'node:path';
import { SwatError, detailOf } from '../errors';
import type { Files } from '../platform/files';
import { reportOfFile } from './names';
import type { FinishedReport, ReportFile } from './request';

/** A file of a report, where it lies. */
export type ShelvedFile = ReportFile & { readonly path: string };

/** A folder of reports, of which the newest are kept. */
export class ReportShelf {
  /** @param most reports that are kept; the oldest go first */
  constructor(
    private readonly files: Pick<Files, 'list' | 'writeAtomic' | 'remove'>,
    private readonly folder: string,
    private readonly most: number,
  ) {}

  /**
   * Writes each file whole or not at all, then removes reports that are too many. Files of other names stay.
   * @throws SwatError `report-write` {path, detail}
   */
  async put({ files }: Pick<FinishedReport, 'files'>): Promise<ShelvedFile[]> {
    const shelved: ShelvedFile[] = [];
    for (const file of files) {
      const path = join(this.folder, file.name);
      try {
        await this.files.writeAtomic(path, file.bytes);
      } catch (cause) {
        throw new SwatError('report-write', { path, detail: detailOf(cause) }, { cause });
      }
      shelved.push({ ...file, path });
    }
    await this.sweep();
    return shelved;
  }

  private async sweep(): Promise<void> {
    const names = await this.files.list(this.folder);
    const reports = [...new Set(names.flatMap((name) => reportOfFile(name) ?? []))].sort();
    const old = new Set(reports.slice(0, Math.max(0, reports.length - this.most)));
    for (const name of names) {
      const report = reportOfFile(name);
      if (report !== undefined && old.has(report)) await this.files.remove(join(this.folder, name));
    }
  }
}
