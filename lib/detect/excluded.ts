import type { DetectorArtifact } from './artifact';

/** Names of the tags that a model was trained without: its setting `excludedTags`, names with commas between. */
export function excludedTagsOf({ excludedTags }: DetectorArtifact['settings']): readonly string[] {
  return typeof excludedTags === 'string' && excludedTags !== '' ? excludedTags.split(',') : [];
}
