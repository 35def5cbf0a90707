import type { NodeAPI } from 'node-red';
import type { DetectorScore } from '../../lib/detect/detector';
import { isScoreTold, unknownTags } from '../../lib/detect/drift';
import { DriftWatch, readDriftState, type DriftEvent } from '../../lib/detect/drift-watch';
import { Deviation, ENOUGH_WINDOWS, furthest } from '../../lib/detect/rebase';
import type { Track } from '../../lib/detect/track';
import { SwatError } from '../../lib/errors';
import type { Scorer } from '../../lib/model/scorer';
import { fromBytes, toBytes } from '../../lib/snapshot/json';
import type { WindowPayload } from '../../lib/stream/window';
import type { AuditEntry } from './model-audit';
import type { SeenAsset } from './detector-live';
import { readText } from './settings';
import { driftNotes, longOf } from './training-words';
import { DEFAULT_ASSET } from './window-words';
import { words } from './words';

/** What an armed detector sees of drift, and what a person may do about it. Nothing here changes a model. */
export interface Watch {
  /** Looks at a window that was scored; gives what there is to tell, as payloads. */
  take(scorer: Scorer, window: WindowPayload, score: DetectorScore): readonly object[];
  /** How far the slow baseline of an asset has moved, tag by tag. @throws SwatError `baseline-none`, and for an asset that cannot be told */
  baseline(scorer: Scorer | undefined, given: Readonly<Record<string, unknown>>): object;
  /**
   * Re-bases one tag where it is now, or back to training (`reset`).
   * @returns the answer, and what is to be noted of it
   * @throws SwatError `accept-reason`, `accept-too-soon`, `baseline-none`, `tag-which`, `tag-unknown`, and for an asset that cannot be told
   */
  accept(scorer: Scorer | undefined, given: Readonly<Record<string, unknown>>): Rebased;
  reset(scorer: Scorer | undefined, given: Readonly<Record<string, unknown>>): Rebased;
  /** What is remembered of each asset, for the dialog and the status. */
  seen(): Iterable<SeenAsset>;
  keys(): Iterable<string>;
  saved(key: string): Uint8Array | undefined;
  /** Takes back what was saved under a key of its own; says false for any other. @throws SwatError `snapshot-corrupt` */
  resume(key: string, bytes: Uint8Array): boolean;
  forget(asset: string): void;
}

interface Rebased {
  readonly asset: string;
  readonly answer: object;
  readonly details: NonNullable<AuditEntry['details']>;
}

/** What is remembered of one asset, by one version. */
interface Seen {
  readonly version: string;
  /** Under what it is kept. */
  readonly key: string;
  readonly drift: DriftWatch | undefined;
  readonly deviation: Deviation;
  /** When the baseline of a tag first reached the end of its travel, event time, ms. */
  readonly bound: Map<string, number>;
}

/** Begins the keys of what is kept. */
export const DRIFT_KEY = 'drift/';
const MOST_ASSETS = 10_000;
const SHOWN = 5;
const MOST_LISTED = 60;
const AT_BOUND = 1 - 1e-9;
const NOTHING: readonly never[] = [];

/**
 * Watches the windows of a detector. Remembers 10,000 assets; the one that was seen longest ago is forgotten first.
 * @param changed what stands under a key is to be saved
 */
export function createWatch(RED: Pick<NodeAPI, '_'>, changed: (key: string) => void): Watch {
  const assets = new Map<string, Seen>();
  let latest: string | undefined;
  const waiting = new Map<string, unknown>();

  const seenOf = (scorer: Scorer, asset: string): Seen => {
    let seen = assets.get(asset);
    if (seen?.version !== scorer.version) {
      const drift = scorer.drift && new DriftWatch(scorer.drift, scorer.schema);
      seen = {
        version: scorer.version,
        key: DRIFT_KEY + asset,
        drift,
        deviation: new Deviation(scorer.travel > 0 ? scorer.schema.features.length : 0),
        bound: new Map(),
      };
      const saved = waiting.get(asset);
      waiting.delete(asset);
      if (isSaved(saved) && saved.version === scorer.version) {
        if (drift !== undefined && saved.drift !== null) drift.state = readDriftState(saved.drift, scorer.schema);
        for (const [tag, time] of saved.bound) seen.bound.set(tag, time);
      }
    } else if (asset === latest) return seen;
    latest = asset;
    assets.delete(asset);
    assets.set(asset, seen);
    const idlest = assets.keys().next();
    if (assets.size > MOST_ASSETS && idlest.done !== true) assets.delete(idlest.value);
    return seen;
  };

  const noteBound = (scorer: Scorer, seen: Seen, asset: string, time: number): void => {
    const track = scorer.tracks.get(asset);
    if (track === undefined || track.baseline.length === 0) return;
    if (seen.bound.size === 0 && !reaches(track.baseline, scorer.travel * AT_BOUND)) return;
    for (const { tag, by } of furthest(track, scorer.schema, SHOWN)) {
      if (Math.abs(by) < scorer.travel * AT_BOUND) seen.bound.delete(tag);
      else if (!seen.bound.has(tag)) seen.bound.set(tag, time);
    }
  };

  const rebased = (
    scorer: Scorer | undefined,
    given: Readonly<Record<string, unknown>>,
    to: 'now' | 'training',
  ): Rebased => {
    if (scorer === undefined || scorer.travel === 0) throw new SwatError('baseline-none');
    const { asset, track: before } = followed(scorer, given);
    const seen = assets.get(asset);
    const name = readText(given.tag);
    const tags = name === '' && to === 'training' ? scorer.schema.tags.map((_, tag) => tag) : [scorer.schema.tags.findIndex((tag) => tag.name === name)]; // prettier-ignore
    if (tags.includes(-1)) {
      const known = listed(scorer.schema.tags.map((tag) => tag.name));
      throw new SwatError(name === '' ? 'tag-which' : 'tag-unknown', { tag: name.slice(0, 64), known });
    }
    const deviation = to === 'now' ? seen?.deviation : undefined;
    if (to === 'now' && (deviation === undefined || deviation.windows < ENOUGH_WINDOWS))
      throw new SwatError('accept-too-soon', { windows: deviation?.windows ?? 0, needed: ENOUGH_WINDOWS });
    for (const tag of tags) scorer.rebase(asset, tag, deviation);
    const moved = furthest(before, scorer.schema, scorer.schema.tags.length).find(({ tag }) => tag === name)?.by ?? 0;
    if (name === '') seen?.bound.clear();
    else seen?.bound.delete(name);
    const what = { asset, ...(name === '' ? {} : { tag: name }) };
    return { asset, answer: { ...what, movedTo: moved, travel: scorer.travel }, details: { ...what, movedTo: moved } };
  };

  return {
    take(scorer, window, score) {
      const seen = seenOf(scorer, window.asset);
      if (scorer.travel > 0) {
        seen.deviation.take(scorer.standardised(window.features), score.ratio >= 1);
        noteBound(scorer, seen, window.asset, window.end);
      }
      const events = seen.drift?.take(window.features, score.score, window.end, window.quality.bad) ?? NOTHING;
      if (seen.drift !== undefined || scorer.travel > 0) changed(seen.key);
      if (events.length === 0) return NOTHING;
      return events.map((event) => ({ ...event, asset: window.asset, text: driftText(RED, window.asset, event) }));
    },
    baseline(scorer, given) {
      if (scorer === undefined || scorer.travel === 0) throw new SwatError('baseline-none');
      const { asset, track } = followed(scorer, given);
      const bound = assets.get(asset)?.bound ?? new Map<string, number>();
      const moved = furthest(track, scorer.schema, SHOWN).map((each) => {
        const reached = bound.get(each.tag);
        return { ...each, ...(reached === undefined ? {} : { atBoundSince: reached }) };
      });
      const drift = scorer.drift !== undefined;
      const scoreDrift = scorer.drift !== undefined && isScoreTold(scorer.drift);
      const driftUnknown = unknownTags(scorer.drift, scorer.schema);
      const note = driftNotes(RED, driftUnknown).at(0);
      const told = note === undefined ? {} : { text: note.text };
      return { asset, version: scorer.version, travel: scorer.travel, moved, drift, scoreDrift, driftUnknown, ...told };
    },
    accept(scorer, given) {
      if (readText(given.reason) === '') throw new SwatError('accept-reason');
      return rebased(scorer, given, 'now');
    },
    reset: (scorer, given) => rebased(scorer, given, 'training'),
    *seen() {
      for (const [asset, { version, drift, deviation }] of assets)
        yield { asset, version, drift: drift?.state, over: deviation.over };
    },
    *keys() {
      for (const asset of new Set([...assets.keys(), ...waiting.keys()])) yield DRIFT_KEY + asset;
    },
    saved(key) {
      const asset = key.slice(DRIFT_KEY.length);
      const seen = assets.get(asset);
      if (seen === undefined) return toBytes(waiting.get(asset));
      return toBytes({ version: seen.version, drift: seen.drift?.state ?? null, bound: [...seen.bound] });
    },
    resume(key, bytes) {
      if (!key.startsWith(DRIFT_KEY)) return false;
      waiting.set(key.slice(DRIFT_KEY.length), fromBytes(key, bytes));
      return true;
    },
    forget(asset) {
      if (latest === asset) latest = undefined;
      assets.delete(asset);
      waiting.delete(asset);
    },
  };
}

/**
 * The asset that a command is about, with what is remembered of it: the one it names, else the only one there is.
 * @throws SwatError `asset-none`, `asset-which`, `asset-other`
 */
function followed(
  { tracks }: Scorer,
  given: Readonly<Record<string, unknown>>,
): { asset: string; track: Readonly<Track> } {
  const names = [...tracks.assets()];
  const named = readText(given.asset);
  if (names.length === 0) throw new SwatError('asset-none');
  if (named === '' && names.length > 1) throw new SwatError('asset-which', { known: listed(names) });
  const asset = named === '' ? names[0] : named;
  const track = tracks.get(asset);
  if (track === undefined) throw new SwatError('asset-other', { asset: asset.slice(0, 40), known: listed(names) });
  return { asset, track };
}

/** Names with commas between them; of many the first ones. */
function listed(names: readonly string[]): string {
  const some = names.slice(0, MOST_LISTED).map((name) => name.slice(0, 40));
  return `${some.join(', ')}${names.length > MOST_LISTED ? ', …' : ''}`;
}

/** Whether any of these is so far from 0. */
function reaches(values: Float64Array, far: number): boolean {
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]) >= far) return true;
  return false;
}

function isSaved(saved: unknown): saved is { version: string; drift: unknown; bound: [string, number][] } {
  if (typeof saved !== 'object' || saved === null) return false;
  const { version, bound } = saved as { version?: unknown; bound?: unknown };
  const pairs = Array.isArray(bound) && bound.every((each: unknown) => Array.isArray(each) && typeof each[0] === 'string' && Number.isFinite(each[1])); // prettier-ignore
  return typeof version === 'string' && pairs;
}

function driftText(RED: Pick<NodeAPI, '_'>, asset: string, event: DriftEvent): string {
  const place = asset === DEFAULT_ASSET ? '' : `${asset}: `;
  const { advisory, tags = [], share = 0 } = event;
  const over = event.event === 'advisory-cleared' ? '-over' : '';
  const told = { tags: tags.join(', '), percent: Math.round(100 * share), long: longOf(RED, event.time - event.since) };
  return words(RED, `sentences.${advisory}${over}`, { place, ...told });
}
