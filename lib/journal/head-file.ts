import type { Files } from '../platform/files';
import type { Head } from './journal';

/** The last hash, written down beside a journal: what shows that its end was taken away. */
export class HeadFile {
  constructor(
    private readonly files: Pick<Files, 'read' | 'writeAtomic'>,
    readonly path: string,
  ) {}

  /** `undefined` where there is none, or none that can be read. */
  async read(): Promise<Head | undefined> {
    const bytes = await this.files.read(this.path).catch(() => undefined);
    return bytes === undefined ? undefined : headOf(bytes.toString());
  }

  async write({ n, hash }: Head): Promise<void> {
    await this.files.writeAtomic(this.path, `${n}:${hash}\n`);
  }
}

/** A head as text: `<n>:<hash>`. */
export function headOf(text: string): Head | undefined {
  const parts = /^\s*(\d{1,15}):([0-9a-f]{64})\s*$/.exec(text);
  return parts === null ? undefined : { n: Number(parts[1]), hash: parts[2] };
}
