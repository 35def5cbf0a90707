// What a release asks for, by its tag (v1.2.3):
//   node scripts/release.mjs check TAG   version, changelog and image of that tag are in the files
//   node scripts/release.mjs notes TAG   its part of CHANGELOG.md
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (...path) => readFileSync(join(root, ...path), 'utf8');

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
    ...wants(
      `deploy/compose.yaml has another image`,
      read('deploy', 'compose.yaml').includes(`swat-worker:${version}\n`),
    ),
  ];
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
