import type { NodeAPI, Node, NodeMessageInFlow } from 'node-red';
import type { DetectorKind, DetectorScore, RatioKind } from '../../lib/detect/detector';
import { modeName, ModeFollower, readModes, TRANSITION, useIn, versionsOf } from '../../lib/detect/modes';
import { SwatError } from '../../lib/errors';
import { notReady, type Scorer } from '../../lib/model/scorer';
import type { ModelStore } from '../../lib/model/store';
import { fromBytes, toBytes } from '../../lib/snapshot/json';
import { Fields } from '../../lib/stream/fields';
import { resolveSchema } from '../../lib/stream/schema';
import type { WindowPayload } from '../../lib/stream/window';
import { createScoring, type Scoring } from './detector-scoring';
import { readChoice, readText } from './settings';
import { DEFAULT_ASSET } from './window-words';

/** The fields of a detector's dialog that say how its operating modes are told and what is done in each. */
export interface ModeFields {
  modeType?: unknown;
  modeSource?: unknown;
  modes?: unknown;
  modeOther?: unknown;
}

/** How a window is judged: by whom, and in which mode. */
interface Judged {
  readonly scoring: Scoring;
  readonly score: DetectorScore;
  readonly refusal: SwatError | undefined;
  /** Under what the asset's track is kept; `undefined` where it has not changed. */
  readonly key: string | undefined;
  /** Empty where there are no modes. */
  readonly mode: string;
}

/** What a window is scored by: the version in force, or by its operating mode another version or none. */
export interface Modes {
  /** Where a window's mode must be computed first: resolves to it. `undefined` where {@link judge} finds it by itself. */
  readonly evaluate: ((message: NodeMessageInFlow) => Promise<string>) | undefined;
  judge(message: NodeMessageInFlow, window: WindowPayload, evaluated?: string): Judged;
  /** Reads the versions that the table names. Never rejects: gives what went wrong. */
  load(): Promise<readonly unknown[]>;
  /** Whether windows of a mode are to be collected. */
  collects(mode: string): boolean;
  /** From now on only windows of this mode are collected; all where it is absent. @throws SwatError `mode-unset` */
  limit(mode: unknown): void;
  /** Whether there is any version to score with. */
  readonly ready: boolean;
  /** The version that scores an asset now, and under what its track is kept. */
  readonly scorerFor: ScorerFor;
  trackKey(asset: string): string;
  /** What is kept over a restart beside the tracks of the version in force. */
  keys(): Iterable<string>;
  saved(key: string): Uint8Array | undefined;
  /** Takes back what was saved under a key of its own; says false for any other. @throws SwatError `snapshot-corrupt` */
  resume(key: string, bytes: Uint8Array): boolean;
  /** The scorings of the versions of the table, by version. */
  readonly versions: ReadonlyMap<string, Scoring>;
  /** The mode of one asset, to be moved; `undefined` where none is known. */
  modeOf(asset: string): Uint8Array | undefined;
  /** Takes the place of the mode of one asset. @throws SwatError `snapshot-corrupt` */
  takeMode(asset: string, bytes: Uint8Array | undefined): void;
  /** The assets whose mode is known. */
  followed(): Iterable<string>;
}

/** The version that scores an asset now; of the usual asset for `''`. */
export type ScorerFor = (asset: string) => Scorer | undefined;

/** Under these keys stand the modes of the assets, and what versions of a table remember: `mode/<version>/<asset>`. */
const KEY = 'modes';
const TRACK = 'track/';
const OF_MODE = 'mode/';
const SOURCES = ['none', 'msg', 'jsonata', 'tag'] as const;

/**
 * Chooses by operating mode. The mode is a property of the message, a JSONata expression, or the value of a tag: that has it
 * when it did not change over the window. Holds at most eight versions beside the one in force.
 * @throws SwatError `setting-choice`, `mode-line`, `mode-twice`, `modes-too-many`
 */
export function createModes(
  node: Node,
  RED: NodeAPI,
  kind: DetectorKind,
  store: ModelStore,
  ratioKind: RatioKind,
  config: ModeFields,
  active: Scoring,
  changed: (key: string) => void,
): Modes {
  const type = readChoice('modeType', config.modeType, SOURCES, 'none');
  const source = readText(config.modeSource);
  const table = readModes(readText(config.modes), readText(config.modeOther));
  const versions = new Map<string, Scoring>();
  if (type !== 'none') {
    for (const version of versionsOf(table)) versions.set(version, createScoring(kind, store, ratioKind, version));
  }
  const follower = new ModeFollower();
  let lastSaved = '';
  let collected: string | undefined;

  const ofMessage = (message: NodeMessageInFlow): string => {
    try {
      return modeName(RED.util.getMessageProperty(message, source || 'mode'));
    } catch {
      return '';
    }
  };
  const modeOf = (message: NodeMessageInFlow, window: WindowPayload, evaluated: string | undefined): string => {
    if (type === 'tag') return tagMode(window, source, ({ name, number }) => (table.uses.has(number) ? number : name));
    const now = evaluated ?? ofMessage(message);
    return follower.take(window.asset, now, window.start, window.end);
  };
  const noteChange = (): void => {
    const saved = JSON.stringify(follower.saved());
    if (saved === lastSaved) return;
    lastSaved = saved;
    changed(KEY);
  };
  const by = (scoring: Scoring, window: WindowPayload, mode: string, prefix: string): Judged => {
    const score = scoring.score(window);
    // What was scored fits.
    const refusal = score.ready ? undefined : scoring.refusal(window);
    const followed = scoring.scorer?.tracks.get(window.asset) !== undefined;
    return { scoring, score, refusal, key: followed ? prefix + window.asset : undefined, mode };
  };

  return {
    evaluate:
      type === 'jsonata'
        ? (message) =>
            new Promise((resolve) =>
              RED.util.evaluateNodeProperty(source, 'jsonata', node, message, (error, value: unknown) =>
                resolve(error === null ? modeName(value) : ''),
              ),
            )
        : undefined,
    judge(message, window, evaluated) {
      if (type === 'none') return by(active, window, '', TRACK);
      const mode = modeOf(message, window, evaluated);
      const use = useIn(table, mode);
      const version = typeof use === 'object' ? use.version : use;
      const goesOn = !follower.changes(window.asset, use === 'mute' ? '' : version);
      noteChange();
      if (use === 'mute') {
        const muted = { ...notReady(ratioKind, active.scorer?.version, active.scorer?.threshold), reason: 'muted', mode } as const; // prettier-ignore
        return { scoring: active, score: muted, refusal: undefined, key: undefined, mode };
      }
      // What a version remembers of before another mode does not join on to this window.
      const given = goesOn || window.restarted !== undefined ? window : { ...window, restarted: 'gap' as const };
      const chosen = versions.get(version);
      return chosen === undefined ? by(active, given, mode, TRACK) : by(chosen, given, mode, `${OF_MODE}${version}/`);
    },
    collects: (mode) => collected === undefined || mode === collected,
    limit(mode) {
      const wanted = modeName(mode);
      if (wanted !== '' && type === 'none') throw new SwatError('mode-unset');
      collected = wanted === '' ? undefined : wanted;
      if (type !== 'none') changed(KEY);
    },
    async load() {
      await Promise.all([...versions.values()].map((scoring) => scoring.reload()));
      return [...versions.values()].flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
    },
    get ready() {
      return [active, ...versions.values()].some(({ scorer }) => scorer !== undefined);
    },
    scorerFor: (asset) => (versions.get(follower.version(asset || DEFAULT_ASSET)) ?? active).scorer,
    trackKey(asset) {
      const version = follower.version(asset);
      return versions.has(version) ? `${OF_MODE}${version}/${asset}` : TRACK + asset;
    },
    *keys() {
      if (type !== 'none') yield KEY;
      for (const [version, scoring] of versions)
        for (const asset of scoring.remembered()) yield `${OF_MODE}${version}/${asset}`;
    },
    saved(key) {
      if (key === KEY) return toBytes({ collected: collected ?? '', assets: follower.saved() });
      const [scoring, asset] = placeOf(versions, key);
      return scoring?.saved(asset);
    },
    resume(key, bytes) {
      if (key === KEY) {
        const given = new Fields(fromBytes(KEY, bytes), KEY);
        collected = modeName(given.value('collected')) || undefined;
        follower.restore(given.value('assets'));
        return true;
      }
      if (!key.startsWith(OF_MODE)) return false;
      const [scoring, asset] = placeOf(versions, key);
      scoring?.resume(asset, bytes);
      return true;
    },
    versions,
    modeOf(asset) {
      const saved = follower.saved(asset);
      return saved.length === 0 ? undefined : toBytes(saved);
    },
    takeMode(asset, bytes) {
      follower.forget(asset);
      if (bytes !== undefined) follower.restore(fromBytes(KEY, bytes));
      if (type !== 'none') noteChange();
    },
    followed: () => follower.assets(),
  };
}

function placeOf(versions: ReadonlyMap<string, Scoring>, key: string): [Scoring | undefined, string] {
  const rest = key.slice(OF_MODE.length);
  const cut = rest.indexOf('/');
  return [key.startsWith(OF_MODE) ? versions.get(rest.slice(0, cut)) : undefined, rest.slice(cut + 1)];
}

/**
 * The value of a tag over a window; a transition where it changed; empty for none.
 * @param choose between the name of its state and its number: a table may have either
 */
function tagMode(
  { schema, features, quality }: WindowPayload,
  name: string,
  choose: (value: { name: string; number: string }) => string,
): string {
  const known = resolveSchema(schema);
  const tag = known?.tags.findIndex((each) => each.name === name) ?? -1;
  if (known === undefined || tag < 0 || quality.bad.includes(name)) return '';
  const values = known.features.flatMap(({ tag: of, statistic }, at) =>
    of === tag && (statistic === 'min' || statistic === 'max' || statistic === 'first') ? [features[at]] : [],
  );
  if (values.length === 0) return '';
  if (values.some((value) => value !== values[0])) return TRANSITION;
  const number = String(values[0]);
  return choose({ name: known.tags[tag].states?.[number] ?? number, number });
}
