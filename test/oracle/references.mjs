// Holds the PCA detector to the published reference detectors R2 and D1 on public labelled data, where a folder of it is
// given: SWAT_DATA, or ../shared/data beside the repository. Nothing of the data is copied.
//
// The references repeat the first row in front of a series, and carry missing values forward and backward; both are done
// here too, outside the product. What remains apart: scaler, components and scales are kept as float32.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);
const load = (name) => require(`../../dist/lib/${name}.js`);
const { WindowFeatures } = load('stream/features');
const { windowSchema } = load('stream/schema');
const { fitDetector } = load('detect/fit');
const { DEFAULT_SETTINGS } = load('detect/settings');
const { quantileOf } = load('detect/calibration');
const { createScorer } = load('model/scorer');

const WINDOW = 10;
/** A threshold of so many robust standard deviations above the median of the out-of-fold log scores. */
const SIGMAS = 4;
const COMMON = {
  variance: 0.95,
  topK: 3,
  scaleFloor: 0.3,
  smoothing: 0.3,
  smoothingFall: 0,
  baselineSamples: 720,
  tail: 'observed',
  folds: 5,
};
const REFERENCES = [
  { name: 'R2', lags: 4, leak: 0.5, settings: { ...COMMON, views: 'separate', scaleTail: 0.995, baselineTravel: 30 } },
  { name: 'D1', lags: 0, leak: 0.1, settings: { ...COMMON, views: 'separate', scaleTail: 0.5, baselineTravel: 50 } },
];
const SERIES = [
  'skab/other/1',
  'skab/other/2',
  'skab/valve1/6',
  'skab/valve2/1',
  'batadal/dataset04',
  'tep/DA1',
  'tep/SA1',
];

/** The folder of the data, if there is one. */
export function dataFolder() {
  const folders = [process.env.SWAT_DATA, join(import.meta.dirname, '..', '..', '..', 'shared', 'data')];
  return folders.find((folder) => folder !== undefined && existsSync(join(folder, 'golden')));
}

/** Compares every series with both references; `check(what, apart, allowed)` takes each result. */
export function compareWith(folder, check) {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  for (const reference of REFERENCES) {
    const golden = goldenOf(folder, reference.name);
    for (const file of SERIES) {
      const series = manifest.find((each) => each.file === file);
      const ours = detect(tableOf(folder, series), series, reference);
      const theirs = golden.get(file);
      const worst = ours.reduce((most, { score }, row) => Math.max(most, Math.abs(score - theirs[row].score)), 0);
      const other = ours.filter(({ over }, row) => over !== theirs[row].over).length;
      const what = `${reference.name} ${file}, ${ours.length} rows, ${other} decided otherwise: log scores`;
      check(what, ours.length === theirs.length ? worst : Infinity, 0.002);
    }
  }
}

/** Log score less log threshold of every scored row, and whether it is over: by the code of the product. */
function detect({ train, test, columns }, { dataset }, { lags, leak, settings }) {
  const tags = columns.map((name, at) => tagOf(name, train, at));
  const schema = windowSchema({ tags }, [WINDOW], lags);
  const features = new WindowFeatures(tags.length, [WINDOW], lags);
  const rows = [];
  const next = (values) => {
    features.push(Float64Array.from(values));
    return features.read();
  };
  for (let i = 1; i < WINDOW; i++) features.push(Float64Array.from(train[0]));
  train.forEach((values, row) => {
    const window = next(values);
    if (row >= WINDOW - 1) rows.push(window);
  });
  const data = {
    schema,
    rows: Float64Array.from(rows.flat()),
    count: rows.length,
    times: Float64Array.from(rows, (_, row) => row * 1000),
    stride: 1,
  };
  const hooks = { progress: () => undefined, cancelled: () => false };
  const { artifact, outOfFold } = fitDetector('pca', data, { ...DEFAULT_SETTINGS.pca, ...settings }, hooks);
  const logs = outOfFold.map(Math.log);
  const middle = quantileOf(logs.toSorted(), 0.5);
  const away = quantileOf(logs.map((value) => Math.abs(value - middle)).sort(), 0.5);
  // Log scores are those of the reference times a constant, plus another: what both call the threshold is the same.
  const threshold = middle + SIGMAS * 1.4826 * away;
  const spread = spreadOf(artifact);
  const calibration = { ...artifact.calibration, threshold: Math.exp(threshold) };
  const model = { version: dataset, origin: 'local', artifact: { ...artifact, calibration } };
  const scorer = createScorer(model, 'raw', leak);
  return test.map((values) => {
    const { score } = scorer.score({ asset: 'a', features: next(values), bad: [] });
    return { score: (Math.log(score) - threshold) / spread, over: Math.log(score) > threshold };
  });
}

/** What our log score is a multiple of: half of the views' mean spread; the reference D1 has none, but twice the log. */
function spreadOf({ tensors }) {
  const spreads = [];
  for (let view = 0; `view${view}.usual` in tensors; view++) spreads.push(tensors[`view${view}.usual`].data[1]);
  return spreads.length === 1 ? 0.5 : spreads.reduce((sum, value) => sum + value, 0) / spreads.length / 2;
}

/** A tag whose range makes the floors of the scaler those of the references: 50 standard deviations, or 50 units. */
function tagOf(name, train, at) {
  const mean = train.reduce((sum, row) => sum + row[at], 0) / train.length;
  const spread = Math.sqrt(train.reduce((sum, row) => sum + (row[at] - mean) ** 2, 0) / train.length);
  const half = 25 * (spread < 1e-9 ? 1 : spread);
  return { name, stage: 'P1', kind: 'sensor', unit: '', low: mean - half, high: mean + half };
}

function tableOf(folder, { csv, train_csv, train_rows, eval_from_row, columns }) {
  const all = rowsOf(folder, csv);
  const train = train_csv === undefined ? all.slice(...train_rows) : rowsOf(folder, train_csv);
  return { train, test: all.slice(eval_from_row), columns };
}

/** The numbers of a file, missing ones carried forward, then backward. */
function rowsOf(folder, csv) {
  const [, ...lines] = gunzipSync(readFileSync(join(folder, csv)))
    .toString()
    .trim()
    .split(/\r?\n/);
  const rows = lines.map((line) => line.split(',').slice(1).map((cell) => (cell === '' ? NaN : Number(cell)))); // prettier-ignore
  for (const order of [rows, rows.toReversed()]) {
    order.forEach((row, index) => row.forEach((value, at) => {
      if (Number.isNaN(value) && index > 0) row[at] = order[index - 1][at];
    })); // prettier-ignore
  }
  return rows;
}

function goldenOf(folder, name) {
  const files = new Map();
  const [, ...lines] = gunzipSync(readFileSync(join(folder, 'golden', `${name}_dev.csv.gz`)))
    .toString()
    .trim()
    .split('\n');
  for (const line of lines) {
    const [file, , over, score] = line.split(',');
    if (!files.has(file)) files.set(file, []);
    files.get(file).push({ over: over === '1', score: Number(score) });
  }
  return files;
}
