// `npm run kill`: 300 kills -9 at random instants, in pieces of 25 of which each is a run of its own with a seed of its own. What is
// done is kept in .work/kill: stopped and started again on the same commit it goes on with the next piece; `-- source 2` does two pieces
// more of that. Once all pieces of a subject are there, their sum goes to bench/results. `-- --again` begins anew.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PIECE = 25;
/** What is killed: the test, how often, where its result goes, and the seed of its first piece. */
const SUBJECTS = [
  { test: 'kill', kills: 100, result: 'kill', seed: 20_261_124 },
  { test: 'alarm-kill', kills: 100, result: 'alarm-kill', seed: 20_261_129 },
  { test: 'learning-file', kills: 50, result: 'learning-kill', seed: 20_261_124 },
  { test: 'source', kills: 50, result: 'source-kill', seed: 7 },
];

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const work = join(root, '.work', 'kill');
const args = process.argv.slice(2);
const git = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' });
const commit = git.status === 0 ? git.stdout.trim() : '';
const before = join(work, 'commit');
// Pieces of other code are no part of this sum.
const isOther = existsSync(work) && (!existsSync(before) || readFileSync(before, 'utf8') !== commit);
if (isOther) console.log('what was done was done with another commit: all begins anew');
if (isOther || args.includes('--again')) rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
writeFileSync(before, commit);
let left = Number(args.find((arg) => /^\d+$/.test(arg)) ?? Infinity);
const named = SUBJECTS.filter(({ test }) => args.includes(test));

const piecesOf = ({ kills, result, seed }) =>
  Array.from({ length: kills / PIECE }, (_, index) => ({
    seed: seed + index,
    file: join(work, `${result}-${index}.json`),
  }));

for (const subject of named.length > 0 ? named : SUBJECTS) {
  for (const { seed, file } of piecesOf(subject)) {
    if (existsSync(file) || left <= 0) continue;
    left -= 1;
    console.log(`${subject.test}, ${PIECE} kills, seed ${seed}`);
    const env = {
      ...process.env,
      SWAT_FULL: '1',
      SWAT_KILLS: String(PIECE),
      SWAT_SEED: String(seed),
      SWAT_RESULT: file,
    };
    const command = [join(root, 'scripts', 'test.mjs'), `dist/test/faults/${subject.test}.fault.js`];
    const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit', env });
    if (status !== 0) process.exit(status ?? 1);
  }
  if (piecesOf(subject).every(({ file }) => existsSync(file))) keep(subject);
}
const done = SUBJECTS.flatMap(piecesOf).filter(({ file }) => existsSync(file)).length * PIECE;
console.log(`${done} of ${SUBJECTS.reduce((sum, { kills }) => sum + kills, 0)} kills are done`);

/** The sum of the pieces. */
function keep(subject) {
  const pieces = piecesOf(subject).map(({ file }) => JSON.parse(readFileSync(file, 'utf8')));
  const date = pieces.map((piece) => piece.date).sort().at(-1); // prettier-ignore
  const seeds = pieces.map(({ seed }) => seed);
  const total = pieces.reduce(add);
  delete total.date;
  delete total.seed;
  const medians = pieces.map(({ medianRestartMs }) => medianRestartMs).sort((a, b) => a - b);
  if (medians[0] !== undefined) total.medianRestartMs = medians[medians.length >> 1];
  const content = { bench: subject.result, date, commit, node: process.version, seeds, ...total };
  writeFileSync(join(root, 'bench', 'results', `${subject.result}.json`), `${JSON.stringify(content, null, 2)}\n`);
}

/** Counts by the names of the first; what is one level down likewise. */
function add(sum, piece) {
  const entries = Object.entries(sum).map(([name, value]) => {
    if (typeof value === 'number') return [name, value + (piece[name] ?? 0)];
    return [name, typeof value === 'object' ? add({ ...zeros(piece[name]), ...value }, piece[name]) : value];
  });
  return Object.fromEntries(entries);
}

function zeros(counts) {
  return Object.fromEntries(Object.keys(counts).map((name) => [name, 0]));
}
