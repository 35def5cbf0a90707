import type { Node, NodeAPI } from 'node-red';
import { together } from '../../lib/alarm/together';
import type { DetectorKind, DetectorScore, RatioKind } from '../../lib/detect/detector';
import { recentWindow, type RecentWindow } from '../../lib/model/recent';
import { createScorer, type Scorer } from '../../lib/model/scorer';
import { ShadowRun, type ShadowDifference } from '../../lib/model/shadow';
import { steadyClock } from '../../lib/platform/clock';
import { systemTimers } from '../../lib/platform/timers';
import type { WindowPayload } from '../../lib/stream/window';
import type { Voice } from './detector-voice';
import type { Model } from './model-node';
import { words } from './words';

/** Windows that wait for the candidate, at most; further ones are left out and counted. */
const MOST_WAITING = 200;

/** A candidate that runs beside the active version of a detector node. It changes no message and raises no alarm. */
export interface Shadow {
  /** Reads which candidate there is; never rejects: what is wrong is raised once. */
  reload(): Promise<void>;
  /** Offers a window with the score of the active version; scored later, one at a time. */
  offer(window: WindowPayload, score: DetectorScore): void;
  close(): void;
}

interface ShadowOptions {
  readonly node: Node;
  readonly RED: NodeAPI;
  readonly kind: DetectorKind;
  readonly model: Model;
  readonly ratioKind: RatioKind;
  /** The version that scores now. */
  readonly active: () => string | undefined;
  readonly voice: Voice;
}

/** Starts with the candidate that the model names, and follows its choice. */
export function createShadow({ node, RED, kind, model, ratioKind, active, voice }: ShadowOptions): Shadow {
  let candidate: Scorer | undefined;
  let run = new ShadowRun();
  let turn = 0;
  let closed = false;
  const waiting: { window: RecentWindow; score: DetectorScore }[] = [];

  const step = (): void => {
    const next = waiting.shift();
    if (next === undefined || candidate === undefined || closed) return;
    const told = run.add(next.window, next.score, candidate.score(next.window), steadyClock());
    if (told !== undefined) {
      const versions = { active: next.score.model, candidate: candidate.version };
      voice.event({ ...told, ...versions, text: differenceText(RED, told) });
    }
    if (waiting.length > 0) systemTimers.soon(step);
  };

  const reload = async (): Promise<void> => {
    turn += 1;
    const mine = turn;
    let next: Scorer | undefined;
    try {
      // A broken pointer is told where the active version is read.
      const version = await model.store.shadow(kind).catch(() => undefined);
      next = version === undefined ? undefined : createScorer(await model.store.load(kind, version), ratioKind);
    } catch (cause) {
      if (mine === turn && !closed) voice.raise(cause);
    }
    if (mine !== turn) return;
    // The same one goes on where it is, with what waits for it.
    if (next?.version === candidate?.version) return;
    run = new ShadowRun();
    waiting.length = 0;
    candidate = next;
  };
  const unsubscribe = model.onShadow((changed) => {
    if (changed === kind) void reload();
  });
  const withdraw = model.report(kind, () =>
    candidate === undefined
      ? undefined
      : { node: node.id, name: node.name ?? '', active: active() ?? '', candidate: candidate.version, ...run.summary },
  );
  void reload();

  return {
    reload,
    offer(window, score) {
      if (candidate?.schema.id !== window.schema) return;
      if (waiting.length >= MOST_WAITING) {
        run.drop();
        return;
      }
      waiting.push({ window: recentWindow(window), score });
      if (waiting.length === 1) systemTimers.soon(step);
    },
    close() {
      closed = true;
      unsubscribe();
      withdraw();
    },
  };
}

/** A difference as a sentence, with how many were not told since the last. */
function differenceText(RED: NodeAPI, { asset, which, windows, ratios, tags, suppressed }: ShadowDifference): string {
  const [over, under] = which === 'active' ? [ratios.active, ratios.candidate] : [ratios.candidate, ratios.active];
  const figures = { ratio: over.toFixed(1), other: under.toFixed(1), tags: tags.join(', ') || '–' };
  const key = which === 'active' ? 'sentences.shadow-active' : 'sentences.shadow-candidate';
  const text = words(RED, key, { asset, windows, ...figures });
  return suppressed === 0 ? text : together([text, words(RED, 'sentences.shadow-suppressed', { suppressed })]);
}
