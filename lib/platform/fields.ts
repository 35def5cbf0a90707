import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a field of a dialog takes, by its usual value; `other`: a list or a map. */
export type FieldKind = 'text' | 'number' | 'flag' | 'secret' | 'other';

/** The fields of each type of node, by their names. */
export type Fields = Readonly<Record<string, Readonly<Record<string, FieldKind>>>>;

let loaded: Fields | undefined;

/** The fields of all our nodes, as their dialogs have them: scripts/fields.mjs reads them there at build time. */
export function knownFields(): Fields {
  loaded ??= JSON.parse(readFileSync(join(__dirname, '..', '..', 'nodes', 'fields.json'), 'utf8')) as Fields;
  return loaded;
}
