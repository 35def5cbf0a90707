// `npm run docs:architecture`: draws the diagram of docs/architecture.md from what the sources import of each other: an arrow for
// each room of lib that another really uses. `--check` writes nothing and fails where the page is not up to date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const page = join(root, 'docs', 'architecture.md');
const lib = join(root, 'lib');
const rooms = readdirSync(lib, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'vendor').map(({ name }) => name); // prettier-ignore

/** Pairs of rooms, of which the first has a file that imports one of the second. */
function uses() {
  const pairs = new Set();
  const sources = (folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) => join(folder, name)); // prettier-ignore
  for (const file of [...sources(lib), ...sources(join(root, 'nodes'))]) {
    const from = roomOf(file);
    if (from === undefined) continue;
    const imports = [...readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)].map(([, path]) => join(dirname(file), path)); // prettier-ignore
    for (const to of new Set(imports.map(roomOf))) if (to !== undefined && to !== from) pairs.add(`${from} ${to}`);
  }
  return [...pairs].map((pair) => pair.split(' '));
}

function roomOf(file) {
  const [top, room] = relative(root, file).split(sep);
  if (top === 'nodes') return 'nodes';
  return rooms.includes(room) ? room : undefined;
}

/** What can be reached by another way is left out: the arrows that are left carry the order of the house. */
function diagram() {
  const all = uses();
  const below = new Map();
  for (const [from, to] of all) below.set(from, [...(below.get(from) ?? []), to]);
  const reaches = (from, to, skip) =>
    (below.get(from) ?? []).some((next) => !(from === skip && next === to) && (next === to || reaches(next, to)));
  const drawn = all.filter(([from, to]) => !reaches(from, to, from)).sort();
  const lines = drawn.map(([from, to]) => `  ${from} --> ${to}`);
  const alone = rooms.filter((room) => !drawn.some((edge) => edge.includes(room))).map((room) => `  ${room}`);
  return ['```mermaid', 'flowchart TD', ...lines, ...alone, '```'].join('\n');
}

const NAME = 'rooms';
const text = `<!-- ${NAME}: written by npm run docs:architecture -->\n\n${diagram()}\n\n<!-- end of ${NAME} -->`;
const before = readFileSync(page, 'utf8');
const place = new RegExp(`<!-- ${NAME}: [^>]*-->[^]*<!-- end of ${NAME} -->`);
if (!place.test(before)) throw new Error(`docs/architecture.md has no place for "${NAME}"`);
const after = before.replace(place, () => text);
if (!process.argv.includes('--check')) writeFileSync(page, after);
else if (after !== before) {
  process.stderr.write('docs/architecture.md is not up to date: npm run docs:architecture\n');
  process.exit(1);
}
