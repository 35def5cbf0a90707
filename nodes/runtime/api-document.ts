import type { NodeAPI } from 'node-red';
import { documentOf, type Document } from '../../lib/api/document';
import type { Tag } from '../../lib/plant/dictionary';
import { productVersion } from '../../lib/platform/product';
import { words } from './words';

const NO_TAGS: readonly Tag[] = [];

/** The document of a node: made anew where the plant has other tags. */
export function apiDocument(
  RED: NodeAPI,
  about: { readonly title: string; readonly path: string },
  tagsNow: () => readonly Tag[] | undefined,
): () => Document {
  let made: Document | undefined;
  let of: readonly Tag[] | undefined;
  const root: unknown = (RED.settings as { httpNodeRoot?: unknown }).httpNodeRoot;
  const server = `${typeof root === 'string' ? root.replace(/\/+$/, '') : ''}${about.path}`;
  const version = productVersion();
  return () => {
    const tags = tagsNow() ?? NO_TAGS;
    if (made === undefined || of !== tags) {
      of = tags;
      made = documentOf({ title: about.title, version, server, tags, say: (key) => words(RED, `api.${key}`) });
    }
    return made;
  };
}
