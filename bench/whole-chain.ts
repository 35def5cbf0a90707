import { join } from 'node:path';
import { DEFAULT_JUDGE } from '../lib/alarm/defaults';
import { Judge } from '../lib/alarm/judge';
import { DEFAULT_WINDOWS } from '../lib/cli/chain';
import type { DetectorArtifact } from '../lib/detect/artifact';
import { meanOfLargest } from '../lib/detect/largest';
import { standardise } from '../lib/kernels/scaling';
import type { Layer, Network } from '../lib/kernels/dense';
import { transpose } from '../lib/kernels/matrix';
import { createScorer, type Scorer } from '../lib/model/scorer';
import { createStore } from '../lib/model/store';
import { disk } from '../lib/platform/files';
import { namedFrames } from '../lib/plant/named';
import { createPlantSimulation } from '../lib/plant/sim/plant';
import { SWAT } from '../lib/plant/swat';
import { AssetWindows } from '../lib/stream/windows';
import { compare, type Comparison, type Variant } from './harness';
import { mapReduce, typedTwoPass, type Features } from './naive';
import { mlForest, onTfjs, tfjsBackends, tfjsModel } from './peers';

const MODELS = join(__dirname, '..', '..', 'models');
const LENGTH = 60;
/** Seconds of the plant that are gone through again and again, and how many of them the peer's forest learns from. */
const SECONDS = 4096;
const LEARNED = 2000;
/** Of the alarm: so many of so many windows over the threshold. */
const [N, M] = [8, 10];
/** Tags that a verdict blames. */
const BLAMED = 5;

type Frame = Readonly<Record<string, number>>;

/** From one frame object to a verdict: windows, scaling, autoencoder, forest, severity, in a plain loop of one process. */
export async function wholeChain(short: boolean): Promise<Comparison> {
  const plant = createPlantSimulation({ seed: 7, startTime: 0 });
  const named = namedFrames(SWAT.tags.map(({ name }) => name));
  const frames = Array.from({ length: SECONDS }, () => named(plant.step().values));
  const store = createStore({ files: disk, folder: MODELS, reference: MODELS, product: 'bench' });
  const [autoencoder, iforest] = [await store.load('autoencoder'), await store.load('iforest')];
  const product = inTurn(frames, judged(createScorer(autoencoder, 'calibrated'), createScorer(iforest, 'calibrated')));
  const peers = tfjsBackends().includes('cpu')
    ? [
        await others('tfjs cpu, ml-isolation-forest, two passes', typedTwoPass, autoencoder.artifact, frames),
        await others('tfjs cpu, ml-isolation-forest, map and reduce', mapReduce, autoencoder.artifact, frames),
      ].flat()
    : [];
  const run: Variant['run'] = (times) => {
    let sum = 0;
    for (let i = 0; i < times; i++) sum += product();
    return sum;
  };
  // Much code, which a short run would else meet before it is compiled.
  await run(SECONDS);
  for (const peer of peers) await peer.run(LENGTH * 3);
  return compare('whole chain, one frame to its verdict', 'product', [{ name: 'product', run }, ...peers], short);
}

/** What the window, detector and severity nodes do with a frame, without the messages between them. */
function judged(autoencoder: Scorer, iforest: Scorer): (frame: Frame, second: number) => number {
  const windows = new AssetWindows(SWAT, DEFAULT_WINDOWS);
  const judge = new Judge(DEFAULT_JUDGE);
  return (frame, second) => {
    const time = 1000 * second;
    let ratio = 0;
    for (const window of windows.accept('plant', frame, time, time).windows) {
      const { asset, features, quality, restarted, end } = window;
      const scored = { asset, features, bad: quality.bad, restarted };
      const scores = { autoencoder: autoencoder.score(scored), iforest: iforest.score(scored) };
      ({ ratio } = judge.judge({ asset, end, good: quality.good, why: quality.why, restarted }, scores, time).verdict);
    }
    return ratio;
  };
}

/** One frame after the other, from the beginning again after the last; a second each. */
function inTurn(frames: readonly Frame[], work: (frame: Frame, second: number) => number): () => number {
  let second = 0;
  return () => work(frames[second % SECONDS], second++);
}

/**
 * The same of other parts: the network and the scaling are the shipped ones, the forest is grown on the same plant. A verdict says
 * what the product's does: how far past the threshold, whether for long enough to be an alarm, and whom to blame.
 */
async function others(
  name: string,
  make: (tags: number, length: number) => Features,
  artifact: DetectorArtifact,
  frames: readonly Frame[],
): Promise<Variant[]> {
  const { tensors, calibration, settings } = artifact;
  const scaler = { mean: tensors['scaler.mean'].data, spread: tensors['scaler.spread'].data };
  const scale = tensors['residual.scale'].data;
  const width = scale.length;
  const names = SWAT.tags.map((tag) => tag.name);
  const read = (frame: Frame): Float64Array => Float64Array.from(names, (tag) => frame[tag]);
  const learning = make(names.length, LENGTH);
  const rows = frames.slice(0, LEARNED + LENGTH).flatMap((frame) => {
    const features = learning(read(frame));
    return features === undefined ? [] : [[...standardised(features)]];
  });
  const forest = mlForest(rows);
  if (forest === undefined) return [];
  const predict = await tfjsModel('cpu', networkOf(artifact));
  const features = make(names.length, LENGTH);
  const score = forest.predict();
  const over: boolean[] = [];

  function standardised(values: readonly number[]): Float32Array {
    const row = new Float32Array(width);
    standardise(scaler, values, 0, row, 0);
    return row;
  }

  const step = inTurn(frames, (frame) => {
    const values = features(read(frame));
    if (values === undefined) return 0;
    const row = standardised(values);
    const output = predict(row);
    const squares = Float64Array.from(row, (z, i) => ((z - output[i]) / scale[i]) ** 2);
    const error = Math.sqrt(meanOfLargest(squares, Number(settings.topK)));
    const ratio = Math.max(error / calibration.threshold, score([...row]));
    over.push(ratio >= 1);
    if (over.length > M) over.shift();
    const alarm = over.filter(Boolean).length >= N;
    const blamed = ratio >= 1 ? guiltiest(names, squares) : [];
    return (alarm ? 1 + ratio : ratio) + blamed.length;
  });
  return [{ name, run: onTfjs('cpu', step) }];
}

/** The five tags with the greatest error, their features' taken together. */
function guiltiest(names: readonly string[], squares: Float64Array): { name: string; guilt: number }[] {
  const each = squares.length / names.length;
  return names
    .map((name, tag) => ({
      name,
      guilt: squares.slice(tag * each, (tag + 1) * each).reduce((sum, one) => sum + one, 0),
    }))
    .sort((a, b) => b.guilt - a.guilt)
    .slice(0, BLAMED);
}

/** The network of an artifact whose layers are of the usual activations. */
function networkOf({ tensors }: DetectorArtifact): Network {
  const layers: Layer[] = [];
  for (let index = 0; Object.hasOwn(tensors, `dense${index}.kernel`); index++) {
    const { shape, data } = tensors[`dense${index}.kernel`];
    const [inputs, outputs] = shape;
    const weights = new Float32Array(data.length);
    transpose(data, weights, inputs, outputs);
    layers.push({ inputs, outputs, weights, bias: tensors[`dense${index}.bias`].data });
  }
  return layers;
}
