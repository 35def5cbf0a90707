import type { Node, NodeAPI } from 'node-red';
import { isRecord } from '../../lib/record';
import { fromBytes, toBytes } from '../../lib/snapshot/json';
import type { Player } from '../../lib/stream/player';
import type { SourceScore } from './source-score';
import { keepState } from './state';

/** How a `swat-source` and its scoreboard stand, and apart from it the attacks that are scored: these seldom change. */
const SOURCE = 'source';
const RESULTS = 'results';

/** The state of a `swat-source` between restarts. */
export interface KeptSource {
  /** Resolves, never rejects, once what was saved has been taken back. */
  readonly ready: Promise<void>;
  readonly isReady: boolean;
  /** Something has changed: cheap enough for every frame. */
  changed(): void;
  /** Saves and lets go; call once the player is closed. */
  close(): Promise<void>;
}

/** Keeps a source over a restart: some 6 kB, and as much again while an attack is watched by a twin; up to 1000 attacks apart. */
export function keepSource(node: Node, RED: NodeAPI, key: string, player: Player, score: SourceScore): KeptSource {
  const kept = keepState(
    node,
    RED,
    { kind: 'swat-source', version: 1, key },
    {
      keys: () => [SOURCE, RESULTS],
      full(part) {
        if (part === SOURCE) return toBytes({ player: player.saved(), score: score.saved });
        return toBytes(score.results.length === 0 ? undefined : score.results);
      },
      restore(part, { full }) {
        const saved = fromBytes(part, full);
        if (part === RESULTS) score.restoreResults(saved);
        else if (isRecord(saved)) {
          score.restore(saved.score);
          if (saved.player !== undefined) player.restore(saved.player);
        }
      },
    },
  );
  let version = score.version;
  return {
    ready: kept.ready,
    get isReady() {
      return kept.isReady;
    },
    changed() {
      kept.change(SOURCE);
      if (version === score.version) return;
      version = score.version;
      kept.change(RESULTS);
    },
    close: () => kept.close(),
  };
}
