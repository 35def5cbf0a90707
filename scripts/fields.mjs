// The fields of our nodes and what each takes, as the dialogs define them: settings files are checked against these.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';

/** Given by Node-RED or by the flow, not by settings. */
const NOT_SETTINGS = new Set(['name', 'outputs']);

/** Writes `fields.json` beside the node files. */
export function writeFields(root) {
  const folder = join(root, 'nodes');
  const fields = {};
  // The scripts only say what there is; whatever they call while they load is answered with more of the same.
  const anything = new Proxy(() => anything, { get: (_, key) => (key === Symbol.toPrimitive ? () => '' : anything) });
  const registerType = (type, { defaults = {}, credentials = {} }) => {
    const known = Object.entries(defaults).filter(([name]) => !NOT_SETTINGS.has(name));
    fields[type] = {
      ...Object.fromEntries(known.map(([name, field]) => [name, kindOf(field.value)])),
      ...Object.fromEntries(Object.keys(credentials).map((name) => [name, 'secret'])),
    };
  };
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.html'))) {
    const page = readFileSync(join(folder, name), 'utf8');
    const context = createContext({
      window: anything,
      document: anything,
      $: anything,
      RED: { nodes: { registerType }, validators: anything, settings: anything },
    });
    for (const [, script] of page.matchAll(/<script type="text\/javascript">([\s\S]*?)<\/script>/g))
      runInContext(script, context, { filename: name });
  }
  writeFileSync(join(root, 'dist', 'nodes', 'fields.json'), `${JSON.stringify(fields, null, 2)}\n`);
}

function kindOf(value) {
  if (typeof value === 'boolean') return 'flag';
  if (typeof value === 'number') return 'number';
  return value === undefined || typeof value === 'string' ? 'text' : 'other';
}
