// The fields of our nodes and what each takes, as the dialogs define them: settings files are checked against these.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';

/** Given by Node-RED or by the flow, not by settings. */
const NOT_SETTINGS = new Set(['name', 'outputs']);

/** Writes `fields.json` beside the node files. */
export function writeFields(root) {
  const fields = {};
  for (const [type, { page, defaults, credentials }] of Object.entries(dialogsOf(root))) {
    const known = Object.entries(defaults).filter(([name]) => !NOT_SETTINGS.has(name));
    fields[type] = {
      ...Object.fromEntries(known.map(([name, field]) => [name, fieldOf(elementOf(page, name), field)])),
      ...Object.fromEntries(Object.keys(credentials).map((name) => [name, { kind: 'secret' }])),
    };
  }
  writeFileSync(join(root, 'dist', 'nodes', 'fields.json'), `${JSON.stringify(fields, null, 2)}\n`);
}

/** What each node of a checkout, of this version or of an earlier one, registers with the editor; with the page that it is of. */
export function dialogsOf(root) {
  const folder = join(root, 'nodes');
  const dialogs = {};
  // The scripts only say what there is; whatever they call while they load is answered with more of the same.
  const anything = new Proxy(() => anything, { get: (_, key) => (key === Symbol.toPrimitive ? () => '' : anything) });
  // What the dialogs share (nodes/editor): of it, only the limits of numbers say what a field takes.
  const shared = { within: (min, max) => ({ min, max }) };
  const swat = new Proxy(shared, { get: (known, key) => known[key] ?? anything });
  const window = new Proxy({ swat }, { get: (known, key) => known[key] ?? anything });
  let page = '';
  const registerType = (type, { defaults = {}, credentials = {} }) => {
    dialogs[type] = { page, defaults, credentials };
  };
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.html'))) {
    page = readFileSync(join(folder, name), 'utf8');
    const context = createContext({
      window,
      document: anything,
      $: anything,
      RED: { nodes: { registerType }, validators: anything, settings: anything },
    });
    for (const [, script] of page.matchAll(/<script type="text\/javascript">([\s\S]*?)<\/script>/g))
      runInContext(script, context, { filename: name });
  }
  return dialogs;
}

/** The input or choice of a field, as the dialog has it; empty where it is made otherwise. */
function elementOf(page, name) {
  const id = `id="node-(?:config-)?input-${name}"`;
  const [element = ''] =
    page.match(new RegExp(`<select\\s[^>]*${id}[^>]*>[\\s\\S]*?</select>|<input\\s[^>]*${id}[^>]*>`)) ?? [];
  return element;
}

/** What a field takes: its kind, and what its choice or its number admits. */
function fieldOf(element, { value, validate = {} }) {
  const kind = kindOf(value);
  const choices = [...element.matchAll(/<option value="([^"]*)"/g)].map(([, each]) => each);
  // A choice of nothing means that it is said elsewhere, in words of its own.
  if (choices.length > 0 && !choices.includes('')) return { kind, choices };
  if (kind !== 'number') return { kind };
  // Several numbers, with commas between them.
  if (/type="text"/.test(element)) return { kind: 'text' };
  const limit = (name) => {
    const [, number = validate[name]] = element.match(new RegExp(`\\s${name}="([^"]*)"`)) ?? [];
    return number === undefined ? {} : { [name]: Number(number) };
  };
  return { kind, ...limit('min'), ...limit('max') };
}

function kindOf(value) {
  if (typeof value === 'boolean') return 'flag';
  if (typeof value === 'number') return 'number';
  return value === undefined || typeof value === 'string' ? 'text' : 'other';
}
