// `npm run docs:performance`: writes the tables of docs/performance.md and the plots beside it from bench/results. `--check`
// writes nothing and fails where they are not up to date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import { plots } from './plots.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const page = join(root, 'docs', 'performance.md');
const picture = join(root, 'docs', 'images', 'performance-growth.svg');

const results = (bench) => {
  const path = join(root, 'bench', 'results', `${bench}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
};
const figure = (bench, name) => results(bench).figures?.find((each) => each.name === name)?.value;
const timing = (bench, title, name) =>
  results(bench)
    .comparisons?.find((each) => each.title.startsWith(title))
    ?.timings.find((each) => each.name.startsWith(name));
const shown = (value) => Number(value.toPrecision(3)).toLocaleString('en-US');
const time = (ns) => (ns < 1e7 ? `${shown(ns / 1e3)} µs` : ns < 1e9 ? `${shown(ns / 1e6)} ms` : `${shown(ns / 1e9)} s`);

/** A goal that more is better of (`least`) or less (`most`). */
const GOALS = [
  ...[
    [60, 6],
    [600, 60],
    [3600, 300],
  ].map(([length, least]) => ({
    what: `window features, N = ${length}, against two passes over typed arrays`,
    value: timing('window', `features of one sample, 51 tags, window of ${length}`, 'two passes')?.ratio,
    least,
    unit: 'x',
    bench: 'window',
  })),
  ...[
    ['forward pass', 'autoencoder, one row', 'tfjs cpu', 60],
    ['forward pass', 'autoencoder, one row', 'tfjs wasm', 30],
    ['forward pass', 'autoencoder, one row', 'onnxruntime', 2.5],
    ['one step of Adam', 'training, one step of Adam', 'tfjs wasm', 10],
    ['one step of Adam', 'training, one step of Adam', 'tfjs cpu', 50],
    ['forest of 100 trees, score', 'forest, score of one row', 'ml-isolation-forest', 25],
    ['forest of 100 trees, grown', 'forest, grown', 'ml-isolation-forest', 20],
    ['whole chain', 'whole chain in a plain loop', 'tfjs cpu', 80],
  ].map(([title, what, peer, least]) => ({
    what: `${what}, against ${peer}`,
    value: timing('kernels', title, peer)?.ratio,
    least,
    unit: 'x',
    bench: 'kernels',
  })),
  {
    what: 'Node-RED, five nodes, 51 tags, one core',
    value: figure('node-red', 'samples a second'),
    least: 20_000,
    unit: 'samples/s',
    bench: 'node-red',
  },
  {
    what: 'the same at 1,000/s, p99',
    value: figure('latency', 'five nodes, p99'),
    most: 1,
    unit: 'ms',
    bench: 'latency',
  },
  {
    what: 'Kafka in, five nodes, Kafka out',
    value: figure('kafka', 'upto: samples a second'),
    least: 10_000,
    unit: 'samples/s',
    bench: 'kafka',
  },
  {
    what: '1,000 assets in one process',
    value: figure('capacity', '1000 assets, samples a second'),
    least: 15_000,
    unit: 'samples/s',
    bench: 'capacity',
  },
  {
    what: 'an asset, in use',
    value: figure('memory', 'an asset, five nodes, in use'),
    most: 100,
    unit: 'kB',
    bench: 'memory',
  },
  {
    what: 'start with the shipped model to the first score',
    value: figure('start', 'flows started to first score'),
    most: 300,
    unit: 'ms',
    bench: 'start',
  },
  { what: 'memory added by that', value: figure('start', 'memory added'), most: 60, unit: 'MB', bench: 'start' },
];

function goals() {
  const rows = GOALS.map(({ what, value, least, most, unit, bench }) => {
    const goal = least === undefined ? `at most ${shown(most)} ${unit}` : `at least ${shown(least)} ${unit}`;
    if (value === undefined) return [what, goal, 'not measured', '', `\`${bench}\``];
    const met = least === undefined ? value <= most : value >= least;
    return [what, goal, `${shown(value)} ${unit}`, met ? 'yes' : '**no**', `\`${bench}\``];
  });
  return table(['measure', 'goal', 'measured', 'met', 'bench'], rows);
}

function peers() {
  const rows = ['window', 'kernels'].flatMap((bench) =>
    (results(bench).comparisons ?? []).flatMap(({ title, reference, timings }) =>
      timings.map(({ name, medianNs, lowerNs, upperNs, ratio }, index) => [
        index === 0 ? title : '',
        name,
        time(medianNs),
        `${time(lowerNs)} to ${time(upperNs)}`,
        name === reference ? '1' : shown(ratio),
      ]),
    ),
  );
  return table(['work', 'by', 'median', 'quartiles', 'times as long'], rows);
}

function growth() {
  const { growths = [] } = results('growth');
  const rows = growths.map(({ title, of, unit, points, exponent }) => {
    const [first, last] = [points[0], points.at(-1)];
    return [
      title,
      `${of}, ${shown(first.size)} to ${shown(last.size)}`,
      `${shown(first.value)} to ${shown(last.value)} ${unit}`,
      exponent.toFixed(2),
    ];
  });
  return table(['cost', 'by', 'from, to', 'exponent'], rows);
}

function machines() {
  const benches = ['window', 'kernels', 'growth', 'node-red', 'latency', 'capacity', 'memory', 'start', 'kafka'];
  const rows = benches.flatMap((bench) => {
    const { machine, date } = results(bench);
    if (machine === undefined) return [];
    return [[`\`${bench}\``, date.slice(0, 10), `${machine.cpu}, ${machine.cores} cores`, `Node ${machine.node}`]];
  });
  return table(['bench', 'measured', 'machine', 'with'], rows);
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The page with its tables anew: what stands between the marks of each. */
async function written(text) {
  const tables = { goals, peers, growth, machines };
  const mark = /(<!-- (\w+): written by npm run docs:performance -->)[^]*?(<!-- end of \2 -->)/g;
  const filled = text.replaceAll(mark, (_whole, begin, name, end) => {
    if (tables[name] === undefined) throw new Error(`docs/performance.md: no table is called ${name}`);
    return `${begin}\n\n${tables[name]()}\n\n${end}`;
  });
  return prettier.format(filled, { ...(await prettier.resolveConfig(page)), parser: 'markdown' });
}

const files = [
  [page, await written(readFileSync(page, 'utf8'))],
  [picture, plots(results('growth').growths ?? [])],
];
const stale = files.filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text);
if (process.argv.includes('--check')) {
  for (const [path] of stale) console.error(`${path} is not what bench/results say: npm run docs:performance`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [path, text] of stale) writeFileSync(path, text);
}
