import type { AlarmNews } from './news';

/** What alarms are grouped, silenced and muted by. */
export const LABELS = ['asset', 'plant', 'stage', 'level', 'priority', 'kind'] as const;
export type Label = (typeof LABELS)[number];
export type Labels = Readonly<Record<Label, string>>;

/** `plant` is the asset up to its first `/`; `stage` that of the tag that went first, empty where none is known. */
export function labelsOf({ asset, level, priority, kind, firstOut }: Labelled): Labels {
  return { asset, plant: plantOf(asset), stage: firstOut?.stage ?? '', level, priority, kind };
}
/** The labels of an alarm; those before where they say the same, so that whoever compares them sees that at a glance. */
export function labelsAgain(alarm: Labelled, before: Labels | undefined): Labels {
  const labels = labelsOf(alarm);
  return before !== undefined && LABELS.every((label) => labels[label] === before[label]) ? before : labels;
}
type Labelled = Pick<AlarmNews, 'asset' | 'level' | 'priority' | 'kind' | 'firstOut'>;

/** The plant of an asset: all of it up to the first `/`. */
export function plantOf(asset: string): string {
  const end = asset.indexOf('/');
  return end < 0 ? asset : asset.slice(0, end);
}

/** The assets that an asset is part of, the nearest first: of `a/b/c`, `a/b` and `a`. */
export function parentsOf(asset: string): string[] {
  const parents: string[] = [];
  for (let end = asset.lastIndexOf('/'); end > 0; end = asset.lastIndexOf('/', end - 1)) {
    parents.push(asset.slice(0, end));
  }
  return parents;
}

export function isLabel(value: unknown): value is Label {
  return LABELS.some((each) => each === value);
}
