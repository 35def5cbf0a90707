import { DETECTOR_KINDS } from '../detect/detector';
import { SwatError } from '../errors';
import { readEvidence, type Evidence } from './read-evidence';
import { isRecord } from '../record';
import { readContributions } from './scores';
import { FINDINGS, LEVELS, type Sentence, type Verdict } from './verdict';

/** What the alarm state machine takes of a verdict: checked, bounded, and without references to the message. */
export type AlarmVerdict = Pick<Verdict, 'asset' | 'time' | 'finding' | 'level' | 'ratio' | 'tags' | 'sentence'> & {
  /** Only of the first one after time has gone back. */
  restarted?: 'rewind';
  /** Version of the model that spoke first, or an empty string. */
  model: string;
  /** What each detector said. */
  scores?: Verdict['detectors'];
  evidence?: Evidence;
};

const LONGEST = 128;
const MOST_PARAMS = 20;

/**
 * The verdict at `msg.payload`, as `swat-severity` sends it.
 * @param restarted `msg.restarted`: `rewind` beside the first one after time has gone back
 * @throws SwatError `verdict-type` with the part that is missing or wrong
 */
export function readVerdict(payload: unknown, restarted?: unknown): AlarmVerdict {
  const wrong = (part: string): SwatError => new SwatError('verdict-type', { part });
  if (!isRecord(payload)) throw wrong('payload');
  const { asset, time, ratio } = payload;
  const finding = FINDINGS.find((each) => each === payload.finding);
  const level = LEVELS.find((each) => each === payload.level);
  if (typeof asset !== 'string' || asset === '' || asset.length > LONGEST) throw wrong('asset');
  if (typeof time !== 'number' || !Number.isFinite(time)) throw wrong('time');
  if (finding === undefined) throw wrong('finding');
  if (level === undefined) throw wrong('level');
  if (typeof ratio !== 'number' || !(ratio >= 0 && ratio < Infinity)) throw wrong('ratio');
  const sentence = readSentence(payload.sentence) ?? { code: 'anomaly-untold', params: { asset, level, ratio } };
  const tags = readContributions(payload.tags);
  const model = modelOf(payload.detectors);
  const verdict: AlarmVerdict = { asset, time, finding, level, ratio, tags, sentence, model };
  const scores = readDetectors(payload.detectors);
  if (scores !== undefined) verdict.scores = scores;
  const evidence = readEvidence(payload.evidence);
  if (evidence !== undefined) verdict.evidence = evidence;
  if (restarted === 'rewind') verdict.restarted = restarted;
  return verdict;
}

function readSentence(value: unknown): Sentence | undefined {
  if (!isRecord(value) || typeof value.code !== 'string' || !/^[a-z-]{1,64}$/.test(value.code)) return undefined;
  const params: Sentence['params'] = {};
  for (const [name, param] of Object.entries(isRecord(value.params) ? value.params : {}).slice(0, MOST_PARAMS)) {
    if (!/^[a-z]{1,32}$/i.test(name)) continue;
    if (typeof param === 'number' && Number.isFinite(param)) params[name] = param;
    if (typeof param === 'string') params[name] = param.slice(0, LONGEST);
  }
  return { code: value.code, params };
}

/** The detectors' results that are whole; `undefined` where none is. */
function readDetectors(detectors: unknown): Verdict['detectors'] | undefined {
  if (!isRecord(detectors)) return undefined;
  let read: Verdict['detectors'] | undefined;
  for (const kind of DETECTOR_KINDS) {
    const result = Object.hasOwn(detectors, kind) ? detectors[kind] : undefined;
    if (!isRecord(result)) continue;
    const { score, threshold, ratio, ready, model } = result;
    if (!isNumber(score) || !isNumber(threshold) || !isNumber(ratio) || typeof model !== 'string') continue;
    read ??= {};
    read[kind] = { score, threshold, ratio, ready: ready === true, model: model.slice(0, LONGEST) };
  }
  return read;
}

function modelOf(detectors: unknown): string {
  for (const kind of DETECTOR_KINDS) {
    const result = isRecord(detectors) && Object.hasOwn(detectors, kind) ? detectors[kind] : undefined;
    if (isRecord(result) && typeof result.model === 'string') return result.model.slice(0, LONGEST);
  }
  return '';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
