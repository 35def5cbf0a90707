import { isRecord } from '../../lib/record';
import type { Files } from '../../lib/platform/files';

/** Remembers over a restart up to when reports were made by the clock, so that one that was missed is made once. */
export class ReportMemory {
  /** @param kind of the reports: what was noted of another kind says nothing */
  constructor(
    private readonly files: Pick<Files, 'size' | 'read' | 'writeAtomic' | 'remove'>,
    private readonly path: string,
    private readonly kind: string,
  ) {}

  /** The end of the newest one that was made, ms since the epoch; `undefined` where nothing is known. Never rejects. */
  async made(): Promise<number | undefined> {
    try {
      if ((await this.files.size(this.path)) === undefined) return undefined;
      const noted = JSON.parse((await this.files.read(this.path)).toString('utf8')) as unknown;
      const known = isRecord(noted) && noted.version === 1 && noted.kind === this.kind ? noted.to : undefined;
      return typeof known === 'number' && Number.isFinite(known) ? known : undefined;
    } catch {
      // Then none counts as missed, as with a new node.
      return undefined;
    }
  }

  /** @param to the end of the report, ms since the epoch. @throws what the disk throws */
  note(to: number): Promise<void> {
    return this.files.writeAtomic(this.path, JSON.stringify({ version: 1, kind: this.kind, to }));
  }

  /** Forgets it: the node is no more. */
  async forget(): Promise<void> {
    await this.files.remove(this.path).catch(() => undefined);
  }
}
