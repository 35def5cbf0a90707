import { SwatError } from '../errors';

/** A part of a template: text, a field, or a section that is repeated for each item, or shown where there is something or nothing. */
type Part =
  | { readonly text: string }
  | { readonly field: string }
  | { readonly section: string; readonly inverted: boolean; readonly parts: Part[] };

/** What a template makes of fields. */
export type Template = (fields: Readonly<Record<string, unknown>>) => string;

/** How a field is made safe for what stands around it. */
export type Escape = (text: string) => string;

const LONGEST_TEMPLATE = 20_000;
/** What a template makes is cut off here, in characters. */
const LONGEST_TEXT = 16_000;
/** A list is shown up to this many items. */
const MOST_ITEMS = 100;
const TAG = /(?<!\{)\{\{\s*([#^/]?)\s*([\w-]+(?:\.[\w-]+)*|\.)\s*\}\}/g;

/**
 * A template in the manner of Mustache: `{{field}}`, `{{field.inner}}`; `{{#field}}…{{/field}}` for each item of a list, or
 * once where there is something; `{{^field}}…{{/field}}` where there is nothing; `{{.}}` an item that is no object. Fields are
 * own properties only, escaped always: there is no raw form. A missing field is empty. No code can stand in it.
 * @param name names the template in errors
 * @throws SwatError `template-long`, `template-tag`, `template-section`
 */
export function template(name: string, source: string, escape: Escape = (text) => text): Template {
  if (source.length > LONGEST_TEMPLATE) throw new SwatError('template-long', { name, most: LONGEST_TEMPLATE });
  const parts = parse(name, source);
  return (fields) => {
    const out: string[] = [];
    write(parts, [fields], escape, { out, left: LONGEST_TEXT });
    return out.join('');
  };
}

/** A text as HTML shows it. */
export const escapeHtml: Escape = (text) =>
  text.replaceAll(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);

/** A text as a message of Slack shows it: without links, mentions and commands in it. */
export const escapeSlack: Escape = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function parse(name: string, source: string): Part[] {
  const root: Part[] = [];
  const open: { readonly section: string; readonly parts: Part[] }[] = [];
  let at = 0;
  const add = (part: Part): void => void (open.at(-1)?.parts ?? root).push(part);
  const addText = (text: string): void => {
    if (text.includes('{{')) {
      const tag = text.slice(text.indexOf('{{')).slice(0, 40);
      throw new SwatError('template-tag', { name, tag });
    }
    if (text !== '') add({ text });
  };
  for (const match of source.matchAll(TAG)) {
    const [tag, kind, field] = match;
    addText(source.slice(at, match.index));
    at = match.index + tag.length;
    if (kind === '') add({ field });
    else if (kind === '/') {
      if (open.pop()?.section !== field) throw new SwatError('template-section', { name, tag });
    } else {
      const section = { section: field, inverted: kind === '^', parts: [] };
      add(section);
      open.push(section);
    }
  }
  addText(source.slice(at));
  const unclosed = open.at(-1);
  if (unclosed !== undefined) throw new SwatError('template-section', { name, tag: `{{#${unclosed.section}}}` });
  return root;
}

interface Sink {
  readonly out: string[];
  left: number;
}

function write(parts: readonly Part[], context: readonly unknown[], escape: Escape, sink: Sink): void {
  for (const part of parts) {
    if (sink.left <= 0) return;
    if ('text' in part) put(part.text, sink);
    else if ('field' in part) put(escape(shown(find(part.field, context))), sink);
    else {
      const value = find(part.section, context);
      const items = (Array.isArray(value) ? (value as unknown[]) : isSomething(value) ? [value] : []).slice(
        0,
        MOST_ITEMS,
      );
      if (part.inverted) {
        if (items.length === 0) write(part.parts, context, escape, sink);
      } else for (const item of items) write(part.parts, [...context, item], escape, sink);
    }
  }
}

function put(text: string, sink: Sink): void {
  sink.out.push(text.slice(0, sink.left));
  sink.left -= text.length;
}

/** A field of the innermost item that has it. */
function find(path: string, context: readonly unknown[]): unknown {
  if (path === '.') return context.at(-1);
  const [first, ...rest] = path.split('.');
  const owner = context.findLast((each) => own(each, first) !== undefined);
  return rest.reduce((value, name) => own(value, name), own(owner, first));
}

function own(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function isSomething(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== '' && value !== 0;
}

function shown(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.map(shown).filter(Boolean).join(', ') : '';
}
