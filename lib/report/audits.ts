import { join } from 'node:path';
import { Trail } from '../journal/trail';
import type { Files, GrowingFiles, TailFiles } from '../platform/files';
import type { AuditLine } from './material';

/** Lines of a model that are looked through, and models, at most. */
const MOST_LINES = 10_000;
const MOST_MODELS = 100;

/**
 * What the audit trails of all models in a folder (`swat/models`) say up to a time, oldest first. Lines that were changed by
 * hand are left out.
 * @throws SwatError `trail-read`
 */
export async function auditsIn(
  files: Pick<Files, 'list'> & GrowingFiles & TailFiles,
  folder: string,
  to: number,
): Promise<AuditLine[]> {
  const lines: AuditLine[] = [];
  for (const model of (await files.list(folder)).slice(0, MOST_MODELS)) {
    const path = join(folder, model, 'audit.jsonl');
    if ((await files.size(path).catch(() => undefined)) === undefined) continue;
    const { entries } = await new Trail(files, path, { cut: () => undefined }).last(MOST_LINES);
    for (const entry of entries) {
      const text = (name: string): string => (typeof entry[name] === 'string' ? entry[name] : '');
      const at = Date.parse(text('at'));
      if (!(at < to)) continue;
      lines.push({ model, at, action: text('action'), kind: text('kind'), version: text('version'), user: text('user'), reason: text('reason') }); // prettier-ignore
    }
  }
  return lines.sort((a, b) => a.at - b.at);
}
