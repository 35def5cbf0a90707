// `npm start`: Node-RED with this package and the demo flow, in a user directory of its own (.demo, not under git).
// `npm start -- --reset` throws away what was changed there. PORT (1880), HOST (127.0.0.1) and DEMO_DIR are respected.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const place = process.env.DEMO_DIR ?? '.demo/';
const demo = resolve(root, place);
const example = join(root, 'examples', '29-dashboard.json');
const require = createRequire(import.meta.url);
const { name } = require('../package.json');
const host = process.env.HOST ?? '127.0.0.1';
const port = Number(process.env.PORT ?? 1880);

if (!Number.isInteger(port) || port < 1 || port > 65535) {
  fail(`PORT is "${process.env.PORT}"; it must be a whole number from 1 to 65535.`);
}
const trouble = await listenTrouble();
if (trouble === 'EADDRINUSE') {
  fail(`Port ${port} is taken by another program. End that one, or choose another port: PORT=${port + 1} npm start`);
}
if (trouble) fail(`Cannot listen on ${host}:${port} (${trouble}). Choose another PORT or HOST.`);

if (process.argv.includes('--reset')) rmSync(demo, { recursive: true, force: true });
prepare();
run();

function prepare() {
  mkdirSync(demo, { recursive: true });
  link(name, root);
  link('node-red-dashboard', dirname(require.resolve('node-red-dashboard/package.json')));
  const flows = join(demo, 'flows.json');
  if (!existsSync(flows)) {
    // On a plant that is simulated, and for this machine alone, a name is enough to act.
    const nodes = JSON.parse(readFileSync(example, 'utf8'));
    const demoNodes = nodes.map((node) => (node.type === 'swat-alert' ? { ...node, actors: 'anyone' } : node));
    writeFileSync(flows, JSON.stringify(demoNodes, null, 4));
  }
  // Node-RED lists as "missing" what its package.json does not name.
  const manifest = join(demo, 'package.json');
  if (!existsSync(manifest)) {
    writeFileSync(manifest, `${JSON.stringify({ name: 'swat-demo', private: true, version: '0.0.1' }, null, 2)}\n`);
  }
  const settings = {
    uiHost: host,
    uiPort: port,
    flowFile: 'flows.json',
    flowFilePretty: true,
    credentialSecret: 'demo',
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: {
      page: { title: 'SWaT demo' },
      header: { title: 'SWaT demo' },
      tours: false,
      projects: { enabled: false },
    },
    logging: { console: { level: 'info', metrics: false, audit: false } },
  };
  writeFileSync(join(demo, 'settings.js'), `module.exports = ${JSON.stringify(settings, null, 2)};\n`);
}

function link(module, folder) {
  const at = join(demo, 'node_modules', module);
  mkdirSync(dirname(at), { recursive: true });
  rmSync(at, { recursive: true, force: true });
  symlinkSync(folder, at, 'junction');
}

function run() {
  const program = require.resolve('node-red/red.js');
  const child = spawn(process.execPath, [program, '--userDir', demo], {
    cwd: demo,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_RED_DISABLE_TELEMETRY: '1' },
  });
  process.stdout.write('Starting Node-RED …\n');
  let ready = false;
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (shown(line)) process.stdout.write(`${line}\n`);
      if (!ready && /Started flows/.test(line)) {
        ready = true;
        void announce();
      }
    }
  });
  // Node-RED ends its flows first, and this process ends with it; a signal that reaches it twice does no harm.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('close', (code) => process.exit(code ?? 0));
}

// The terminal is for what a newcomer must see: warnings and errors, but not what this setup does on purpose.
function shown(line) {
  if (/ - \[(warn|error|fatal)\] /i.test(line)) {
    return !/Projects disabled|Encrypted credentials not found/.test(line);
  }
  return !/ - \[\w+\] /.test(line) && line.trim() !== '' && !/^(Welcome to Node-RED|=+)\s*$/.test(line.trim());
}

async function announce() {
  const shownHost = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  const url = `http://${shownHost}:${port}`;
  while (!(await answers(`${url}/settings`))) await new Promise((resolve) => setTimeout(resolve, 100));
  process.stdout.write(
    [
      '',
      '  The demo plant is running.',
      '',
      `  Editor     ${url}/`,
      `  Dashboard  ${url}/ui`,
      '',
      `  Ctrl-C ends it. Your changes are kept in ${place}; \`npm start -- --reset\` starts afresh.`,
      '',
      '',
    ].join('\n'),
  );
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

function listenTrouble() {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => resolve(error.code ?? String(error)));
    probe.listen(port, host, () => probe.close(() => resolve('')));
  });
}

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
