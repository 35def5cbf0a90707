import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { RATIO_KINDS, type DetectorKind, type DetectorScore } from '../../lib/detect/detector';
import { readFitSettings } from '../../lib/detect/settings';
import { SwatError } from '../../lib/errors';
import { ScoreCounter } from '../../lib/journal/summary';
import { notReady } from '../../lib/model/scorer';
import { steadyClock, systemClock } from '../../lib/platform/clock';
import type { Uploads } from '../../lib/platform/uploads';
import { ACTIVATIONS } from '../../lib/train/keeper';
import { createLearner, type Learner } from '../../lib/train/learner';
import { wantedAlarms } from '../../lib/train/learning-jobs';
import { LearningRecord } from '../../lib/train/learning-record';
import { keyOf, learningKeys, LearningRestore, learningSaved } from '../../lib/train/learning-state';
import type { TrainingResult } from '../../lib/train/protocol';
import { fromBytes, toBytes } from '../../lib/snapshot/json';
import { readExclusions } from '../../lib/train/exclusions';
import { readWindows, runCommand, type Answer, type WatchDeed } from './detector-commands';
import { driftedNow, liveOf, type Live } from './detector-live';
import { withCut } from './training-words';
import { createMismatch } from './detector-mismatch';
import { createModes, type ModeFields } from './detector-modes';
import { detectorMoving } from './detector-moving';
import { createScoring, trialScores, type TrialScores } from './detector-scoring';
import { driftStatus, otherWindowsStatus, progressOf, scoreStatus } from './detector-status';
import { createShadow } from './detector-shadow';
import { createVoice } from './detector-voice';
import { createWatch, DRIFT_KEY } from './detector-watch';
import { engineFolders } from './engine-routes';
import { commandOf, withoutCommand, onInput, openedBy, type Send } from './handler';
import { isRerun, kafkaOf } from './kafka-exact';
import { nodeLog } from './logs';
import { nodeMetrics } from './metrics';
import { byCommand, NOBODY, type By } from './model-audit';
import type { Model, ModelNode } from './model-node';
import { ScoreTrace } from './score-trace';
import { readChoice, readNumber, readText } from './settings';
import { sidebarDetail } from './sidebar';
import { watchSilence } from './silence';
import { keepState } from './state';
import { statusLine, type StatusLine } from './status';
import { ScoreFigures } from './stream-figures';
import { readStride } from './stride';
import { fileOf, type FileReader } from './training-file';
import { reportOf, type LearningReport } from './training-report';
import { saysAbnormal, readWindow } from './window-message';
import { words } from './words';

/** The settings that all detectors have, as the dialog leaves them; those of the training itself stand beside them. */
export interface DetectorDef extends NodeDef, ModeFields {
  model?: unknown;
  ratioKind?: unknown;
  quantilePercent?: unknown;
  windows?: unknown;
  autoTrain?: unknown;
  activation?: unknown;
  leaveOut?: unknown;
  stride?: unknown;
  seed?: unknown;
  folds?: unknown;
  smoothing?: unknown;
  smoothingFall?: unknown;
  baselineSamples?: unknown;
  baselineTravel?: unknown;
  falseAlarmsPerDay?: unknown;
  excludeTags?: unknown;
  excludeRanges?: unknown;
}

/** A detector node as its admin route sees it. */
export interface DetectorNode extends Node {
  command?: (given: Readonly<Record<string, unknown>>) => Promise<Answer>;
  /** What the last check and the last training had to say. */
  report?: () => Promise<LearningReport>;
  /** How its slow baseline stands, and whether what comes has drifted. */
  live?: () => Live;
  /** How it would score windows that come next of an asset, or of a new one; nothing of them is remembered. */
  trial?: (asset?: string) => TrialScores;
}

const STATUS_MS = 1000;
/** Begins the key of what is remembered of an asset. */
const TRACK = 'track/';

/**
 * Makes a node a detector: scores windows with the active version, learns on command, and ends its training on close.
 * @param fit settings of the training from the dialog
 * @throws SwatError for settings that cannot work
 */
export function runDetector(
  node: DetectorNode,
  RED: NodeAPI,
  kind: DetectorKind,
  config: DetectorDef,
  fit: Readonly<Record<string, unknown>>,
): void {
  const log = nodeLog(RED, node);
  const { model, uploads } = modelOf(RED, config.model);
  const ratioKind = readChoice('ratio', config.ratioKind, RATIO_KINDS, 'calibrated');
  const percent = readNumber('threshold', config.quantilePercent, { min: 50, max: 99.99, fallback: 99.5 });
  const { seed, folds, smoothing, smoothingFall, baselineSamples, baselineTravel } = config;
  const follow = { smoothing, smoothingFall, baselineSamples, baselineTravel };
  const falseAlarmsPerDay = wantedAlarms(config.falseAlarmsPerDay);
  const settings = { ...fit, ...follow, folds, quantile: percent / 100, seed, falseAlarmsPerDay };
  readFitSettings(kind, settings);
  const exclude = readExclusions({ tags: config.excludeTags, ranges: config.excludeRanges });
  const defaults = {
    windows: readWindows(config.windows, 2000),
    autoTrain: config.autoTrain !== false,
    stride: readStride(config.stride, 10),
    leaveOut: config.leaveOut !== false,
    exclude,
    fit: settings,
  };
  const record = new LearningRecord();
  const files: FileReader = { RED, detector: node.id, uploads, stride: defaults.stride, seen: () => seen };
  const status = statusLine(node);
  const scoring = createScoring(kind, model.store, ratioKind);
  const modes = createModes(node, RED, kind, model.store, ratioKind, config, scoring, (key) => kept.change(key));
  const watch = createWatch(RED, (key) => kept.change(key));
  const recent = model.recent(kind);
  const mismatch = createMismatch(steadyClock);
  let shownAt = -Infinity;
  let seen: string | undefined;
  let closed = false;
  /** Of what the learner is at, 0 to 1. */
  let progress: number | undefined;

  /** What shows while no window comes: a broken model, none, or that one is ready. */
  const rest = (): void => {
    if (scoring.problem !== undefined)
      status.show({ fill: 'red', shape: 'ring', text: words(RED, 'status.model-problem') });
    else if (scoring.scorer === undefined) status.show(scoreStatus(RED, notReady(ratioKind), false));
    else status.show({ fill: 'green', shape: 'ring', text: words(RED, 'status.model-ready') });
  };
  const voice = createVoice(node, RED, kind, status, log, rest);
  const scores = new ScoreCounter();
  log.everyMinute('inference', 'scores', () => scores.take());
  /** Who started the training at work. */
  let trainer: By = NOBODY;
  const noteTraining = (version: string, { artifact, report }: TrainingResult): void => {
    const { rows, source } = report;
    const file = source?.file === undefined ? {} : { file: source.file };
    const details = { rows, threshold: artifact.calibration.threshold, ...file };
    model.audit({ action: 'train', kind, version, ...trainer, details }).catch(voice.raise);
  };
  const learner = createLearner({
    kind,
    store: model.store,
    busy: model.busy,
    clock: systemClock,
    steady: steadyClock,
    settings,
    activation: readChoice('activation', config.activation, ACTIVATIONS, 'first'),
    saved: noteTraining,
    activate: (version) =>
      model.activate(kind, version, { ...trainer, details: { automatic: true } }).catch(voice.unlessNoted),
    exclude,
    ratioKind,
    engineFolders: engineFolders(RED),
    fileOf: (given) => fileOf(files, given),
    emit: (event) => {
      record.note(event);
      progress = progressOf(event);
      if (!closed) voice.learning(event);
    },
    begins: (what, source) => record.begin(what, source),
    changed: (what) => kept.change(keyOf(what)),
  });
  node.trial = (asset) => trialScores(modes.scorerFor(asset ?? ''), ratioKind, asset);
  node.live = () => liveOf(watch.seen(), modes.scorerFor);
  node.report = () => reportOf(RED, kind, model.store, learner, record);
  const before = new LearningRestore();
  const kept = keepState(
    node,
    RED,
    { kind: `swat-${kind}`, version: 1, key: '' },
    {
      *keys() {
        yield* learningKeys(learner);
        for (const asset of scoring.remembered()) yield TRACK + asset;
        yield* modes.keys();
        yield* watch.keys();
      },
      full(key) {
        if (key.startsWith(TRACK)) return scoring.saved(key.slice(TRACK.length));
        if (key.startsWith(DRIFT_KEY)) return watch.saved(key);
        const ofMode = modes.saved(key);
        if (ofMode !== undefined) return ofMode;
        const saved = learningSaved(learner, key);
        return saved instanceof Uint8Array ? saved : toBytes(saved);
      },
      restore(key, { full }) {
        if (key.startsWith(TRACK)) scoring.resume(key.slice(TRACK.length), full);
        else if (!modes.resume(key, full) && !watch.resume(key, full))
          before.take(key, full, () => fromBytes(key, full));
      },
      moving: detectorMoving(
        scoring,
        modes,
        watch,
        () => gate.ready,
        (asset) => {
          for (const key of [modes.trackKey(asset), DRIFT_KEY + asset]) kept.change(key);
        },
      ),
    },
  );
  const restored = kept.ready.then(() => {
    try {
      if (!closed) before.into(learner);
    } catch (cause) {
      voice.raise(cause);
    }
  });

  /** Reads the version in force; what goes wrong is said once, and windows go on unscored. */
  const reload = async (): Promise<void> => {
    const assets = [...scoring.remembered()];
    const [, problems] = await Promise.all([scoring.reload(), modes.load()]);
    if (closed) return;
    problems.forEach((problem) => voice.raise(problem));
    for (const asset of assets) if (scoring.saved(asset) === undefined) kept.forget(TRACK + asset);
    if (scoring.problem !== undefined) voice.raise(scoring.problem);
    if (learner.stage === 'idle' && voice.standing === undefined) rest();
  };
  const unsubscribe = model.onActivated((activated, version) => {
    if (activated !== kind) return;
    voice.forget();
    mismatch.forget();
    // Said once it scores.
    void shadow.reload();
    void reload().then(() => {
      if (!closed && scoring.scorer?.version === version) voice.tell({ event: 'activated', version });
    });
  });
  // What comes before the version in force was read would go on unscored.
  const shadow = createShadow({ node, RED, kind, model, ratioKind, active: () => scoring.scorer?.version, voice });
  const gate = openedBy(Promise.all([kept.ready, reload()]));
  const tally = new ScoreFigures();
  const trace = new ScoreTrace();
  sidebarDetail(node, () => ({
    scores: trace,
    version: scoring.scorer?.version,
    stage: learner.stage,
    progress: learner.stage === 'idle' ? undefined : progress,
  }));
  nodeMetrics(node, {
    figures: () => tally.figures(modes.ready, steadyClock()),
    waitsFor: () => {
      if (!gate.isReady) return 'state-loading';
      if (scoring.problem !== undefined) return 'model-problem';
      return modes.ready ? undefined : 'no-model';
    },
  });

  /** A status that gives way to what stands: a failed training, windows that do not fit. */
  const background: StatusLine = {
    ...status,
    show(next) {
      if (learner.stage !== 'idle') status.show(next);
      else status.show(voice.standing ?? (mismatch.stands ? otherWindowsStatus(RED) : next));
    },
  };
  const silence = watchSilence(RED, (quiet) => {
    if (learner.stage === 'idle') background.show(quiet);
  });
  const show = (score: DetectorScore, now: number): void => {
    if (now - shownAt < STATUS_MS || learner.stage !== 'idle') return;
    shownAt = now;
    const drifted = score.ready && score.ratio < 1 ? driftedNow(watch.seen(), modes.scorerFor) : undefined;
    if (drifted !== undefined) background.show(() => driftStatus(RED, drifted));
    else background.show(() => scoreStatus(RED, score, scoring.scorer !== undefined));
  };

  const watched: WatchDeed = async (command, given) => {
    const scorer = modes.scorerFor(readText(given.asset));
    if (command === 'baseline') return watch.baseline(scorer, given);
    const { asset, answer, details } =
      command === 'reset-baseline' ? watch.reset(scorer, given) : watch.accept(scorer, given);
    kept.change(modes.trackKey(asset));
    const by = byCommand(given);
    await model.audit({ action: command, kind, version: scorer?.version ?? '', ...by, details });
    return answer;
  };
  const run = async (given: Readonly<Record<string, unknown>>): Promise<Answer> => {
    if (voice.standing !== undefined) {
      voice.forget();
      rest();
    }
    if (given.command === 'train' || given.command === 'collect') trainer = byCommand(given);
    if (given.command === 'collect') modes.limit(given.mode);
    const answer = await runCommand(kind, model, learner, defaults, given, seen, watched);
    if (answer.command !== 'versions') return answer;
    return { ...answer, kind, learning: learner.stage, ...liveOf(watch.seen(), modes.scorerFor) };
  };
  node.command = (given) => restored.then(() => run(given));

  const onWindow = (message: NodeMessageInFlow, send: Send, evaluated?: string): void => {
    const window = readWindow(message.payload);
    const [steady, wall] = [steadyClock(), systemClock()];
    seen = window.schema;
    silence.heard(steady, wall);
    const { scoring: by, score, refusal, key, mode } = modes.judge(message, window, evaluated);
    addScore(message, kind, score);
    if (key !== undefined) kept.change(key);
    // What is gone through again only to rebuild state was counted and learned before.
    if (!isRerun(message)) {
      scores.add(window.asset, score);
      tally.add(score, steady);
      if (score.ready) trace.note(score.ratio, wall);
      if (refusal === undefined) recent.add(window);
      shadow.offer(window, score);
      offer(learner, message, window, score, !modes.collects(mode));
    }
    // The message is another node's once it was sent.
    const context = kafkaOf(message);
    send(message);
    if (refusal === undefined) mismatch.over();
    else if (refusal.code === 'window-type' || mismatch.due(window.schema)) throw refusal;
    if (by.loaded && by.problem === undefined) show(score, steady);
    if (score.ready && by.scorer !== undefined) {
      for (const payload of watch.take(by.scorer, window, score)) voice.drift({ payload, ...context });
    }
  };
  /** Expressions are evaluated one after the other, so that windows stay in their order. */
  let turn: Promise<unknown> = Promise.resolve();
  const handle = (message: NodeMessageInFlow, send: Send): void | Promise<void> => {
    const command = commandOf(message);
    if (command !== undefined)
      return run(command).then((answer) => {
        voice.tell(withCut(RED, answer), withoutCommand(message));
      });
    const { evaluate } = modes;
    if (evaluate === undefined) {
      onWindow(message, send);
      return undefined;
    }
    const mine = turn.then(() => evaluate(message)).then((mode) => onWindow(message, send, mode));
    turn = mine.catch(() => undefined);
    return mine;
  };
  onInput(node, RED, background, handle, gate);

  node.on('close', (done: () => void) => {
    closed = true;
    unsubscribe();
    shadow.close();
    silence.close();
    status.close();
    // What is saved is what it was at, not that it was stopped.
    learner.leave();
    kept
      .close()
      .then(() => learner.stop())
      .then(() => done(), done);
  });
}

function offer(
  learner: Learner,
  message: NodeMessageInFlow & { label?: unknown },
  window: Parameters<Learner['offer']>[0],
  score: DetectorScore,
  otherMode: boolean,
): void {
  if (learner.stage !== 'collecting') return;
  learner.offer(window, { over: score.ready && score.ratio >= 1, labelled: saysAbnormal(message.label), otherMode });
}

/** Puts a score into `msg.scores`, which is made where there is none. */
function addScore(message: NodeMessageInFlow & { scores?: unknown }, kind: DetectorKind, score: DetectorScore): void {
  const { scores } = message;
  if (typeof scores !== 'object' || scores === null) message.scores = newScores(kind, score);
  else if (Object.isExtensible(scores)) (scores as Record<string, unknown>)[kind] = score;
  else message.scores = { ...scores, [kind]: score };
}

/** Each by its name: an object with a computed key takes ten times as long to make. */
function newScores(kind: DetectorKind, score: DetectorScore): Partial<Record<DetectorKind, DetectorScore>> {
  switch (kind) {
    case 'autoencoder':
      return { autoencoder: score };
    case 'iforest':
      return { iforest: score };
    case 'pca':
      return { pca: score };
  }
}

function modelOf(RED: NodeAPI, id: unknown): { model: Model; uploads: Uploads } {
  const node = typeof id === 'string' && id !== '' ? (RED.nodes.getNode(id) as ModelNode | null) : null;
  if (node?.model === undefined || node.uploads === undefined) throw new SwatError('model-node-missing');
  return { model: node.model, uploads: node.uploads };
}
