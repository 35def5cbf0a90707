// `npm run release:check`: what a release is made of, before there is one: its workflow, its bill of materials, the judgement of
// the flow library, and the installation of package and offline bundle into empty user directories on every pair of versions.
// SWAT_TARBALL names a packed package; else it is packed. `--full` installs both on each pair.
// `node scripts/check-release.mjs install` fetches node-red-dev first.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { checkRunning, pairs } from './installed.mjs';
import { offlineBundle } from './offline.mjs';
import { pack } from './pack.mjs';
import { contradictions, facts, notes, obstacles } from './release.mjs';
import { sbom } from './sbom.mjs';
import { check, conclude, differing, leftOut } from './verdicts.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const workflows = join(root, '.github', 'workflows');
const scorecard = join(root, 'test', 'scorecard');
const require = createRequire(import.meta.url);
const manifest = require('../package.json');
/** Judged by the day, not by the package: whether a newer version of a dependency has come out. */
const BY_THE_DAY = ['D03'];

if (process.argv[2] === 'install') {
  const args = ['ci', '--prefix', scorecard, '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
} else {
  const work = mkdtempSync(join(tmpdir(), 'swat-release-'));
  try {
    await run(work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  conclude();
}

async function run(work) {
  for (const name of readdirSync(workflows)) checkWorkflow(name);
  checkUpdates();
  checkOrder();
  checkTag();
  checkVersions();
  checkLock(work);
  const tarball = resolve(process.env.SWAT_TARBALL ?? pack(work).file);
  const offline = join(work, 'offline.tgz');
  offlineBundle(tarball, offline);
  for (const [name, file] of Object.entries({ package: tarball, offline }))
    execFileSync('sh', ['-c', `mkdir ${name} && tar -xzf '${file}' -C ${name} --strip-components=1`], { cwd: work });
  checkBill(join(work, 'offline', 'node_modules'));
  checkScorecard(join(work, 'package'), join(work, 'scorecard.json'));

  const { createUserDir, installTarball, removeUserDir } = require('../dist/test/harness/user-dir.js');
  const [own, matrix] = pairs();
  // The short form leaves out what `npm run package:check` does, and what differs in nothing but the pair.
  const isFull = process.argv.includes('--full');
  const wanted = [
    ...(isFull ? [[own, tarball], [matrix, offline]] : []), // prettier-ignore
    [own, offline],
    [matrix, tarball],
  ];
  if (matrix === undefined) leftOut('Node-RED 5', 'npm ci --prefix test/matrix');
  for (const [pair, file] of wanted.filter(([each]) => each !== undefined)) {
    const userDir = createUserDir();
    try {
      if (file === offline) installOffline(userDir, offline);
      else installTarball(userDir, tarball);
      await checkRunning(userDir, pair);
    } finally {
      removeUserDir(userDir);
    }
  }
}

/** What a workflow names is there: scripts of package.json, files that it runs, jobs that it waits for; and it has few rights. */
function checkWorkflow(name) {
  const text = readFileSync(join(workflows, name), 'utf8');
  const { on, permissions, jobs } = parse(text);
  const problems = [];
  const wants = (what, is) => is || problems.push(what);
  wants('says when it runs', on !== undefined);
  wants('may only read, but for what a job asks for', JSON.stringify(permissions) === '{"contents":"read"}');
  for (const [job, { steps, needs = [], 'runs-on': runsOn }] of Object.entries(jobs)) {
    wants(`${job}: says what it runs on`, runsOn !== undefined);
    for (const before of [needs].flat()) wants(`${job}: waits for ${before}, which is no job`, before in jobs);
    for (const { uses, run: command = '' } of steps) {
      wants(`${job}: a step does nothing`, uses !== undefined || command !== '');
      if (uses !== undefined)
        wants(`${job}: ${uses} is pinned by its commit`, /^actions\/[\w-]+@[0-9a-f]{40}$/.test(uses));
      for (const [, script] of command.matchAll(/npm run ([\w:-]+)/g))
        wants(`${job}: npm run ${script} is no script`, script in manifest.scripts);
      for (const [file] of command.matchAll(/(?<![\w/])(\.ci|scripts|deploy)\/[\w./-]+/g))
        wants(`${job}: ${file} is not there`, existsSync(join(root, file)));
      wants(`${job}: puts an expression into a shell`, !command.includes('${{'));
    }
  }
  for (const [line] of text.matchAll(/uses: .*$/gm)) wants(`${line} has no version beside it`, / # v\d/.test(line));
  check(`${name} names what is there, is pinned, and has few rights`, problems);
}

/** Where dependabot looks there is something for it. */
function checkUpdates() {
  const { updates } = parse(readFileSync(join(root, '.github', 'dependabot.yml'), 'utf8'));
  const files = { npm: 'package-lock.json', docker: 'Dockerfile', 'github-actions': '.github/workflows' };
  const places = updates.flatMap(({ 'package-ecosystem': kind, directory, directories = [directory] }) =>
    directories.map((each) => join(root, each, files[kind] ?? kind)),
  );
  check('dependabot.yml names what is there', places.filter((place) => !existsSync(place))); // prettier-ignore
}

/** What cannot be taken back comes after all that can fail. */
function checkOrder() {
  const { jobs } = parse(readFileSync(join(workflows, 'release.yml'), 'utf8'));
  const before = (job) => [jobs[job].needs ?? []].flat().flatMap((each) => [each, ...before(each)]);
  const wanted = Object.keys(jobs).filter((job) => !['npm', 'release'].includes(job));
  check('npm gets the package last', differing([...new Set(before('npm'))], wanted)); // prettier-ignore
}

/** The check of a tag can say yes and no, and the changelog has the version that is being worked on. */
function checkTag() {
  const { version } = manifest;
  const released = readFileSync(join(root, 'CHANGELOG.md'), 'utf8').replace(/ \(unreleased\)/, ' (2099-12-31)');
  check(`v${version} could be released once its day stands in CHANGELOG.md`, obstacles(`v${version}`, released));
  check('another tag could not', obstacles('v99.0.0', released).length > 0 ? [] : ['nothing is in its way']);
  check('the changelog tells of it', notes(version).text.length > 100 ? [] : [notes(version).text]);
}

/** `npm ci` takes the lock file with the npm of this Node, and with the one that Node-RED brings (npm 10, as Node 20 and 22 do). */
function checkLock(work) {
  const folder = join(work, 'lock');
  mkdirSync(folder);
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(root, name), join(folder, name));
  const args = ['ci', '--dry-run', '--ignore-scripts', '--no-audit', '--no-fund'];
  for (const [program, ...before] of [
    ['npm'],
    [process.execPath, join(root, 'node_modules', 'npm', 'bin', 'npm-cli.js')],
  ]) {
    const run = (given) => spawnSync(program, [...before, ...given], { cwd: folder, encoding: 'utf8' });
    const { status, stderr } = run(args);
    check(`npm ${run(['--version']).stdout.trim()} installs from the lock file`, status === 0 ? [] : [stderr]);
  }
}

/** Changelog, package.json and tags agree, as far as this clone has tags, and it would be told if they did not. */
function checkVersions() {
  const now = facts();
  check('changelog, package.json and tags agree', contradictions(now));
  if (!now.isWhole) leftOut('a tag of every version', 'this clone has none, or not all');
  const { changelog, version } = now;
  const time = Date.parse('2026-11-22');
  const first = { tag: 'v0.1.0', kind: 'tag', time, manifest: '0.1.0' };
  const wrong = {
    'another version in package.json': { ...now, version: '9.9.9' },
    'a version without a day below the first': {
      ...now,
      changelog: changelog.replace(/^## 0\.1\.0 .*$/m, '## 0.1.0 (unreleased)'),
    },
    'versions that are out of order': { ...now, changelog: changelog.replace(/^## 0\.2\.0 /m, '## 0.0.9 ') },
    'a tag that the changelog does not have': { ...now, tags: [{ ...first, tag: 'v0.0.1' }] },
    'a tag of another day': { ...now, tags: [{ ...first, time: time + 3 * 86_400_000 }] },
    'a tag without a text': { ...now, tags: [{ ...first, kind: 'commit' }], isWhole: true },
    'a tag of another package.json': {
      ...now,
      changelog: changelog.replace(/ \(unreleased\)/, ' (2099-12-31)'),
      tags: [{ ...first, tag: `v${version}`, time: Date.parse('2099-12-31') }],
    },
    'a version that was not tagged': { ...now, tags: [first], isWhole: true },
  };
  const untold = Object.entries(wrong).filter(([, each]) => contradictions(each).length <= contradictions(now).length);
  check('and it would be told if they did not', untold.map(([what]) => what)); // prettier-ignore
}

/** The bill names every package of the offline bundle in its version, and nothing else but what is bundled into dist. */
function checkBill(modules) {
  const bill = sbom();
  const bundled = require('../dist/lib/vendor/bundled.json').map(({ name }) => name);
  const isBundled = ({ properties = [] }) => properties.some((each) => each.name === 'cdx:npm:package:bundled');
  const installed = packagesIn(modules);
  const nameOf = ({ name, version }) => `${name}@${version}`;
  const listed = bill.components.filter((each) => !isBundled(each) || installed.has(nameOf(each))).map(nameOf);
  check('the bill of materials names what npm installs', differing(listed, [...installed]));
  check(
    'and what is bundled into dist',
    differing(
      bill.components.filter(isBundled).map(({ name }) => name),
      bundled,
    ),
  );
  const bare = bill.components.filter(({ licenses, type, purl, hashes }) => !licenses || (type === 'library' && !(purl && hashes))); // prettier-ignore
  check('each with licence, address and hash', bare.map((each) => each['bom-ref'])); // prettier-ignore
}

function packagesIn(modules) {
  const found = new Set();
  const look = (folder) => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (name.startsWith('@')) look(path);
      else if (!name.startsWith('.') && statSync(path).isDirectory()) {
        const { name: own, version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
        found.add(`${own}@${version}`);
        if (existsSync(join(path, 'node_modules'))) look(join(path, 'node_modules'));
      }
    }
  };
  look(modules);
  return found;
}

/** `node-red-dev validate`, with the catalogue of test/scorecard where the real one is out of reach. */
function checkScorecard(folder, out) {
  const program = join(scorecard, 'node_modules', 'node-red-dev', 'bin', 'run');
  if (!existsSync(program)) {
    check('the flow library has nothing to say', [`${program} is missing: node scripts/check-release.mjs install`]);
    return;
  }
  const args = ['-r', join(scorecard, 'catalogue.cjs'), program, 'validate', '-p', folder, '-o', out];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', input: '', timeout: 120_000 });
  const printed = `${stdout}${stderr}`;
  const [stubbed] = /^catalogue stubbed.*$/m.exec(printed) ?? [];
  if (stubbed !== undefined) leftOut('names against the catalogue of the flow library', stubbed);
  const verdicts = existsSync(out) ? JSON.parse(readFileSync(out, 'utf8')) : {};
  const [judged, daily] = [false, true].map((byDay) =>
    Object.entries(verdicts).filter(([name]) => name !== 'package' && BY_THE_DAY.includes(name) === byDay),
  );
  const kept = ['P01', 'P03', 'P04', 'P05', 'P06', 'P07', 'P08', 'N01', 'N02', 'D01', 'D02'];
  const failing = judged.filter(([, { test }]) => test !== true).map((each) => JSON.stringify(each));
  const unread = printed.match(/^.*(Unable to|Error:|NOT Compatible|Duplicate|Similar).*$/gm) ?? [];
  const missing = differing(judged.map(([name]) => name), kept).map((name) => `${name}: ${printed}`); // prettier-ignore
  check('the flow library has nothing to say (node-red-dev validate)', [...failing, ...unread, ...missing]);
  for (const [name, { test, packages }] of daily)
    if (test !== true) leftOut(name, `newer versions have come out: ${packages.join(', ')}`);
}

/** Installs the bundle with no network at all where this machine lets us, and else with none that answers, and an empty cache. */
function installOffline(userDir, bundle) {
  const npm = ['npm', 'install', '--offline', '--no-audit', '--no-fund', '--cache', join(userDir, '.npm'), bundle];
  const isApart = spawnSync('unshare', ['-n', 'true']).status === 0;
  if (!isApart)
    leftOut('a network that is really off', 'unshare -n is not permitted: npm has a registry that does not answer');
  const [program, ...args] = isApart ? ['unshare', '-n', ...npm] : npm;
  const env = { ...process.env, npm_config_registry: 'http://127.0.0.1:9/' };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: userDir, encoding: 'utf8', env });
  check('the offline bundle installs with the network off', status === 0 ? [] : [`${stdout}${stderr}`]);
  rmSync(join(userDir, '.npm'), { recursive: true, force: true });
}
