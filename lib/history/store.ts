import { createHash } from 'node:crypto';
import { detailOf } from '../errors';
import type { GrowingFiles } from '../platform/files';
import { readStateFile, type StateHeader } from '../snapshot/file';
import { StateLog, type StateWatcher } from '../snapshot/log';
import { assetOf, type AssetHistory } from './asset-history';
import type { History } from './history';

/** What became of a file that is not as it was left. */
export type FileNews =
  | { readonly news: 'cut'; readonly path: string; readonly bytes: number }
  | { readonly news: 'refused'; readonly path: string; readonly count: number; readonly names: string }
  | { readonly news: 'damaged' | 'newer' | 'left-out'; readonly path: string }
  | { readonly news: 'unreadable'; readonly path: string; readonly detail: string };

/** Who hears of the files. */
export interface StoreWatcher extends StateWatcher {
  tell(news: FileNews): void;
}

const HEADER: StateHeader = { kind: 'swat-history', version: 1, key: '' };
const SUFFIX = '.state';

/**
 * A history on the disk: a file for each asset in a folder of its own, which grows by what has changed and is written anew when it
 * has grown to four times its size. What is written after the last flush is lost when the process is killed; a torn end is
 * cut off when the file is read. A disk that fails costs freshness, never the process.
 */
export class HistoryStore {
  readonly #logs = new Map<AssetHistory, StateLog>();
  #turn: Promise<void> = Promise.resolve();
  #busy = false;

  /** @param join joins the parts of a path */
  constructor(
    private readonly files: GrowingFiles,
    private readonly folder: string,
    private readonly join: (folder: string, name: string) => string,
    private readonly history: History,
    private readonly watcher: StoreWatcher,
  ) {}

  /** True while something is being written. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Takes back what is in the folder. Never rejects: what cannot be used is told, and put aside. */
  async load(): Promise<void> {
    let names: string[] = [];
    try {
      names = await this.files.list(this.folder);
    } catch (cause) {
      this.watcher.tell({ news: 'unreadable', path: this.folder, detail: detailOf(cause) });
    }
    for (const name of names.filter((each) => each.endsWith(SUFFIX))) {
      const path = this.join(this.folder, name);
      try {
        await this.#read(path, name);
      } catch (cause) {
        this.watcher.tell({ news: 'unreadable', path, detail: detailOf(cause) });
        await this.#setAside(path);
      }
    }
  }

  /**
   * Writes what has changed since the last time, and removes the files of assets that are forgotten. Never rejects.
   * @param all also what still grows: as long as the process runs, that is made again of what is there
   * @param sync whether it must outlive a power cut
   */
  flush(all = false, sync = false): Promise<void> {
    this.#turn = this.#turn.then(() => this.#write(all, sync));
    return this.#turn;
  }

  /** Writes everything, and lets go of the files. */
  async close(): Promise<void> {
    await this.flush(true, true);
    this.#turn = this.#turn.then(async () => {
      for (const log of this.#logs.values()) await log.close();
      this.#logs.clear();
    });
    await this.#turn;
  }

  async #write(all: boolean, sync: boolean): Promise<void> {
    this.#busy = true;
    const there = new Set(this.history.all());
    for (const [asset, log] of [...this.#logs]) {
      if (there.has(asset)) continue;
      this.#logs.delete(asset);
      await log.close();
      await this.files.remove(this.#pathOf(asset.asset)).catch(() => undefined);
    }
    for (const asset of there) {
      const log = this.#logs.get(asset) ?? this.#begin(asset);
      asset.save(log, all);
      await log.flush(sync);
    }
    this.#busy = false;
  }

  async #read(path: string, name: string): Promise<void> {
    const file = await readStateFile(this.files, path, HEADER);
    if (file.found === 'none') return;
    if (file.found !== 'restored') {
      this.watcher.tell({ news: file.found === 'newer' ? 'newer' : 'damaged', path });
      await this.#setAside(path);
      return;
    }
    const asset = assetOf(file.entries);
    if (asset === undefined || historyFileName(asset) !== name) {
      this.watcher.tell({ news: 'damaged', path });
      await this.#setAside(path);
      return;
    }
    if (!this.history.hasRoom) {
      // It waits for a larger number in the dialog.
      this.watcher.tell({ news: 'left-out', path });
      return;
    }
    const history = this.history.blank(asset);
    const refused = await history.restore(file.entries);
    if (file.cut > 0) this.watcher.tell({ news: 'cut', path, bytes: file.cut });
    if (refused.length > 0)
      this.watcher.tell({ news: 'refused', path, count: refused.length, names: refused.slice(0, 5).join(', ') });
    const keys = [...file.entries].map(([key, { full }]) => [key, full.byteLength] as const);
    const log = this.#begin(history, { size: file.size, keys });
    for (const key of refused) log.change(key);
    history.prune();
    this.history.add(history);
  }

  #begin(asset: AssetHistory, restored?: ConstructorParameters<typeof StateLog>[5]): StateLog {
    const log = new StateLog(this.files, this.#pathOf(asset.asset), HEADER, asset, this.watcher, restored);
    this.#logs.set(asset, log);
    asset.attach(log);
    return log;
  }

  #pathOf(asset: string): string {
    return this.join(this.folder, historyFileName(asset));
  }

  async #setAside(path: string): Promise<void> {
    await this.files.move(path, `${path}.set-aside`).catch(() => undefined);
  }
}

/** A name that every file system takes, and that no two assets share. */
export function historyFileName(asset: string): string {
  const hash = createHash('sha256').update(asset).digest('hex').slice(0, 12);
  return `${asset.replaceAll(/[^\w-]/g, '_').slice(0, 40)}-${hash}${SUFFIX}`;
}
