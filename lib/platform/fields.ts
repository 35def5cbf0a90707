import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a field of a dialog takes. */
export interface Field {
  /** By its usual value; `other`: a list or a map. */
  readonly kind: 'text' | 'number' | 'flag' | 'secret' | 'other';
  /** Where it is one of a few words. */
  readonly choices?: readonly string[];
  /** Of a number, where the dialog says so. */
  readonly min?: number;
  readonly max?: number;
}

/** The fields of each type of node, by their names. */
export type Fields = Readonly<Record<string, Readonly<Record<string, Field>>>>;

let loaded: Fields | undefined;

/** The fields of all our nodes, as their dialogs have them: scripts/fields.mjs reads them there at build time. */
export function knownFields(): Fields {
  loaded ??= JSON.parse(readFileSync(join(__dirname, '..', '..', 'nodes', 'fields.json'), 'utf8')) as Fields;
  return loaded;
}
