import { SwatError } from '../../errors';
import { LEVELS } from '../verdict';
import { isLabel, LABELS, parentsOf, type Label, type Labels } from './labels';
import { matching, readMatchers, type Matcher } from './matcher';

/** While an alarm matches `source`, those that match `target` are muted, where the `equal` labels are the same. */
export interface InhibitRule {
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  readonly equal: readonly Label[];
}

/** At most this many rules. */
export const MOST_RULES = 50;

interface AskedRule {
  readonly isSource: (labels: Labels) => boolean;
  readonly isTarget: (labels: Labels) => boolean;
  readonly equal: readonly Label[];
}

interface Source {
  readonly labels: Labels;
  /** Of each rule whose source it is, the values of its equal labels. */
  readonly keys: readonly (readonly [rule: number, key: string])[];
}

/**
 * Which alarms mute which. Built in: a communication alarm mutes the process alarms of its asset; it, and an alarm of at
 * least the same level, mute those of the assets below (`line-1` is above `line-1/pump-3`). Rules of the settings come on
 * top. Only alarms that {@link put} says can mute: one that is itself unheard of mutes nothing, so two that would mute
 * each other are never both unheard.
 */
export class Inhibition {
  private readonly sources = new Map<string, Source>();
  private readonly byAsset = new Map<string, Set<string>>();
  private readonly byRule: readonly Map<string, Set<string>>[];
  private readonly rules: readonly AskedRule[];

  constructor(rules: readonly InhibitRule[]) {
    this.byRule = rules.map(() => new Map<string, Set<string>>());
    this.rules = rules.map(({ source, target, equal }) => ({
      isSource: matching(source),
      isTarget: matching(target),
      equal,
    }));
  }

  /** An alarm stands and is heard of, with these labels. */
  put(id: string, labels: Labels): void {
    this.remove(id);
    const keys: [rule: number, key: string][] = [];
    for (const [rule, { isSource, equal }] of this.rules.entries()) {
      if (isSource(labels)) keys.push([rule, keyOf(labels, equal)]);
    }
    this.sources.set(id, { labels, keys });
    addTo(this.byAsset, labels.asset, id);
    for (const [rule, key] of keys) addTo(this.byRule[rule], key, id);
  }

  /** It no longer does. */
  remove(id: string): void {
    const source = this.sources.get(id);
    if (source === undefined) return;
    this.sources.delete(id);
    removeFrom(this.byAsset, source.labels.asset, id);
    for (const [rule, key] of source.keys) removeFrom(this.byRule[rule], key, id);
  }

  /** The id of an alarm that mutes this one. */
  mutedBy(id: string, labels: Labels): string | undefined {
    return this.byCommunication(id, labels) ?? this.byParent(labels) ?? this.byRules(id, labels);
  }

  private byCommunication(id: string, { asset, kind }: Labels): string | undefined {
    if (kind === 'communication') return undefined;
    return this.find(asset, (other) => other.kind === 'communication', id);
  }

  private byParent({ asset, level }: Labels): string | undefined {
    for (const parent of parentsOf(asset)) {
      const found = this.find(parent, (other) => other.kind === 'communication' || rank(other.level) >= rank(level));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private byRules(id: string, labels: Labels): string | undefined {
    for (const [index, { isTarget, equal }] of this.rules.entries()) {
      if (this.byRule[index].size === 0 || !isTarget(labels)) continue;
      for (const source of this.byRule[index].get(keyOf(labels, equal)) ?? []) if (source !== id) return source;
    }
    return undefined;
  }

  private find(asset: string, fits: (labels: Labels) => boolean, not?: string): string | undefined {
    for (const id of this.byAsset.get(asset) ?? []) {
      const source = this.sources.get(id);
      if (id !== not && source !== undefined && fits(source.labels)) return id;
    }
    return undefined;
  }
}

/**
 * Rules as people write them, one a line: `stage=P1, level=CRITICAL -> stage=P2 : plant` mutes the alarms of P2 while a
 * critical one of P1 stands in the same plant. Empty lines are skipped.
 * @throws SwatError `inhibit-wrong` for a line that is unreadable, `inhibit-many` for more than 50, `matcher-wrong`
 */
export function readInhibition(text: string): InhibitRule[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > MOST_RULES) throw new SwatError('inhibit-many', { most: MOST_RULES });
  return lines.map((line) => {
    const [alarms, ...same] = line.split(/ : ?/);
    const sides = alarms.split('->');
    const equal = same.flatMap((labels) => labels.split(',').map((each) => each.trim()));
    if (sides.length !== 2 || sides.some((each) => each.trim() === '') || same.length > 1 || !equal.every(isLabel)) {
      throw new SwatError('inhibit-wrong', { line: line.trim().slice(0, 80), labels: LABELS.join(', ') });
    }
    return { source: readMatchers(sides[0]), target: readMatchers(sides[1]), equal };
  });
}

function rank(level: string): number {
  return LEVELS.findIndex((each) => each === level);
}

function keyOf(labels: Labels, equal: readonly Label[]): string {
  return JSON.stringify(equal.map((label) => labels[label]));
}

function addTo(sets: Map<string, Set<string>>, key: string, id: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([id]));
  else set.add(id);
}

function removeFrom(sets: Map<string, Set<string>>, key: string, id: string): void {
  const set = sets.get(key);
  set?.delete(id);
  if (set?.size === 0) sets.delete(key);
}
