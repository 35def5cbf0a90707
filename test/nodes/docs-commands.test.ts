import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { blocks, commandLines, PAGES, read } from '../harness/pages';
import { writeSettingsOfPage } from '../harness/settings-page';
import { createUserDir, checkout, removeUserDir } from '../harness/user-dir';

/** Beside these: what only who works on the package reads. */
const ALL_PAGES = [...PAGES, 'CONTRIBUTING.md', 'SECURITY.md'];

/** Commands that are run here, in this order, in a home with what version 0.6 has written. */
const RUN: readonly RegExp[] = [
  /^npx swat train (data|pump-7)\.csv/,
  /^node join\.mjs /,
  /^npx swat evaluate --data pump-7\.csv/,
  /^npx swat journal (verify|query) --dir/,
  /^npx swat report --dir/,
  /^npx swat config check/,
];
/** Commands that are run elsewhere, in which file, and what there shows it. */
const ELSEWHERE: readonly (readonly [RegExp, file: string, shows: string])[] = [
  [/^git clone .* && cd /, 'test/nodes/start.test.ts', 'start.mjs'],
  [/^npm ci && npm start$/, 'test/nodes/start.test.ts', 'start.mjs'],
  [/^cd ~\/\.node-red$/, 'scripts/check-release.mjs', 'cwd: userDir'],
  [/^npm install @secure-water\/node-red-contrib-swat$/, 'scripts/check-package.mjs', 'installTarball'],
  [/^npm install --offline /, 'scripts/check-release.mjs', "'install', '--offline'"],
  [/^curl /, 'test/nodes/docs-blocks.test.ts', "commandLines(page).filter((line) => line.startsWith('curl '))"],
  [/^SWAT_API_KEYS=/, 'test/nodes/swat-api.test.ts', 'SWAT_API_KEYS'],
  [/^npx swat (journal export|report) --pg /, 'test/lib/cli/journal.test.ts', '--pg'],
  [/^npx swat simulate --to modbus:/, 'test/field/modbus.test.ts', "'simulate'"],
  [/^npx swat simulate --to mqtt:/, 'test/field/mqtt.test.ts', "'--to', `mqtt:"],
  [/^npx swat kafka init/, 'test/kafka/example.test.ts', "'kafka', 'init'"],
  [/^SWAT_KAFKA_BROKERS=.* node-red /, 'test/kafka/workers.ts', 'SWAT_KAFKA_BROKERS'],
];
/** Commands that nothing here runs, and why. */
const NOT_RUN: readonly (readonly [RegExp, why: string])[] = [
  [/^npm install @tensorflow\/tfjs-node$/, 'fetches a binary from another place than the registry'],
  [
    /^cd deploy$|^cp \.env\.example |^docker compose /,
    'there is no Docker here; scripts/check-deploy.mjs reads the files',
  ],
  [
    /^mkdir -p \/opt\/swat|^npm init |^cp |^cat > |^SWAT_\w+=|^END$|^echo |^chmod |^systemctl /,
    'writes to /opt and /etc',
  ],
];

describe('the commands in the docs', function () {
  this.timeout(120_000);
  let home: string;

  before(() => {
    home = createUserDir();
    const userDir = join(home, '.node-red');
    cpSync(join(checkout, 'test', 'fixtures', 'v0.6'), userDir, { recursive: true });
    writeSettingsOfPage(home);
    const [script] = blocks('docs/migration.md', 'js');
    writeFileSync(join(home, 'join.mjs'), script);
    writeRecords(home);
  });
  after(() => removeUserDir(home));

  const shell = (line: string) => {
    const swat = `"${process.execPath}" "${join(checkout, 'dist', 'lib', 'cli', 'swat.js')}"`;
    // What stands in /etc is the reader's; here it is in the home of the test.
    const command = line.replace(/^npx swat/, () => swat).replace(/^node /, () => `"${process.execPath}" `).replaceAll('/etc/', `${home}/etc/`); // prettier-ignore
    return spawnSync('bash', ['-c', command], {
      cwd: home,
      encoding: 'utf8',
      env: { ...process.env, HOME: home, METRICS_TOKEN: 'x'.repeat(24) },
    });
  };

  for (const page of PAGES) {
    const lines = commandLines(page);
    for (const line of lines) {
      if (RUN.some((pattern) => pattern.test(line))) {
        it(`${page}: ${line}`, () => {
          const { status, stdout, stderr } = shell(line);
          assert.equal(status, 0, `${stdout}\n${stderr}`);
          // The labelled fault is left out.
          if (line.includes('pump-7.csv --check')) assert.match(stdout, /101 labelled/);
        });
      } else {
        it(`${page}: ${line}: is run elsewhere`, () => {
          if (NOT_RUN.some(([pattern]) => pattern.test(line))) return;
          const [, file, shows] = ELSEWHERE.find(([pattern]) => pattern.test(line)) ?? [];
          assert.ok(file !== undefined && shows !== undefined, 'nobody runs this command');
          assert.ok(read(file).includes(shows), `${file}: ${shows}`);
        });
      }
    }
  }

  it('put the records of both services together, with labels, in order of time', () => {
    const rows = readFileSync(join(home, 'pump-7.csv'), 'utf8').trim().split('\n').map((line) => line.split(',')); // prettier-ignore
    const tags = [
      'hydraulics/flow',
      'hydraulics/pressure',
      'hydraulics/temperature',
      'motor/speed',
      'motor/temperature',
    ];
    assert.deepEqual(rows[0], ['timestamp', ...tags, 'label']);
    assert.equal(rows.length, 1 + MINUTES);
    assert.equal(rows[1][0], '2026-03-01T00:00:00.000Z');
    // Both components have a temperature; neither takes the place of the other.
    for (const minute of [0, FAULT[0], MINUTES - 1]) {
      const [flow, pressure, speed, water, winding] = values(minute).map((value) => value.toFixed(3));
      assert.deepEqual(rows[1 + minute].slice(1, -1), [flow, pressure, water, speed, winding]);
    }
    assert.equal(rows.filter((cells) => cells[6] === '1').length, FAULT[1] - FAULT[0] + 1);
    const boiler = readFileSync(join(home, 'boiler.csv'), 'utf8').trim().split('\n');
    assert.equal(boiler[0], 'timestamp,level,fuel,air,steam,water');
    assert.deepEqual(boiler.slice(1), [
      '2026-03-01T00:00:00.000Z,,1.5,30,20,',
      '2026-03-01T00:01:00.000Z,7,,31,20.5,3.5',
    ]);
  });

  for (const [what, files, says] of [
    [
      'two files that have other values of one tag at one time',
      { 'a.csv': 't,flow\n2026-03-01,1\n', 'b.csv': 't,flow\n2026-03-01,2\n' },
      'b.csv: flow has two values at 2026-03-01: 1 and 2',
    ],
    ['a request of another kind', { 'a.json': '{"data":[]}' }, 'a.json: neither series nor variables'],
    ['a file that is no JSON', { 'a.json': 'series' }, /^\S+a\.json: Unexpected token .*\n$/],
    ['decimal commas', { 'a.csv': 't,flow\n2026-03-01,1,5\n' }, 'a.csv: more cells than titles at 2026-03-01'],
    ['a time that it does not know', { 'a.csv': 't,flow\n1771000000,1\n' }, 'a.csv: no time: 1771000000'],
  ] as const)
    it(`do not put ${what} together, and say so in a sentence`, () => {
      const folder = mkdtempSync(join(home, 'refused-'));
      for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
      const { status, stdout, stderr } = shell(`node join.mjs ${folder}`);
      assert.equal(status, 1);
      assert.equal(stdout, '');
      if (typeof says === 'string') assert.equal(stderr, `${folder}/${says}\n`);
      else assert.match(stderr, says);
    });

  it('of results in the form of the services give what those gave', () => {
    const [lookout, azure] = blocks('docs/migration.md', 'js').slice(1);
    const verdict = (finding: string) => ({
      payload: { asset: 'pump-7', time: Date.UTC(2026, 2, 1), finding, ratio: 2, tags: finding === 'anomaly' ? [{ tag: 'motor/speed', share: 0.8 }, { tag: 'flow', share: 0.2 }] : [] }, // prettier-ignore
    });
    const run = (code: string, finding: string): unknown => {
      const message = runInNewContext(`(function (msg) { ${code} })`) as (msg: unknown) => { payload: unknown };
      return JSON.parse(JSON.stringify(message(verdict(finding)).payload));
    };
    assert.deepEqual(run(lookout, 'anomaly'), {
      timestamp: '2026-03-01T00:00:00.000000',
      prediction: 1,
      prediction_reason: 'ANOMALY_DETECTED',
      anomaly_score: 0.66667,
      diagnostics: [
        { name: 'motor\\speed', value: 0.8 },
        { name: 'pump-7\\flow', value: 0.2 },
      ],
    });
    const off = { timestamp: '2026-03-01T00:00:00.000000', prediction: 0, prediction_reason: 'MACHINE_OFF' };
    assert.deepEqual(run(lookout, 'bad-data'), off);
    assert.deepEqual(run(lookout, 'normal'), { ...off, prediction_reason: 'NO_ANOMALY_DETECTED', diagnostics: [] });
    assert.deepEqual(run(azure, 'anomaly'), {
      timestamp: '2026-03-01T00:00:00.000Z',
      value: {
        isAnomaly: true,
        severity: 0.5,
        score: 2,
        interpretation: [
          { variable: 'motor/speed', contributionScore: 0.8, correlationChanges: { changedVariables: [] } },
          { variable: 'flow', contributionScore: 0.2, correlationChanges: { changedVariables: [] } },
        ],
      },
      errors: [],
    });
  });
});

describe('what the docs call', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };
  /** Short texts in the middle of a sentence that match, on all pages. */
  const calls = (pattern: RegExp): { page: string; call: RegExpExecArray }[] =>
    ALL_PAGES.flatMap((page) =>
      [...read(page).matchAll(/`([^`\n]+)`|^(?:cd \S+ && )?(n(?:pm|px|ode) .+)$/gm)].flatMap(([, inline, line]) => {
        const call = pattern.exec([inline, line].find(Boolean) ?? '');
        return call === null ? [] : [{ page, call }];
      }),
    );

  it('as npm scripts is in package.json', () => {
    const found = calls(/^npm run ([\w:]+)/);
    assert.ok(found.length > 30);
    for (const { page, call } of found) assert.ok(Object.hasOwn(scripts, call[1]), `${page}: ${call[0]}`);
  });

  it('as scripts of the checkout is there', () => {
    const found = calls(/^node ((?:scripts|test)\/\S+\.mjs)/);
    assert.ok(found.length > 5);
    for (const { page, call } of found) assert.ok(existsSync(join(checkout, call[1])), `${page}: ${call[0]}`);
  });

  it('as swat is known to it, with its options', () => {
    const swat = join(checkout, 'dist', 'lib', 'cli', 'swat.js');
    const help = (name: string): string => {
      const { status, stdout } = spawnSync(process.execPath, [swat, name, '--help'], { encoding: 'utf8' });
      assert.equal(status, 0, name);
      return stdout;
    };
    const helps = new Map<string, string>();
    const found = calls(/^npx (?:--no-install )?swat ([a-z]+)(.*)$/);
    assert.ok(found.length > 15);
    for (const { page, call } of found) {
      const [text, name, rest] = call;
      const known = helps.get(name) ?? help(name);
      helps.set(name, known);
      for (const [option] of rest.matchAll(/--(?!help)[a-z][\w-]*/g)) assert.ok(known.includes(option), `${page}: ${text}: ${option}`); // prettier-ignore
    }
  });
});

const MINUTES = 2880;
/** First and last minute of the fault that the label file names. */
const FAULT = [2000, 2100] as const;

/** Flow, pressure, speed, temperature of the water, temperature of the winding. */
function values(minute: number): number[] {
  const flow = 20 + 3 * Math.sin(minute / 37) + Math.sin(minute * 1.7) * 0.2;
  const speed = 1450 + 4 * flow + Math.cos(minute) * 2;
  const isFaulty = minute >= FAULT[0] && minute <= FAULT[1];
  return [
    flow,
    2 * flow + Math.sin(minute * 2.3) * 0.3 - (isFaulty ? 15 : 0),
    speed,
    12 + Math.sin(minute / 200) + Math.cos(minute * 1.3) * 0.1,
    speed / 20 + Math.sin(minute * 0.9) * 0.2,
  ];
}

/** What the commands are about: a CSV of normal operation, and the files of both services in their own forms. */
function writeRecords(home: string): void {
  const time = (minute: number): string => new Date(Date.UTC(2026, 2, 1) + minute * 60_000).toISOString();
  const text = (titles: string, from: number, to: number, row: (minute: number) => string): string =>
    [titles, ...Array.from({ length: to - from }, (_, index) => row(from + index))].join('\n');
  const fixed = (minute: number, ...columns: number[]): string =>
    columns.map((column) => values(minute)[column].toFixed(3)).join();
  writeFileSync(
    join(home, 'data.csv'),
    text('timestamp,flow,pressure,speed', -2500, FAULT[0], (minute) => `${time(minute)},${fixed(minute, 0, 1, 2)}`),
  );
  // Lookout: a folder a component, several files, times to the microsecond without an offset.
  // The service's own documentation has other forms, too: the year first without zeros, and the month first in labels.
  const short = (minute: number, first: 'year' | 'month'): string => {
    const [, year, month, day, hours, minutes] = /^(\d+)-0?(\d+)-0?(\d+)T0?(\d+):(\d+)/.exec(time(minute)) ?? [];
    return `${first === 'year' ? `${year}/${month}/${day}` : `${month}/${day}/${year}`} ${hours}:${minutes}`;
  };
  const micro = (minute: number): string => time(minute).replace('Z', '000');
  const lookout = join(home, 'pump-7');
  for (const part of ['hydraulics', 'motor']) mkdirSync(join(lookout, part), { recursive: true });
  const half = MINUTES / 2;
  for (const [name, from, to] of [
    ['2026-03-01.csv', 0, half],
    ['2026-03-02.csv', half, MINUTES],
  ] as const) {
    const rows = text('Timestamp,flow,pressure,temperature', from, to, (minute) => `${micro(minute)},${fixed(minute, 0, 1, 3)}`); // prettier-ignore
    writeFileSync(join(lookout, 'hydraulics', name), rows);
  }
  writeFileSync(
    join(lookout, 'motor', 'speed.csv'),
    text('Timestamp,speed,temperature', 0, MINUTES, (minute) => `${short(minute, 'year')},${fixed(minute, 2, 4)}`),
  );
  writeFileSync(join(home, 'labels.csv'), `${short(FAULT[0], 'month')},${short(FAULT[1], 'month')}\n`);
  // Azure: a file a variable, and a request of the univariate and of the multivariate detector.
  const azure = join(home, 'azure-tables');
  mkdirSync(azure);
  writeFileSync(join(azure, 'steam.csv'), 'timestamp,value\n2026-03-01T00:00:00Z,20\n2026-03-01T00:01:00Z,20.5\n');
  writeFileSync(join(azure, 'water.csv'), 'timestamp,value\n2026-03-01T00:01:00Z,3.5\n');
  const series = [{ timestamp: '2026-03-01T00:01:00Z', value: 7 }];
  writeFileSync(join(azure, 'level.json'), JSON.stringify({ series, granularity: 'minutely' }));
  const timestamps = ['2026-03-01T00:00:00Z', '2026-03-01T00:01:00Z'];
  const variables = [
    { variable: 'fuel', timestamps: timestamps.slice(0, 1), values: [1.5] },
    { variable: 'air', timestamps, values: [30, 31] },
  ];
  writeFileSync(join(azure, 'request.json'), JSON.stringify({ variables, topContributorCount: 10 }));
}
