import type { NodeAPI, NodeDef } from 'node-red';
import { DEFAULT_JUDGE } from '../lib/alarm/defaults';
import { EvidenceKeeper } from '../lib/alarm/evidence';
import { FUSION_METHODS } from '../lib/alarm/fuse';
import { Join, type Joined } from '../lib/alarm/join';
import { Judge, type JudgeSettings } from '../lib/alarm/judge';
import { checkLevels } from '../lib/alarm/levels';
import type { Evidence } from '../lib/alarm/read-evidence';
import { readScores, readWindow } from '../lib/alarm/scores';
import type { Level, Verdict } from '../lib/alarm/verdict';
import type { DetectorKind } from '../lib/detect/detector';
import { SwatError } from '../lib/errors';
import { steadyClock, systemClock } from '../lib/platform/clock';
import { fromBytes, toBytes } from '../lib/snapshot/json';
import { commandName } from './runtime/commands';
import { commandOf, onInput, refuse, type Send } from './runtime/handler';
import { nodeLog } from './runtime/logs';
import { nodeMetrics } from './runtime/metrics';
import { registerNode } from './runtime/register';
import { watchSilence } from './runtime/silence';
import { say } from './runtime/sentence';
import { ScoreTrace } from './runtime/score-trace';
import type { SeverityNode } from './runtime/severity-node';
import { readChoice, readNumber, readText } from './runtime/settings';
import { sidebarDetail } from './runtime/sidebar';
import { keepState } from './runtime/state';
import { statusLine } from './runtime/status';
import { VerdictFigures } from './runtime/stream-figures';
import { verdictStatus } from './runtime/verdict-status';

type Definition = NodeDef & Record<string, unknown>;
type Message = Parameters<Parameters<typeof onInput>[3]>[0] & { scores?: unknown; from?: string; restarted?: string };

/** A message whose scores wait for those of other branches, or are being judged. */
interface Held {
  message: Message;
  send: Send;
  settle: (failure?: Error) => void;
}

const HOUR = 3_600_000;
/** What moves with an asset. */
const LEVEL = 'level';
const EVIDENCE = 'evidence';

/** `swat-severity`: fuses the detectors' ratios into one verdict with a steady level. */
export = (RED: NodeAPI): void => {
  registerNode(RED, 'swat-severity', function (this: SeverityNode, definition: Definition) {
    const log = nodeLog(RED, this);
    try {
      const settings = readSettings(definition);
      const maxWaitMs = readNumber('maxWait', definition.maxWait, { min: 0, max: 60, fallback: 2 }) * 1000;
      const judge = new Judge(settings);
      this.judging = settings;
      const evidence = new EvidenceKeeper();
      const join = new Join<Held>(settings.expected, maxWaitMs);
      const status = statusLine(this);
      const kept = keepState(
        this,
        RED,
        { kind: 'swat-severity', version: 1, key: '' },
        {
          keys: () => judge.assets(),
          full: (asset) => toBytes(judge.snapshot(asset)),
          restore: (asset, { full }) => judge.restore(asset, fromBytes(asset, full)),
          moving: {
            *assets() {
              yield* judge.assets();
              yield* evidence.assets();
            },
            *capture(asset) {
              for (const [part, data] of [
                [LEVEL, judge.snapshot(asset)],
                [EVIDENCE, evidence.saved(asset)],
              ] as const)
                if (data !== undefined) yield [part, Buffer.from(JSON.stringify(data))];
            },
            restore(asset, parts) {
              forget(asset);
              const [level, window] = [parts.get(LEVEL), parts.get(EVIDENCE)];
              if (level !== undefined) judge.restore(asset, fromBytes(asset, level));
              if (window !== undefined) evidence.restore(asset, fromBytes(asset, window));
              kept.change(asset);
            },
            forget: (asset) => {
              forget(asset);
            },
          },
        },
      );
      const verdicts = new VerdictFigures();
      const trace = new ScoreTrace();
      sidebarDetail(this, () => ({ scores: trace }));
      const metrics = nodeMetrics(this, {
        figures: () => verdicts.figures(),
        waitsFor: () => (kept.isReady ? undefined : 'state-loading'),
      });
      const silence = watchSilence(RED, (quiet) => status.show(quiet));
      let timer: NodeJS.Timeout | undefined;

      const deliver = ({ window, scores, carriers }: Joined<Held>): void => {
        const [{ message, send }] = carriers;
        let failure: Error | undefined;
        try {
          const [steady, wall] = [steadyClock(), systemClock()];
          const { verdict, from, rewound } = judge.judge(window, scores, steady);
          kept.change(window.asset);
          verdicts.add(verdict);
          if (verdict.finding !== 'not-ready') trace.note(verdict.ratio, wall);
          metrics.verdict((wall - verdict.time) / 1000);
          const proof = evidence.take(message.payload, verdict, from);
          const { asset, time, finding, level, ratio, detectors, partial, tags, sentence } = verdict;
          const text = say(RED, sentence);
          // Each by its name: a spread costs more than the judgement.
          const told: Verdict & { evidence?: Evidence } = { asset, time, finding, level, ratio, detectors, partial, tags, sentence, text }; // prettier-ignore
          if (proof !== undefined) told.evidence = proof;
          message.payload = told;
          message.scores = scores;
          if (rewound) message.restarted = 'rewind';
          silence.heard(steady, wall);
          status.show(() => verdictStatus(RED, verdict));
          if (verdict.level !== from) log.event('inference', levelLine(verdict, from));
          send([message, verdict.level === from ? null : { ...message, from }]);
        } catch (cause) {
          failure = cause instanceof Error ? cause : new Error(String(cause));
        }
        carriers.forEach(({ settle }, index) => settle(index === 0 ? failure : undefined));
      };

      const watch = (): void => {
        if (timer !== undefined || join.deadline === undefined) return;
        timer = setTimeout(
          () => {
            timer = undefined;
            join.due(steadyClock()).forEach(deliver);
            watch();
          },
          Math.max(1, join.deadline - steadyClock()),
        );
      };

      const drop = (asset?: string): void => {
        for (const { carriers } of join.reset(asset)) for (const { settle } of carriers) settle();
      };

      const forget = (asset?: string): void => {
        drop(asset);
        if (asset === undefined) for (const each of judge.assets()) kept.forget(each);
        else kept.forget(asset);
        judge.reset(asset);
        evidence.reset(asset);
      };

      const handle = (message: Message, send: Send): void | Promise<void> => {
        const command = commandOf(message);
        if (command !== undefined) {
          commandName(command, ['reset']);
          forget(readText(command.asset) || undefined);
          return undefined;
        }
        const outcome: { failure?: Error | undefined } = {};
        const own: Held = { message, send, settle: (failure) => (outcome.failure = failure) };
        const joining = join.add(readWindow(message.payload), readScores(message.scores), own, steadyClock());
        joining.released.forEach(deliver);
        if (joining.outcome === 'held') {
          watch();
          return new Promise((resolve, reject) => {
            own.settle = (failure) => (failure === undefined ? resolve() : reject(failure));
          });
        }
        if (outcome.failure !== undefined) throw outcome.failure;
        return undefined;
      };
      onInput(this, RED, status, handle, kept);

      this.on('close', (done: () => void) => {
        clearTimeout(timer);
        silence.close();
        drop();
        status.close();
        void kept.close().then(done);
      });
    } catch (cause) {
      refuse(this, RED, cause);
    }
  });
};

/** A change of level, for the log. */
function levelLine({ asset, time, level, ratio, tags, partial }: Omit<Verdict, 'text'>, from: Level): object {
  return { event: 'level', asset, time, from, to: level, ratio, partial, tags: tags.map(({ tag }) => tag) };
}

function readSettings(definition: Definition): JudgeSettings {
  const number = (name: string, min: number, max: number, fallback: number, integer = false): number =>
    readNumber(name, definition[name], { min, max, fallback, integer });
  const expected: DetectorKind[] = [];
  if (definition.expectAutoencoder !== false) expected.push('autoencoder');
  if (definition.expectIforest !== false) expected.push('iforest');
  if (definition.expectPca === true) expected.push('pca');
  if (expected.length === 0) throw new SwatError('expected-none');
  const alarming = expected.filter((kind) => kind !== 'iforest');
  if (alarming.length === 0) throw new SwatError('expected-forest-alone');
  const { levels: usual, fusion: usualFusion, idleMs } = DEFAULT_JUDGE;
  const levels = checkLevels({
    thresholds: [
      number('infoFrom', 0.01, 1000, usual.thresholds[0]),
      number('warningFrom', 0.01, 1000, usual.thresholds[1]),
      number('criticalFrom', 0.01, 1000, usual.thresholds[2]),
    ],
    n: number('persistN', 1, 1000, usual.n, true),
    m: number('persistM', 1, 1000, usual.m, true),
    hysteresis: number('hysteresis', 0.1, 1, usual.hysteresis),
  });
  const fusion = {
    method: readChoice('fusion', definition.fusion, FUSION_METHODS, usualFusion.method),
    weights: {
      autoencoder: number('weightAutoencoder', 0, 1000, usualFusion.weights.autoencoder),
      iforest: number('weightIforest', 0, 1000, usualFusion.weights.iforest),
      pca: number('weightPca', 0, 1000, usualFusion.weights.pca),
    },
    n: number('atLeast', 1, 3, usualFusion.n, true),
    minGood: number('minGood', 0, 100, usualFusion.minGood * 100) / 100,
  };
  if (fusion.method === 'weighted-mean' && alarming.every((kind) => fusion.weights[kind] === 0)) {
    throw new SwatError('expected-forest-alone');
  }
  return { fusion, levels, expected, idleMs: number('idleHours', 0.01, 1000, idleMs / HOUR) * HOUR };
}
