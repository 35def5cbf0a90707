// What a release asks for, by its tag (v1.2.3):
//   node scripts/release.mjs check TAG   version, changelog, image and fixture of that tag are in the files
//   node scripts/release.mjs notes TAG   its part of CHANGELOG.md
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (...path) => readFileSync(join(root, ...path), 'utf8');
/** The first version that was numbered before it was tagged: in package.json of the tags before it stands 0.1.0. */
const FIRST_NUMBERED = '0.6.0';
const DAY_MS = 86_400_000;

/** What the changelog says of a version: its title, and everything up to the version before it. */
export function notes(version, changelog = read('CHANGELOG.md')) {
  const [, ...parts] = changelog.split(/^## /m);
  const part = parts.find((each) => each.split(/\s/, 1)[0] === version) ?? '';
  const [title, ...lines] = part.split('\n');
  return { title, text: lines.join('\n').trim() };
}

/** What keeps a tag from being released: in words, none where all is well. */
export function obstacles(tag, changelog = read('CHANGELOG.md')) {
  const { version } = JSON.parse(read('package.json'));
  const lock = JSON.parse(read('package-lock.json'));
  const { title, text } = notes(version, changelog);
  const wants = (what, is) => (is ? [] : [what]);
  return [
    ...wants(`the tag ${tag} is not v${version}, the version of package.json`, tag === `v${version}`),
    ...wants(`package-lock.json says ${lock.version}: npm install`, lock.version === version),
    ...wants(`CHANGELOG.md has no part "## ${version} (date)"`, /^\S+ \(\d{4}-\d{2}-\d{2}\)$/.test(title)),
    ...wants(`CHANGELOG.md says nothing of ${version}`, text !== ''),
    ...['compose.yaml', 'Dockerfile'].flatMap((name) => {
      const images = [...read('deploy', name).matchAll(/swat-worker:(\S+)/g)].map(([, image]) => image);
      return wants(
        `deploy/${name} names the image ${images.join(', ')}`,
        images.length > 0 && images.every((image) => image === version),
      );
    }),
    ...wants(`${fixtureOf(version)} is missing: node scripts/fixtures.mjs`, existsSync(join(root, fixtureOf(version)))),
    ...contradictions({ ...facts(), changelog }),
  ];
}

/** Where what a version writes is kept; a version that only mends writes what the one before did. */
function fixtureOf(version) {
  return `test/fixtures/v${version.split('.').slice(0, 2).join('.')}`;
}

/** What is to agree: changelog, version of package.json, tags of this clone, and whether the clone has all of them. */
export function facts() {
  const { version } = JSON.parse(read('package.json'));
  const format = '%(refname:short) %(objecttype) %(*committerdate:unix)';
  const tags = git('for-each-ref', `--format=${format}`, 'refs/tags/v*')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' '))
    .map(([tag, kind, seconds]) => {
      const manifest = kind === 'tag' ? git('show', `${tag}:package.json`) : '';
      return { tag, kind, time: Number(seconds) * 1000, manifest: manifest && JSON.parse(manifest).version };
    });
  const isWhole = tags.length > 0 && git('rev-parse', '--is-shallow-repository').trim() === 'false';
  return { changelog: read('CHANGELOG.md'), version, tags, isWhole };
}

/** What git prints; nothing where there is no git, or no repository. */
function git(...args) {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

/** In what changelog, package.json and tags contradict each other: in words, none where all is well. */
export function contradictions({ changelog, version, tags, isWhole }) {
  const titles = [...changelog.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
  const parts = titles.map((title) => /^(\d+\.\d+\.\d+) \((unreleased|\d{4}-\d{2}-\d{2})\)$/.exec(title) ?? []);
  const problems = titles.filter((_, at) => parts[at].length === 0).map((title) => `CHANGELOG.md: "${title}"`);
  const wants = (what, is) => is || problems.push(what);
  for (const [at, [, own, day]] of parts.entries()) {
    const [, before, dayBefore] = parts[at + 1] ?? [];
    wants(`CHANGELOG.md: ${own} stands above ${before}`, before === undefined || isLater(own, before));
    wants(`CHANGELOG.md: ${dayBefore} stands below ${day}`, dayBefore === undefined || dayBefore <= day);
    wants(`CHANGELOG.md: ${own} has no day`, at === 0 || day !== 'unreleased');
    const isTagged = tags.some(({ tag }) => tag === `v${own}`);
    wants(`${own} has a day and no tag`, !isWhole || at === 0 || isTagged);
  }
  wants(`package.json is of ${version}, CHANGELOG.md begins with ${parts[0]?.[1]}`, parts[0]?.[1] === version);
  for (const { tag, kind, time, manifest } of tags) {
    const [, own, day] = parts.find(([, each]) => `v${each}` === tag) ?? [];
    wants(`${tag} is not in CHANGELOG.md`, own !== undefined);
    // A checkout of one tag alone makes a plain one of it.
    wants(`${tag} is no annotated tag`, kind === 'tag' || !isWhole);
    // Written on the day of the commit, or on the eve of it.
    const days = [time, time - DAY_MS].map((each) => new Date(each || 0).toISOString().slice(0, 10));
    wants(
      `${tag} is of ${days[0]}, CHANGELOG.md says ${day}`,
      own === undefined || kind !== 'tag' || days.includes(day),
    );
    const isNumbered = own !== undefined && !isLater(FIRST_NUMBERED, own);
    wants(`${tag} holds a package.json of ${manifest}`, !isNumbered || manifest === own);
  }
  return problems;
}

function isLater(one, other) {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number));
  const at = a.findIndex((number, index) => number !== b[index]);
  return at >= 0 && a[at] > b[at];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , verb, tag = ''] = process.argv;
  if (verb === 'notes') process.stdout.write(`${notes(tag.replace(/^v/, '')).text}\n`);
  else if (verb === 'check') {
    const problems = obstacles(tag);
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    process.exitCode = problems.length === 0 ? 0 : 1;
  } else throw new Error('node scripts/release.mjs check|notes TAG');
}
