// `npm run docs:alarms`: writes the diagram and the table of alarm states in docs/alarms.md from the table that the alarms
// follow. `--check` writes nothing and fails where the page is not up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const page = join(root, 'docs', 'alarms.md');
const require = createRequire(import.meta.url);
const { ALARM_STATES, HOLD_STATES, TRANSITIONS } = require(join(root, 'dist', 'lib', 'alarm', 'transitions.js'));

const OCCURRENCES = {
  watch: 'an anomaly below the alarm level, or not yet for the on-delay',
  'watch-over': 'that anomaly is over',
  alarm: 'the alarm level, for the on-delay',
  rise: 'a higher level',
  return: 'calm for the off-delay',
  're-alarm': 'the re-alarm time has passed',
  unanswered: 'nobody has acknowledged for so long',
  expire: 'the time of the shelving is over, or (one-shot) its alarm is',
};
const GUARDS = {
  latching: 'alarms latch',
  plain: 'alarms do not latch',
  'in-alarm': 'the process is in alarm',
  calm: 'it is not',
};
const unheld = ALARM_STATES.filter((state) => !HOLD_STATES.includes(state));
const key = (state) => state.replaceAll('-', '_');
const trigger = (name) => OCCURRENCES[name] ?? `\`${name}\``;

/** Edges between two states with all that leads along them; what leads from every state that is no hold begins at their frame. */
function diagram() {
  const edges = new Map();
  for (const { from, to, trigger: name, when } of TRANSITIONS) {
    if (from === to) continue;
    const shared = unheld.every((state) =>
      TRANSITIONS.some((row) => row.from === state && row.to === to && row.trigger === name),
    );
    const edge = `${unheld.includes(from) && shared ? 'annunciated' : key(from)} --> ${key(to)}`;
    edges.set(edge, new Set(edges.get(edge)).add(when === undefined ? name : `${name} (${when})`));
  }
  const lines = ['stateDiagram-v2', '  state "annunciated" as annunciated {', '    [*] --> normal'];
  for (const state of unheld) lines.push(`    state "${state.replaceAll('-', ' ')}" as ${key(state)}`);
  const drawn = [...edges].map(([edge, names]) => `${edge} : ${[...names].join(', ')}`);
  const inside = drawn.filter((line) => unheld.some((from) => unheld.some((to) => line.startsWith(`${key(from)} --> ${key(to)} :`)))); // prettier-ignore
  lines.push(...inside.map((line) => `    ${line}`), '  }');
  for (const state of HOLD_STATES) lines.push(`  state "${state.replaceAll('-', ' ')}" as ${key(state)}`);
  lines.push(...drawn.filter((line) => !inside.includes(line)).map((line) => `  ${line}`));
  return ['```mermaid', ...lines, '```'].join('\n');
}

/** One row for all states in which the same leads to the same, or back to the state itself. */
function table() {
  const rows = new Map();
  for (const { from, trigger: name, to, event, when } of TRANSITIONS) {
    const after = from === to ? 'the same' : to;
    const id = [name, event, when ?? '', after].join('|');
    const row = rows.get(id) ?? { froms: [], name, event, when, after };
    row.froms.push(from);
    rows.set(id, row);
  }
  const froms = (states) => {
    const rest = states.filter((state) => !unheld.includes(state));
    if (states.length - rest.length < unheld.length) return states.join(', ');
    return rest.length === HOLD_STATES.length ? 'any' : ['any but a hold', ...rest].join(', ');
  };
  const lines = [...rows.values()].map(
    ({ froms: states, name, event, when, after }) =>
      `| ${froms(states)} | ${trigger(name)} | ${when === undefined ? '' : GUARDS[when]} | ${after} | \`${event}\` |`,
  );
  return ['| state | what happens | if | state after | event |', '| - | - | - | - | - |', ...lines].join('\n');
}

const generated = (name, text) =>
  `<!-- ${name}: written by npm run docs:alarms -->\n\n${text}\n\n<!-- end of ${name} -->`;
const between = (name) => new RegExp(`<!-- ${name}: [^>]*-->[^]*<!-- end of ${name} -->`);
const before = readFileSync(page, 'utf8');
const plain = (text) => text.replaceAll(/[ -]+/g, ' ');
const after = before
  .replace(between('diagram'), () => generated('diagram', diagram()))
  .replace(between('table'), () => generated('table', table()));

if (process.argv.includes('--check')) {
  // Prettier aligns the columns: only the words count.
  if (plain(before) !== plain(after)) {
    process.stderr.write(
      'docs/alarms.md does not show the states as they are. Run: npm run docs:alarms && npm run format\n',
    );
    process.exitCode = 1;
  }
} else writeFileSync(page, after);
