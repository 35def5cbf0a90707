// `npm run package:check`: packs the package as it would be published, installs it as a user does, and holds what
// comes out against what was promised: content, budget, no native build, and everything there in a real Node-RED.
// `-- FOLDER` leaves the tarball there, as package.tgz.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { checkRunning, isConfig, pairs } from './installed.mjs';
import { pack } from './pack.mjs';
import { check as promised, conclude } from './verdicts.mjs';

const MOST_DEPENDENCIES = 6;
const MOST_INSTALLED_MB = 30;
const PAGES = [
  'accuracy',
  'alarms',
  'api',
  'capacity',
  'checks',
  'dashboards',
  'connecting',
  'delivery',
  'faults',
  'examples',
  'field',
  'headless',
  'history',
  'journal',
  'kafka',
  'logs',
  'messages',
  'metrics',
  'migration',
  'models',
  'notifications',
  'operators',
  'performance',
  'report',
  'scaling',
  'security',
  'state',
  'time',
  'training',
  'troubleshooting',
  'words',
];
const SHIPPED = [
  /^package\.json$/,
  /^(README|CHANGELOG|SECURITY)\.md$/,
  /^LICENSE$/,
  /^dist\/nodes\/[\w-]+\.(js|html|d\.ts)$/,
  /^dist\/nodes\/fields\.json$/,
  /^dist\/nodes\/api-page\/(index\.html|page\.(js|css))$/,
  /^dist\/nodes\/runtime\/[\w-]+\.(js|d\.ts)$/,
  /^dist\/nodes\/dashboard\/(swat-dashboard\.js|[a-z]{2}(-[A-Z]{2})?\.json)$/,
  /^dist\/nodes\/icons\/swat-[\w-]+\.svg$/,
  /^dist\/nodes\/locales\/[a-z]{2}(-[A-Z]{2})?\/swat-[\w-]+\.(json|html)$/,
  /^dist\/lib\/(?:[\w-]+\/)*[\w-]+\.(js|d\.ts)$/,
  /^dist\/lib\/vendor\/(LICENSES\.txt|bundled\.json)$/,
  /^dist\/lib\/vendor\/fonts\/[\w-]+\.(ttf|woff)$/,
  /^examples\/\d\d-[\w-]+\.json$/,
  /^models\/.+$/,
  new RegExp(String.raw`^docs\/(${PAGES.join('|')})\.md$`),
  /^deploy\/(README\.md|[\w.]+\.cjs|(grafana|prometheus|systemd)\/[\w./@-]+)$/,
  /^docs\/images\/[\w-]+\.(png|svg)$/,
  /^docs\/data\/(README\.md|[\w-]+\.csv)$/,
  /^icons\/swat-[\w-]+\.svg$/,
];
const ALWAYS = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'SECURITY.md',
  ...PAGES.map((page) => `docs/${page}.md`),
];

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const manifest = require('../package.json');
const nodeTypes = Object.keys(manifest['node-red'].nodes);

const work = mkdtempSync(join(tmpdir(), 'swat-package-'));
try {
  await run();
} finally {
  rmSync(work, { recursive: true, force: true });
}
conclude();

async function run() {
  const packed = pack(work);
  const tarball = packed.file;
  const files = packed.files.map((file) => file.path);
  process.stdout.write(`${packed.filename}: ${files.length} files, ${kilobytes(packed.size)} packed\n`);
  const [folder] = process.argv.slice(2);
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    copyFileSync(tarball, join(folder, 'package.tgz'));
  }
  checkContent(files);
  const { problemsOf } = require('../dist/test/harness/shipped-code.js');
  const read = (file) => readFileSync(join(root, file), 'utf8');
  promised('no code evaluates texts, or loads what is not named in it', problemsOf(files, read));
  await checkManifest(tarball);

  const { createUserDir, installTarball, removeUserDir } = require('../dist/test/harness/user-dir.js');
  const userDir = createUserDir();
  try {
    const begin = performance.now();
    installTarball(userDir, tarball);
    const seconds = (performance.now() - begin) / 1000;
    process.stdout.write(`npm install <tarball>: ${seconds.toFixed(1)} s\n`);
    checkInstalled(userDir);
    await checkRunning(userDir, pairs()[0]);
  } finally {
    removeUserDir(userDir);
  }
}

function checkContent(files) {
  const foreign = files.filter((file) => !SHIPPED.some((pattern) => pattern.test(file)));
  check('only what is meant to ship is in the tarball', foreign.length === 0, foreign.join(', '));
  const tests = files.filter((file) => /(^|\/)(test|bench|node_modules)\/|\.test\./.test(file));
  check('no tests in the tarball', tests.length === 0, tests.join(', '));
  const needed = [
    ...ALWAYS,
    ...nodeTypes.flatMap((type) => [
      `dist/nodes/${type}.js`,
      `dist/nodes/${type}.html`,
      `dist/nodes/locales/en-US/${type}.json`,
      `dist/nodes/locales/en-US/${type}.html`,
    ]),
    ...nodeTypes.filter((type) => !isConfig(type)).map((type) => `dist/nodes/icons/${type}.svg`),
    ...Object.values(manifest.bin ?? {}),
    ...Object.values(manifest['node-red'].plugins ?? {}),
  ];
  const missing = needed.filter((file) => !files.includes(file));
  check(
    'every node brings code, dialog, texts, help and icon, and the pages come along',
    missing.length === 0,
    missing.join(', '),
  );
  const examples = files.filter((file) => file.startsWith('examples/'));
  const used = new Set(examples.flatMap((file) => JSON.parse(readFileSync(join(root, file))).map((node) => node.type)));
  const unused = nodeTypes.filter((type) => !used.has(type));
  check('every node type occurs in an example', unused.length === 0, unused.join(', '));
  check(
    'the reference model is in the tarball',
    files.some((file) => file.startsWith('models/')),
    'models/ is empty',
  );
}

async function checkManifest(tarball) {
  const { messages } = await publint({ pack: { tarball: new Uint8Array(readFileSync(tarball)).buffer }, strict: true });
  check('publint finds nothing', messages.length === 0, messages.map((one) => formatMessage(one, manifest)).join('\n'));
  const dependencies = Object.keys(manifest.dependencies ?? {});
  check(`at most ${MOST_DEPENDENCIES} dependencies`, dependencies.length <= MOST_DEPENDENCIES, dependencies.join(', '));
}

function checkInstalled(userDir) {
  const modules = join(userDir, 'node_modules');
  const tree = JSON.parse(readFileSync(join(modules, '.package-lock.json'))).packages;
  const scripted = Object.entries(tree).filter(([, entry]) => entry.hasInstallScript);
  check('nothing runs a script when installed', scripted.length === 0, scripted.map(([path]) => path).join(', '));
  const native = [...walk(modules)].filter((file) => /(^|[\\/])binding\.gyp$|\.node$/.test(file));
  check('nothing is compiled or native', native.length === 0, native.join(', '));
  const bytes = [...walk(modules)].reduce((sum, file) => sum + statSync(file).size, 0);
  process.stdout.write(`installed: ${Object.keys(tree).length} packages, ${kilobytes(bytes)}\n`);
  check(`installed size under ${MOST_INSTALLED_MB} MB`, bytes < MOST_INSTALLED_MB * 1e6, kilobytes(bytes));
}

function check(promise, kept, detail) {
  promised(promise, kept ? [] : [detail]);
}

function* walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield path;
  }
}

function kilobytes(bytes) {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
