// `npm run api:check`: holds a swat-api in a real Node-RED against its own OpenAPI document with schemathesis, which finds no 5xx and
// nothing that is not documented, and its metrics with promtool. Sends to this machine only.
//   node scripts/check-api.mjs install   schemathesis (PyPI, pinned) into .work; promtool comes with `check-deploy.mjs install`
//   node scripts/check-api.mjs [--full]  checks; --full takes minutes, and more requests
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const tools = join(root, '.work', 'api');
const schemathesis = join(tools, 'bin', 'schemathesis');
const promtool = join(root, '.work', 'deploy', 'prometheus', 'usr', 'bin', 'promtool');
const require = createRequire(import.meta.url);
const full = process.argv.includes('--full');
const SEED = '7';
const PATIENCE_MS = 60_000;
let passed = 0;
let failed = 0;

if (process.argv[2] === 'install') install();
else {
  await checkAll();
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function install() {
  if (existsSync(schemathesis)) return;
  mkdirSync(dirname(tools), { recursive: true });
  const run = (program, args) => execFileSync(program, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  run('python3', ['-m', 'venv', tools]);
  const wanted = ['-r', join(root, 'test', 'api', 'requirements.txt')];
  run(join(tools, 'bin', 'pip'), ['install', '-q', '--disable-pip-version-check', ...wanted]);
}

async function checkAll() {
  const { startNodeRed } = require('../dist/test/harness/node-red.js');
  const { createUserDir, linkModule, removeUserDir } = require('../dist/test/harness/user-dir.js');
  const { apiFlow, ALL_KEY, API_KEYS, API_PATH } = require('../dist/test/harness/api-flow.js');
  const userDir = createUserDir();
  linkModule(userDir);
  const nodeRed = await startNodeRed({ userDir, flows: apiFlow({ perMinute: 0 }), env: { SWAT_API_KEYS: API_KEYS } });
  try {
    const base = `${nodeRed.url}${API_PATH}`;
    const get = async (path) => (await fetch(base + path, { headers: { 'X-API-Key': ALL_KEY } })).text();
    const itemOf = async (path) => {
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const [first] = JSON.parse(await get(path)).items ?? [];
        if (first !== undefined) return first;
        if (Date.now() > deadline) throw new Error(`nothing in ${path}:\n${nodeRed.log()}`);
        await pause(200);
      }
    };
    const { asset } = await itemOf('/assets');
    await nodeRed.admin.inject('do-attack');
    const { id } = await itemOf('/alarms');
    const run = (name, ...args) => fuzz(name, ALL_KEY, `${base}/openapi.json`, args);
    const examples = full ? 200 : 5;
    run('any request is answered as the document says', '-n', String(examples));
    const known = ['--include-path-regex', '^/(assets|alarms)/', '-n', String(2 * examples)];
    run(
      'so is any request about an asset and an alarm that are there',
      ...known,
      ['path.asset', asset],
      ['path.id', id],
    );
    tool('metrics are as Prometheus wants them', promtool, ['check', 'metrics'], { input: await get('/metrics') });
    const errors = nodeRed.log().match(/\[error\].*/g) ?? [];
    check('nothing unforeseen is in the log', errors.length === 0, errors.slice(0, 5).join('\n'));
  } finally {
    await nodeRed.stop();
    removeUserDir(userDir);
  }
}

/** @param args of schemathesis; a pair sets a parameter of all requests */
function fuzz(name, key, document, args) {
  const config = join(root, 'test', 'api', 'schemathesis.toml');
  const parameters = args.filter((arg) => Array.isArray(arg));
  const env = { ...process.env, SWAT_CHECK_KEY: key, NO_COLOR: '1' };
  parameters.forEach(
    ([parameter, value]) => (env[`SWAT_CHECK_${parameter.replace('path.', '').toUpperCase()}`] = value),
  );
  const options = ['--seed', SEED, '-w', '1', '--no-shrink', ...args.filter((arg) => !Array.isArray(arg))];
  const file = parameters.length === 0 ? config : join(root, 'test', 'api', 'schemathesis-known.toml');
  tool(name, schemathesis, ['--config-file', file, 'run', document, ...options], { env });
}

function tool(name, program, args, options) {
  const begin = performance.now();
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', cwd: tools, ...options });
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  const tested = /(\d+) generated/.exec(stdout ?? '')?.[1];
  const told = tested === undefined ? '' : ` (${tested} requests, ${seconds} s)`;
  check(`${name}${told}`, status === 0, error?.message ?? `${stdout}${stderr}`);
}

function check(name, is, why) {
  if (is) passed += 1;
  else failed += 1;
  process.stdout.write(`  ${is ? 'ok  ' : 'FAIL'} ${name}${is ? '' : `\n${why}`}\n`);
}
