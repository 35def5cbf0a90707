import { SwatError } from '../errors';
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from '../vendor/yaml';

/** A value of a settings file, and the line where it stands. */
export type Item = { readonly line: number } & (
  | { readonly kind: 'map'; readonly entries: readonly Entry[] }
  | { readonly kind: 'list'; readonly items: readonly Item[] }
  | { readonly kind: 'value'; readonly value: string | number | boolean | null }
);

/** A name with its value; `line` is that of the name. */
export interface Entry {
  readonly key: string;
  readonly line: number;
  readonly item: Item;
}

const MOST_BYTES = 262_144;
const MOST_DEPTH = 20;

/**
 * Reads YAML 1.2 or JSON: maps, lists, texts, numbers, booleans and nothing else. No anchors, aliases or tags: these can make
 * much of little, or other things than they seem to be.
 * @throws SwatError `config-size` {most}, `config-syntax` {line, detail}
 */
export function readTree(text: string): Item {
  if (Buffer.byteLength(text) > MOST_BYTES) throw new SwatError('config-size', { most: MOST_BYTES / 1024 });
  if (isTooDeep(text)) throw new SwatError('config-syntax', { line: 1, detail: 'too many levels' });
  const lines = new LineCounter();
  const lineOf = (offset = 0): number => lines.linePos(offset).line;
  const wrong = (line: number, detail: string): SwatError => new SwatError('config-syntax', { line, detail });

  /** @throws SwatError for what is no plain value */
  const itemOf = (node: unknown, line: number, depth: number): Item => {
    const { range, anchor, tag } = (node ?? {}) as { range?: [number] | null; anchor?: string; tag?: string };
    const at = range === undefined || range === null ? line : lineOf(range[0]);
    if (depth > MOST_DEPTH) throw wrong(at, `more than ${MOST_DEPTH} levels`);
    if (anchor !== undefined) throw wrong(at, 'anchors (&) and aliases (*) are not read');
    if (tag !== undefined) throw wrong(at, 'tags (!) are not read');
    if (node === null || node === undefined) return { kind: 'value', value: null, line: at };
    if (isScalar(node)) {
      const { value } = node;
      if (value === null || ['string', 'number', 'boolean'].includes(typeof value))
        return { kind: 'value', value: value as string | number | boolean | null, line: at };
      throw wrong(at, 'a value that is no text, number or boolean');
    }
    if (isSeq(node)) return { kind: 'list', items: node.items.map((each) => itemOf(each, at, depth + 1)), line: at };
    if (!isMap(node)) throw wrong(at, 'anchors (&) and aliases (*) are not read');
    const entries = node.items.map(({ key, value }): Entry => {
      const name = itemOf(key, at, depth + 1);
      if (name.kind !== 'value' || name.value === null) throw wrong(name.line, 'a name that is no text');
      return { key: String(name.value), line: name.line, item: itemOf(value, name.line, depth + 1) };
    });
    return { kind: 'map', entries, line: at };
  };

  try {
    const document = parseDocument(text, { lineCounter: lines, schema: 'core', prettyErrors: false, uniqueKeys: true });
    const fault = document.errors.at(0) ?? document.warnings.at(0);
    if (fault !== undefined) throw wrong(lineOf(fault.pos[0]), fault.message.split('\n')[0].slice(0, 200));
    return itemOf(document.contents, 1, 0);
  } catch (cause) {
    if (cause instanceof SwatError) throw cause;
    // So many levels that the parser itself gives up.
    throw new SwatError('config-syntax', { line: 1, detail: 'too many levels' }, { cause });
  }
}

/** The parser would need seconds for thousands of levels: what has so many brackets open is not given to it. */
function isTooDeep(text: string): boolean {
  let open = 0;
  for (const character of text) {
    if (character === '[' || character === '{') open += 1;
    else if ((character === ']' || character === '}') && open > 0) open -= 1;
    if (open > 1000) return true;
  }
  return /(?:[-?:][ \t]+){100}/.test(text);
}
