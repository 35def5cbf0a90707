import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ALARM_COMMANDS } from '../../lib/alarm/command';
import { checkout } from '../harness/user-dir';

const read = (...path: string[]): string => readFileSync(join(checkout, ...path), 'utf8');
const result = (name: string): unknown => JSON.parse(read('bench', 'results', `${name}.json`));

interface PlantFigures {
  readonly attacks: number;
  readonly detected: number;
  readonly medianDelayS: number;
  readonly stageNamed: number;
  readonly firstStageNamed: number;
  readonly falseAlarms: number;
  readonly falseAlarmsPerDay: number;
  readonly normalHours: number;
  readonly accuracy: number;
  readonly falsePositiveRate: number;
  readonly recall: number;
}
interface PlantLayout extends PlantFigures {
  readonly runs: readonly (PlantFigures & { readonly missed: string })[];
}
interface PlantResult {
  readonly normal: { readonly alarms: number; readonly hours: number };
  readonly record: PlantLayout;
  readonly packed: PlantLayout;
}
interface GeccoResult {
  readonly results: Readonly<Record<string, Readonly<Record<string, number>>>>;
}
interface BenchResult {
  readonly figures: readonly { readonly name: string; readonly value: number }[];
}
interface CompareResult {
  readonly comparisons: readonly { readonly timings: readonly { readonly name: string; readonly ratio: number }[] }[];
}

describe('the README', () => {
  const readme = read('README.md').replaceAll(/\s+/g, ' ');
  const says = (text: string): void => assert.ok(readme.includes(text), `the README does not say: ${text}`);

  it('quotes the plant as it was measured', () => {
    const { normal, record, packed } = result('plant') as PlantResult;
    const each = (of: (run: PlantFigures) => string): string => record.runs.map(of).join(', ');
    const quoted: readonly ((figures: PlantFigures) => string)[] = [
      ({ detected, attacks }) => `${detected} of ${attacks}`,
      ({ medianDelayS }) => `${medianDelayS} s`,
      ({ stageNamed }) => `${stageNamed.toFixed(0)} %`,
      ({ firstStageNamed }) => `${firstStageNamed.toFixed(0)} %`,
      ({ accuracy }) => `${accuracy.toFixed(1)} %`,
      ({ falsePositiveRate }) => `${falsePositiveRate.toFixed(2)} %`,
    ];
    for (const of of quoted) says(`| ${of(record)} | ${each(of)} |`);
    says(`| ${record.falseAlarms} in ${record.normalHours.toFixed(0)} normal hours |`);
    says(`| ${normal.alarms} in ${normal.hours} plant-hours |`);
    const accuracy = read('docs', 'accuracy.md').replaceAll(/\s+/g, ' ');
    const tells = (text: string): void => assert.ok(accuracy.includes(text), `docs/accuracy.md does not say: ${text}`);
    tells(`Recall is ${record.recall.toFixed(1)} %`);
    tells(`Missed, run by run: ${record.runs.map(({ missed }) => missed.replaceAll(',', ', ')).join('; ')}.`);
    tells(
      `${packed.detected} of ${packed.attacks} detected, but point-wise accuracy is ${packed.accuracy.toFixed(1)} %`,
    );
    tells(`the false-positive rate ${packed.falsePositiveRate.toFixed(1)} %`);
  });

  it('holds the plant to its targets in every run', () => {
    const { normal, record } = result('plant') as PlantResult;
    assert.ok(normal.alarms <= normal.hours / 24);
    for (const run of record.runs) {
      assert.ok(run.attacks === 36 && run.detected >= 30);
      assert.ok(run.medianDelayS < 60 && run.stageNamed >= 80);
      assert.ok(run.falseAlarmsPerDay <= 1);
      assert.ok(run.accuracy >= 95 && run.falsePositiveRate < 2);
    }
  });

  it('quotes the real record as it was measured', () => {
    const gecco = (result('gecco') as GeccoResult).results['gecco/period1'];
    says(`${gecco.eventsFound} of ${gecco.events} events`);
    says(`${gecco.falseAlarmRate.toFixed(1)} % of the normal time`);
    says(`${gecco.falseAlarmsPerDay.toFixed(2)} false alarms a day`);
    says(`F1 ${gecco.f1.toFixed(3)} where an alarm that never ends has ${gecco.alwaysF1.toFixed(3)}`);
    says(
      `stood in ${gecco.eventsAnnunciated} of the events, with ${gecco.falseAnnunciatedPerDay.toFixed(2)} false ones a day`,
    );
  });

  it('quotes the speed as it was measured', () => {
    const of = (bench: string, name: string): number => {
      const figure = (result(bench) as BenchResult).figures.find((each) => each.name === name);
      assert.ok(figure, `${bench}: ${name}`);
      return figure.value;
    };
    const ms = (bench: string, name: string): string => of(bench, name).toFixed(1);
    says(`${of('node-red', 'samples a second').toLocaleString('en-US')} samples/s`);
    says(`${of('node-red', 'samples a second, five function nodes').toLocaleString('en-US')} samples/s`);
    says(`${ms('latency', 'five nodes, p50')} ms and ${ms('latency', 'five nodes, p99')} ms`);
    const attack = 'five nodes, during an attack';
    says(`${ms('latency', `${attack}, p50`)} ms and ${ms('latency', `${attack}, p99`)} ms`);
    const delays = ['idle', 'flow, no training', 'flow, and training'].map((phase) =>
      ms('event-loop', `${phase}, p99`),
    );
    says(`${delays.join(', ')} ms`);
    says(`${of('memory', 'an asset, five nodes, in use').toFixed(0)} kB`);
    for (const [index, digits] of [
      [0, 1],
      [2, 0],
    ] as const) {
      const { timings } = (result('window') as CompareResult).comparisons[index];
      const peer = timings.find(({ name }) => name.startsWith('two passes'));
      says(`${peer?.ratio.toFixed(digits) ?? '-'} times faster`);
    }
  });

  it('is read in ten minutes, at 230 words a minute', () => {
    const words = read('README.md').match(/[\p{L}\p{N}][^\s|]*/gu) ?? [];
    assert.ok(words.length > 1000 && words.length < 2300, `${words.length} words`);
  });

  it('shows pictures and points to pages that are there', () => {
    for (const [, target] of read('README.md').matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      assert.ok(read(target).length > 0, target);
    }
  });
});

/** Where a node's commands are listed, if not in its own file. */
const LISTS: Readonly<Record<string, readonly string[] | undefined>> = {
  'swat-source': ['runtime/source-commands.ts'],
  'swat-autoencoder': ['runtime/detector-commands.ts'],
  'swat-pca': ['runtime/detector-commands.ts'],
  'swat-iforest': ['runtime/detector-commands.ts'],
  'swat-alert': ['../lib/alarm/command.ts'],
  'swat-notify': ['runtime/notify-commands.ts'],
};

interface ChecksResult {
  readonly normal: { readonly hours: number; readonly advisories: readonly string[] };
  readonly attacks: readonly {
    readonly attack: number;
    readonly title: string;
    readonly raised: readonly { readonly advisory: string; readonly tag: string; readonly afterS: number }[];
  }[];
  readonly found: number;
  readonly onAttackPoint: number;
  readonly between: number;
}

describe('docs/checks.md', () => {
  it('quotes what the checks have found as it was measured', () => {
    const page = read('docs', 'checks.md').replaceAll(/\s+/g, ' ');
    const { normal, attacks, found, onAttackPoint, between } = result('checks') as ChecksResult;
    const says = (text: string): void => assert.ok(page.includes(text), `docs/checks.md does not say: ${text}`);
    says(`${normal.advisories.length} advisories in ${normal.hours} hours of normal operation`);
    says(`something was told during ${found} of ${attacks.length}; on an attacked tag itself during ${onAttackPoint};`);
    says(`and ${between} times in between`);
    for (const { attack, title, raised } of attacks) {
      const told = raised.map(({ advisory, tag, afterS }) => `${advisory} ${tag} (${afterS} s)`).join(', ');
      says(`| ${attack} | ${title} | ${told || '-'} |`);
    }
  });
});

describe('docs/delivery.md', () => {
  it('quotes what was delivered as it was measured', () => {
    const page = read('docs', 'delivery.md').replaceAll(/\s+/g, ' ');
    const { deadSeconds, kills, told, lost, twice } = result('delivery') as Readonly<Record<string, number>>;
    const says = (text: string): void => assert.ok(page.includes(text), `docs/delivery.md does not say: ${text}`);
    says(`dead for ${deadSeconds} seconds, and ${kills} kills`);
    says(`of ${told} notifications in the full one ${lost} were lost and ${twice} came twice`);
  });
});

describe('docs/state.md', () => {
  type Result = Readonly<Record<string, number>>;
  // A row says what is to stand on the page once there is a new result.
  for (const [what, name, outcome] of [
    [
      'a chain under attack',
      'kill',
      ({ events, toldAgain }: Result) =>
        `${events} events, none lost or doubled, ${toldAgain} told again with the mark`,
    ],
    [
      'while people act on alarms',
      'alarm-kill',
      ({ cutOff, operations, hadBeenDone, events, notifications }: Result) =>
        `${cutOff} of ${operations} operations cut off and sent again; ${hadBeenDone} of them had been done, and were not done twice; ` +
        `${events} events and ${notifications} notifications, the same as without a kill`,
    ],
    [
      'in a training from a file',
      'learning-kill',
      ({ begunAgain }: Result) =>
        `the version in force stayed after each; the training began again by itself after ${begunAgain}`,
    ],
    [
      'a simulated plant',
      'source-kill',
      ({ frames, twice }: Result) =>
        `${frames} seconds sent, each time on from where it was; ${twice} came twice, the same to the last bit`,
    ],
  ] as const)
    it(`quotes the kills of ${name} as they were measured`, () => {
      const measured = result(name) as Result;
      const row = `| ${what} | \`${name}\` | ${measured.kills} | ${outcome(measured)} |`;
      const page = read('docs', 'state.md').replaceAll(/ +/g, ' ');
      assert.ok(page.includes(row), `docs/state.md does not say: ${row}`);
    });

  it('has a row for every node that keeps something', () => {
    const [page] = read('docs', 'state.md').split('## How');
    const named = [...page.matchAll(/^\| ((?:`swat-\w+`(?:, )?)+)/gm)].flatMap(([, cell]) =>
      cell.replaceAll('`', '').split(', '),
    );
    const keeps = /\b(keep(State|Windows|Source|Checks)|runDetector|historyFolder|scheduleFile)\(/;
    const files = readdirSync(join(checkout, 'nodes')).filter(
      (file) => file.endsWith('.ts') && keeps.test(read('nodes', file)),
    );
    assert.deepEqual(named.sort(), [...files.map((file) => file.slice(0, -3)), 'swat-model'].sort());
  });
});

describe('docs/delivery.md', () => {
  it('says what was told, lost and came twice as it was measured', () => {
    const { told, lost, twice } = result('delivery') as Readonly<Record<string, number>>;
    const text = read('docs', 'delivery.md').replaceAll(/\s+/g, ' ');
    assert.ok(text.includes(`of ${told} notifications in the full one ${lost} were lost and ${twice} came twice`));
  });
});

describe('docs/performance.md', () => {
  it('shows what the benches have measured', () => {
    const script = join(checkout, 'scripts', 'performance.mjs');
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  });
});

describe('docs/alarms.md', () => {
  const page = read('docs', 'alarms.md');

  it('shows the states and every transition as they are', () => {
    const script = join(checkout, 'scripts', 'alarm-diagram.mjs');
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  });

  it('quotes the speed as it was measured, which is what was asked for', () => {
    const { figures } = result('alarms') as { figures: { name: string; value: number }[] };
    const [alone, many, all, heap] = figures.map(({ value }) => value);
    const rounded = (value: number): string => `${Math.round(value / 1000)},000`;
    const text = page.replaceAll(/\s+/g, ' ');
    const says = (what: string): void => assert.ok(text.includes(what), `docs/alarms.md does not say: ${what}`);
    says(`${rounded(alone)} alarm events in a minute of one core`);
    says(`${rounded(many)} while 1000 other alarms stand`);
    says(`${rounded(all)} with 900 silences, 20 rules and grouping beside`);
    says(`${Math.round(heap)} MB`);
    assert.ok(all > 100_000, 'more than 100,000 a minute');
  });

  it('has a row for every command', () => {
    for (const command of ALARM_COMMANDS) assert.ok(page.includes(`\n| \`${command}\` `), command);
  });
});

describe('docs/messages.md', () => {
  const rows = read('docs', 'messages.md')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => /^`swat-[\w-]+`$/.test(cells.at(1) ?? '') && /^\d$/.test(cells.at(2) ?? ''));

  for (const type of [
    'source',
    'check',
    'window',
    'autoencoder',
    'pca',
    'iforest',
    'severity',
    'alert',
    'notify',
    'kafka-in',
    'kafka-out',
  ].map((each) => `swat-${each}`)) {
    it(`has a row for every output of ${type}, and no more`, () => {
      const outputs = /outputs: (\d)/.exec(read('nodes', `${type}.html`))?.[1];
      const described = rows.filter(([, node]) => node === `\`${type}\``).map(([, , output]) => Number(output));
      assert.deepEqual(
        described,
        Array.from({ length: Number(outputs) }, (_, index) => index + 1),
      );
    });

    it(`names every command that ${type} knows`, () => {
      const row = read('docs', 'messages.md')
        .split('\n')
        .find(
          (line) =>
            line.startsWith('|') &&
            line.split('|')[1].includes(`\`${type}\``) &&
            !/^\d$/.test(line.split('|')[2].trim()),
        );
      const code = (LISTS[type] ?? [`${type}.ts`]).map((file) => read('nodes', ...file.split('/'))).join('\n');
      const known = /COMMANDS = \[([^\]]+)\]|commandName\(command, \[([^\]]+)\]/.exec(code);
      const names = [...(known?.slice(1).find(Boolean) ?? '').matchAll(/'([\w-]+)'/g)].map(([, name]) => name);
      assert.ok(names.length > 0, `no list of commands of ${type}`);
      for (const name of names) assert.match(row ?? '', new RegExp(`\`${name}[\` ]`), name);
    });
  }
});

interface AccuracyFigures {
  readonly f1: number;
  readonly alwaysF1: number;
  readonly falseAlarmRate: number;
  readonly missedAlarmRate: number;
  readonly events: number;
  readonly eventsFound: number;
  readonly eventsAnnunciated: number;
  readonly medianDelayS: number;
  readonly falseAlarmsPerDay: number;
  readonly falseAnnunciatedPerDay: number;
  readonly aucRoc: number;
  readonly aucPr: number;
  readonly f1Interval: { readonly low: number; readonly high: number };
}
interface AccuracyResult {
  readonly seconds: number;
  readonly results: Readonly<Record<string, AccuracyFigures>>;
  readonly datasets: Readonly<Record<string, AccuracyFigures>>;
  readonly mean: Pick<AccuracyFigures, 'f1' | 'alwaysF1' | 'aucRoc' | 'f1Interval'>;
}

describe('docs/accuracy.md', () => {
  const page = read('docs', 'accuracy.md');
  const { results, datasets, mean, seconds } = result('accuracy') as AccuracyResult;
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const f1 = ({ f1: value, f1Interval: { low, high } }: AccuracyResult['mean']): string =>
    `${value.toFixed(3)} (${low.toFixed(2)}-${high.toFixed(2)})`;
  const rate = (perDay: number): string => (perDay >= 10 ? perDay.toFixed(0) : perDay.toFixed(2));

  for (const [title, name] of [
    ['SKAB', 'skab'],
    ['GECCO', 'gecco'],
    ['BATADAL', 'batadal'],
    ['Tennessee', 'tep'],
  ] as const) {
    it(`has the figures of ${title} as they were measured`, () => {
      const set = datasets[name];
      assert.deepEqual(rows.find(([, cell]) => cell.startsWith(title))?.slice(2, -1), [
        f1(set),
        set.alwaysF1.toFixed(3),
        `${set.falseAlarmRate.toFixed(1)} %`,
        `${set.missedAlarmRate.toFixed(1)} %`,
        `${set.eventsFound} of ${set.events}`,
        set.aucRoc.toFixed(3),
        set.aucPr.toFixed(3),
        `${set.medianDelayS} s`,
        rate(set.falseAlarmsPerDay),
        `${set.eventsAnnunciated}, ${rate(set.falseAnnunciatedPerDay)}`,
      ]);
    });
  }

  it('has the mean, the time, and what fails, as they were measured', () => {
    const row = rows.find(([, cell]) => cell === '**mean**');
    assert.deepEqual([row?.[2], row?.[3], row?.[7]], [f1(mean), mean.alwaysF1.toFixed(3), mean.aucRoc.toFixed(3)]);
    const says = (text: string): void => assert.ok(page.replaceAll(/\s+/g, ' ').includes(text), text);
    says(`(${seconds} s on one core`);
    for (const name of ['other/8', 'valve1/2', 'valve1/0']) says(`(F1 ${results[`skab/${name}`].f1.toFixed(3)})`);
    for (const name of ['other/2', 'other/4']) assert.equal(results[`skab/${name}`].f1, 0);
    for (const name of ['other/1', 'other/8', 'valve1/2', 'valve1/12'])
      says(`${results[`skab/${name}`].falseAlarmRate.toFixed(1)} %`);
    says(`${results['skab/valve1/0'].missedAlarmRate.toFixed(1)} % of the event is missed`);
  });

  it('has what the preset classic reached, as it was measured', () => {
    const classic = result('accuracy-classic') as AccuracyResult & { readonly preset: string };
    assert.equal(classic.preset, 'classic');
    assert.doesNotMatch(read('bench', 'results', 'accuracy-classic.json'), /"\//, 'no path of this machine');
    const says = (text: string): void => assert.ok(page.replaceAll(/\s+/g, ' ').includes(text), text);
    const of = (name: string): string => classic.datasets[name].f1.toFixed(3);
    says(
      `a mean F1 of ${classic.mean.f1.toFixed(3)}, less than an alarm that never ends (${classic.mean.alwaysF1.toFixed(3)})`,
    );
    says(`SKAB ${of('skab')}, for its 400 rows`);
    says(`GECCO ${of('gecco')}, BATADAL ${of('batadal')}, TEP ${of('tep')}`);
    assert.equal(classic.datasets.skab.eventsFound, 0);
    assert.equal(classic.mean.alwaysF1, mean.alwaysF1);
  });

  it('meets the targets of the development half', () => {
    assert.ok(mean.f1 >= 0.8);
    const least = { skab: 0.79, gecco: 0.6, batadal: 0.79, tep: 0.96 };
    for (const [name, target] of Object.entries(least)) assert.ok(datasets[name].f1 >= target, name);
    for (const name of ['batadal', 'tep']) assert.equal(datasets[name].eventsFound, datasets[name].events);
    assert.ok(datasets.gecco.falseAlarmsPerDay <= 1);
  });
});

describe('docs/architecture.md', () => {
  const rooms = [...read('docs', 'architecture.md').matchAll(/^\| `(\w+)\/` +\| (.+?) +\|/gm)];

  it('has a row for every room of lib, and no more', () => {
    const folders = readdirSync(join(checkout, 'lib'), { withFileTypes: true });
    const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    assert.deepEqual(rooms.map(([, name]) => name).sort(), ['nodes', ...names].sort());
  });

  it('names every command of swat', () => {
    const cli = rooms.find(([, name]) => name === 'cli')?.[2] ?? '';
    const swat = join(checkout, 'dist', 'lib', 'cli', 'swat.js');
    const { stdout } = spawnSync(process.execPath, [swat, '--help'], { encoding: 'utf8' });
    const commands = [...stdout.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name);
    assert.deepEqual([...(/`swat` ([\w, ]+):/.exec(cli)?.[1] ?? '').split(', ')].sort(), commands.sort());
  });

  it('shows the rooms as the sources import them', () => {
    const script = join(checkout, 'scripts', 'architecture.mjs');
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  });
});

describe('docs/examples.md', () => {
  it('has a row for every example, by its number', () => {
    const rows = [...read('docs', 'examples.md').matchAll(/^\| \*\*(\d\d) /gm)].map(([, number]) => number);
    const files = readdirSync(join(checkout, 'examples')).map((name) => name.slice(0, 2));
    assert.deepEqual(rows, files.sort());
  });
});

/** Statuses that ask nothing of anybody: at work, at rest, or an alarm that stands. */
const FINE =
  /^(history|check-ok|no-alarm|alarms|alarm-(?!of-communication).*|heartbeat-(alive|starting)|window-(asset|assets|learning)|collecting|collected|checking|reading|reading-samples|score-normal|source-(running|running-at|paused|stopped|finished|attack|drill|waiting|line)|model-ready|notify-idle|kafka-(connecting|running|paused|writing)|report-(making|next|ready)|level|.*-recovered)$/;
/** Statuses that say the same thing as another that stands on the page, in other words. */
const BESIDE: Readonly<Record<string, string>> = {
  'source-finished-line': 'source-finished-lines',
  'source-finished-cell': 'source-finished-lines',
  'source-finished-cells': 'source-finished-lines',
  'source-finished-both': 'source-finished-lines',
};

describe('docs/troubleshooting.md', () => {
  const page = read('docs', 'troubleshooting.md');
  const { status } = JSON.parse(read('nodes', 'locales', 'en-US', 'swat-plant.json')) as {
    status: Record<string, string>;
  };
  /** A status as the pages have it: what has a value in it is …; a sign that is no word may stand before the next value. */
  const shownAs = (text: string): string => text.replaceAll(/__(more|place)__/g, '').replaceAll(/__\w+?__/g, '…');

  it('shows status texts as the nodes show them', () => {
    const shown = new Set(Object.values(status).map(shownAs));
    const rows = page.split('\n').filter((line) => /^\| .* \| `/.test(line));
    assert.ok(rows.length > 25);
    for (const row of rows) {
      const [, text] = /\| `([^`]+)` +\|/.exec(row) ?? [];
      assert.ok(shown.has(text), `no status is "${text}": ${row}`);
    }
  });

  it('leads on from every status that says that something is wrong', () => {
    const kafka = read('docs', 'kafka.md').replaceAll(/`taking over \d+ of \d+`/g, '`taking over … of …`');
    for (const [name, text] of Object.entries(status)) {
      if (FINE.test(name)) continue;
      const sought = `\`${shownAs(status[BESIDE[name] ?? name] ?? text)}\``;
      assert.ok((name.startsWith('kafka-') ? page + kafka : page).includes(sought), `${name}: ${sought} is nowhere`);
    }
  });
});

describe('every page', () => {
  const pages = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', ...readdirSync(join(checkout, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)]; // prettier-ignore
  const anchors = (text: string): string[] =>
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title.toLowerCase().replaceAll(/[^\p{L}\p{N} -]/gu, '').replaceAll(' ', '-')); // prettier-ignore

  for (const page of pages) {
    it(`${page} points to pages and places that are there`, () => {
      for (const [, target, anchor] of read(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)) {
        const file = target === '' ? page : join(dirname(page), target);
        assert.ok(existsSync(join(checkout, file)), target);
        if (anchor) assert.ok(anchors(read(file)).includes(anchor), `${target}#${anchor}`);
      }
    });
  }

  it('can be found from the README in one or two steps', () => {
    const linked = (page: string): string[] =>
      [...read(page).matchAll(/\]\((?!https?:)([^)#]+\.md)/g)].map(([, target]) => join(dirname(page), target));
    const first = linked('README.md');
    const found = new Set([...first, ...first.flatMap(linked)]);
    for (const page of pages.filter((each) => each.startsWith('docs/'))) assert.ok(found.has(page), page);
  });
});
