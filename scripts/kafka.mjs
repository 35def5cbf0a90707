// A real Apache Kafka (KRaft, one broker) on 127.0.0.1 for tests and demonstrations: never part of the package.
//   node scripts/kafka.mjs install             fetches it from Maven Central into .work/kafka (SWAT_KAFKA_HOME: elsewhere)
//   node scripts/kafka.mjs serve [options]     runs one until this process ends; says "ready {…}" once it answers
//     --port N      plain listener; 0 takes a free one (default 9092)
//     --dir PATH    data; the same folder and ports go on where they stopped (default: a new folder, removed at the end)
//     --secure      further listeners: TLS, SASL without and with TLS; the users admin, writer and guest
import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const VERSION = '4.1.1';
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const home = resolve(process.env.SWAT_KAFKA_HOME ?? join(root, '.work', 'kafka'));
const libs = join(home, `libs-${VERSION}`);
const START_MS = 90_000;

function install() {
  if (existsSync(libs)) return;
  mkdirSync(home, { recursive: true });
  const pom = join(home, 'pom.xml');
  const needed = [
    ['org.apache.kafka', 'kafka_2.13', VERSION],
    ['org.apache.logging.log4j', 'log4j-slf4j-impl', '2.24.3'],
  ].map(([group, name, version]) => {
    const named = `<groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version>`;
    return `<dependency>${named}</dependency>`;
  });
  writeFileSync(
    pom,
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${needed.join('')}</dependencies></project>\n`,
  );
  const partial = `${libs}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const args = ['-B', '-q', '-f', pom, COPY, `-DoutputDirectory=${partial}`, '-DincludeScope=runtime'];
  execFileSync('mvn', args, { stdio: ['ignore', 'inherit', 'inherit'] });
  renameSync(partial, libs);
}

async function serve({ port, dir, secure }) {
  install();
  const folder = dir === undefined ? mkdtempSync(join(tmpdir(), 'swat-kafka-')) : resolve(dir);
  mkdirSync(folder, { recursive: true });
  const kept = join(folder, 'ports.json');
  const ports = existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : await choosePorts(Number(port), secure);
  writeFileSync(kept, JSON.stringify(ports));
  const properties = join(folder, 'server.properties');
  writeFileSync(properties, settings(folder, ports, secure));
  if (secure) certificates(folder);
  if (!existsSync(join(folder, 'data', 'meta.properties'))) format(folder, properties, secure);

  const java = ['-Xmx512m', '-Xms128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...logging(folder)];
  const child = spawn('java', [...java, '-cp', `${libs}/*`, 'kafka.Kafka', properties], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let ending = false;
  const end = () => {
    ending = true;
    child.kill('SIGTERM');
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, end);
  // Whoever started this and is gone cannot send a signal. A device, as /dev/null, is nobody: nohup, systemd.
  if (!fstatSync(0).isCharacterDevice()) process.stdin.on('end', end).resume();
  child.on('exit', (code) => {
    if (dir === undefined) rmSync(folder, { recursive: true, force: true });
    process.exit(ending ? 0 : (code ?? 1));
  });
  await answers(ports.plain, () => ending);
  process.stdout.write(`ready ${JSON.stringify({ pid: child.pid, folder, ...ports })}\n`);
}

async function choosePorts(port, secure) {
  const names = ['plain', 'controller', ...(secure ? ['tls', 'sasl', 'saslTls'] : [])];
  const servers = await Promise.all(
    names.map(
      (name) =>
        new Promise((done, failed) => {
          const server = createServer()
            .on('error', failed)
            .listen(name === 'plain' ? port : 0, '127.0.0.1', () => done(server));
        }),
    ),
  );
  const ports = Object.fromEntries(servers.map((server, index) => [names[index], server.address().port]));
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

function settings(folder, { plain, controller, tls, sasl, saslTls }, secure) {
  const host = '127.0.0.1';
  const listeners = [`PLAINTEXT://${host}:${plain}`, `CONTROLLER://${host}:${controller}`];
  const protocols = ['PLAINTEXT:PLAINTEXT', 'CONTROLLER:PLAINTEXT'];
  const lines = [];
  if (secure) {
    listeners.push(`SSL://${host}:${tls}`, `SASL://${host}:${sasl}`, `SASLTLS://${host}:${saslTls}`);
    protocols.push('SSL:SSL', 'SASL:SASL_PLAINTEXT', 'SASLTLS:SASL_SSL');
    const plainUsers = 'user_admin="admin-secret" user_writer="writer-secret" user_guest="guest-secret"';
    const login = 'org.apache.kafka.common.security';
    for (const name of ['sasl', 'sasltls']) {
      lines.push(
        `listener.name.${name}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512`,
        `listener.name.${name}.plain.sasl.jaas.config=${login}.plain.PlainLoginModule required ${plainUsers};`,
        `listener.name.${name}.scram-sha-256.sasl.jaas.config=${login}.scram.ScramLoginModule required;`,
        `listener.name.${name}.scram-sha-512.sasl.jaas.config=${login}.scram.ScramLoginModule required;`,
      );
    }
    lines.push(
      'ssl.keystore.type=PEM',
      `ssl.keystore.location=${folder}/broker.pem`,
      'ssl.truststore.type=PEM',
      `ssl.truststore.location=${folder}/ca.pem`,
      'ssl.client.auth=requested',
      'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users=User:ANONYMOUS;User:admin',
    );
  }
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@${host}:${controller}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `listeners=${listeners.join(',')}`,
    `advertised.listeners=${listeners.filter((each) => !each.startsWith('CONTROLLER')).join(',')}`,
    `listener.security.protocol.map=${protocols.join(',')}`,
    `log.dirs=${folder}/data`,
    'auto.create.topics.enable=false',
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=4',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'transaction.state.log.num.partitions=4',
    'group.initial.rebalance.delay.ms=0',
    'group.min.session.timeout.ms=2000',
    'num.network.threads=2',
    'num.io.threads=4',
    ...lines,
    '',
  ].join('\n');
}

/** A CA, a certificate of the broker for 127.0.0.1 and localhost, and one of a client. */
function certificates(folder) {
  if (existsSync(join(folder, 'ca.pem'))) return;
  const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const fresh = (key) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-days', '30'];
  openssl('req', '-x509', ...fresh('ca.key'), '-subj', '/CN=swat test CA', '-out', 'ca.pem');
  for (const name of ['broker', 'client']) {
    openssl('req', ...fresh(`${name}.key`), '-subj', `/CN=${name}`, '-out', `${name}.csr`);
    writeFileSync(join(folder, `${name}.ext`), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30', '-extfile', `${name}.ext`];
    openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-out', `${name}.crt`);
  }
  const read = (name) => readFileSync(join(folder, name), 'utf8');
  writeFileSync(join(folder, 'broker.pem'), `${read('broker.key')}${read('broker.crt')}`, { mode: 0o600 });
}

function format(folder, properties, secure) {
  const users = ['admin', 'writer', 'guest'].flatMap((user) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((kind) => [
      '--add-scram',
      `${kind}=[name=${user},password=${user}-secret]`,
    ]),
  );
  const args = ['format', '-t', 'c3dhdC1rYWZrYS10ZXN0cw', '-c', properties, ...(secure ? users : [])];
  execFileSync('java', ['-Xmx256m', ...logging(folder), '-cp', `${libs}/*`, 'kafka.tools.StorageTool', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function logging(folder) {
  const file = join(folder, 'log4j2.properties');
  writeFileSync(
    file,
    [
      'appender.file.type=File',
      'appender.file.name=file',
      `appender.file.fileName=${folder}/kafka.log`,
      'appender.file.layout.type=PatternLayout',
      'appender.file.layout.pattern=[%d] %p %m (%c)%n',
      'rootLogger.level=INFO',
      'rootLogger.appenderRef.file.ref=file',
      '',
    ].join('\n'),
  );
  return [`-Dlog4j2.configurationFile=${file}`];
}

/** Resolves once the broker speaks Kafka: it has answered an ApiVersions request. */
async function answers(port, given) {
  // Length, ApiVersions, version 0, correlation 1, client "swat".
  const request = Buffer.from(['0000000e', '0012', '0000', '00000001', '0004', '73776174'].join(''), 'hex');
  const until = Date.now() + START_MS;
  while (!given()) {
    const answered = await new Promise((done) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(request));
      const over = (result) => {
        socket.destroy();
        done(result);
      };
      socket.setTimeout(2000, () => over(false));
      socket.on('data', () => over(true)).on('error', () => over(false));
    });
    if (answered) return;
    if (Date.now() > until) throw new Error(`no Kafka on port ${port} after ${START_MS / 1000} s`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: '9092' },
    dir: { type: 'string' },
    secure: { type: 'boolean', default: false },
  },
});
if (positionals[0] === 'install') install();
else if (positionals[0] === 'serve') await serve(values);
else {
  process.stderr.write('usage: node scripts/kafka.mjs install | serve [--port N] [--dir PATH] [--secure]\n');
  process.exitCode = 2;
}
