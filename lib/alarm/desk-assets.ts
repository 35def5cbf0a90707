import type { AlarmBook } from './book';
import type { CommandsCarriedOut } from './carried-out';
import { ALARM_KINDS, type AlarmKind } from './episode';
import type { AlarmMetrics } from './metrics';
import type { Notifier } from './notify/notifier';
import { isCount } from './restore';
import { SwatError } from '../errors';

/** Keys of alarms, by asset. */
export const ASSETS: Readonly<Record<AlarmKind, string>> = { process: 'asset/', communication: 'communication/' };
export const CARRIED_OUT = 'carried-out/';
/** Key of the number of the last event of an asset, among those that are moved. */
const SEQ = 'seq';

/** The state of a desk by its keys. */
interface Keyed {
  full(key: string): unknown;
  restore(key: string, saved: unknown): void;
}

/**
 * What of a desk belongs to single assets, and moves with them to another process: alarms, holds, what was told of them, how
 * often they came, commands that were carried out, and the number of the last event. Silences, groups, budgets and counters are
 * the node's, and stay.
 */
export class DeskAssets {
  constructor(
    private readonly desk: Keyed,
    private readonly book: AlarmBook,
    private readonly notifier: Notifier,
    private readonly metrics: AlarmMetrics,
    private readonly carriedOut: CommandsCarriedOut,
    private readonly changed: (key: string) => void,
  ) {}

  /** The assets of which anything is known that moves. */
  names(): Set<string> {
    return new Set([...[...this.book.all()].map(({ asset }) => asset), ...this.book.numbered()]);
  }

  /** The state of an asset: plain data by key; nothing for one that is unknown. */
  capture(asset: string): [key: string, state: unknown][] {
    const parts = this.keysOf(asset).flatMap((key): [string, unknown][] => {
      const state = this.desk.full(key);
      return state === undefined ? [] : [[key, state]];
    });
    const seq = this.book.seqOf(asset);
    return seq === 0 ? parts : [...parts, [SEQ, seq]];
  }

  /**
   * Takes the place of what is known of an asset.
   * @throws SwatError `snapshot-corrupt`
   */
  restore(asset: string, parts: ReadonlyMap<string, unknown>): void {
    this.forget(asset);
    for (const [key, saved] of parts) {
      if (key === SEQ) {
        if (!isCount(saved)) throw new SwatError('snapshot-corrupt', { key });
        this.book.restoreSeq(asset, saved);
      } else {
        this.desk.restore(key, saved);
        this.changed(key);
      }
    }
  }

  /** Forgets an asset: nothing is cleared or told. */
  forget(asset: string): void {
    const keys = this.keysOf(asset);
    this.book.forget(asset);
    this.notifier.forget(asset);
    this.metrics.forget(asset);
    this.carriedOut.forget(asset);
    for (const key of keys) this.changed(key);
  }

  private keysOf(asset: string): string[] {
    return [
      ...ALARM_KINDS.map((kind) => ASSETS[kind] + asset),
      ...this.notifier.keysOf(asset),
      ...this.metrics.keysOf(asset),
      ...this.carriedOut.of(asset).map((id) => CARRIED_OUT + id),
    ];
  }
}
