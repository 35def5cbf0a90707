import type { NodeAPI } from 'node-red';
import { PROMISE_DAYS, USUAL_PERSISTENCE } from '../../lib/detect/expected-alarms';
import type { Validation } from '../../lib/model/training-report';
import type { Params } from '../../lib/platform/catalogue';
import type { Finding, QualityReport } from '../../lib/train/quality/report';
import { spanOf } from '../../lib/train/span';
import { words } from './words';

/** Something to tell a person, in words: what it is, and what to do about it. */
export interface Told {
  readonly code: string;
  readonly text: string;
  readonly advice: string;
  readonly exclude?: Finding['exclude'];
}

/** A finding in words. */
export type WordedFinding = Finding & Pick<Told, 'text' | 'advice'>;

const NAMED = 5;

/** A finding with its sentence and what to do about it. */
export function wordedFinding(RED: Pick<NodeAPI, '_'>, finding: Finding): WordedFinding {
  const params = { ...timed(finding.params), names: namesOf(RED, finding.tags) };
  return { ...finding, ...sentencesOf(RED, 'quality', finding.code, params) };
}

/** A report with its findings in words. */
export function wordedReport(
  RED: Pick<NodeAPI, '_'>,
  report: QualityReport,
): QualityReport & { findings: WordedFinding[] } {
  return { ...report, findings: report.findings.map((finding) => wordedFinding(RED, finding)) };
}

/** What a validation has to say, the most important first. */
export function validationNotes(RED: Pick<NodeAPI, '_'>, validation: Validation): Told[] {
  const notes: Told[] = [];
  // What would have been no alarm is shown with the score, not warned of.
  for (const { from, to, peak, tags } of validation.suspicious.filter((each) => each.peak >= USUAL_PERSISTENCE.ratio)) {
    const strength = { peak: Number(peak.toPrecision(2)), long: longOf(RED, to - from) };
    const params = { ...timed({ from, to }), ...strength, names: namesOf(RED, tags) };
    notes.push({ ...told(RED, 'validation', 'suspicious', params), exclude: { ranges: [[from, to]] } });
  }
  const { dominant, days, upperPerDay } = validation;
  if (dominant !== null) {
    const percent = Math.round((validation.tags[0]?.share ?? 0) * 100);
    notes.push({ ...told(RED, 'validation', 'dominant', { tag: dominant, percent }), exclude: { tags: [dominant] } });
  }
  if (upperPerDay === null)
    notes.push(told(RED, 'validation', 'short', { long: longOf(RED, days * 86_400_000), days: PROMISE_DAYS }));
  return notes;
}

/** That drift of some tags cannot be told, where there are any. */
export function driftNotes(RED: Pick<NodeAPI, '_'>, unknown: readonly string[]): Told[] {
  return unknown.length === 0 ? [] : [told(RED, 'validation', 'drift-unknown', { names: namesOf(RED, unknown) })];
}

/** An answer to `train`, with a sentence where collecting was cut short. */
export function withCut(RED: Pick<NodeAPI, '_'>, answer: object): object {
  const cut = 'cut' in answer ? (answer.cut as Params | undefined) : undefined;
  return cut === undefined ? answer : { ...answer, text: words(RED, 'sentences.train-cut', cut) };
}

function told(RED: Pick<NodeAPI, '_'>, group: string, code: string, params: Params): Told {
  return { code, ...sentencesOf(RED, group, code, params) };
}

function sentencesOf(
  RED: Pick<NodeAPI, '_'>,
  group: string,
  code: string,
  params: Params,
): Pick<Told, 'text' | 'advice'> {
  return { text: words(RED, `${group}.${code}.text`, params), advice: words(RED, `${group}.${code}.advice`, params) };
}

/** Times as a person reads them, UTC. */
function timed(params: Finding['params']): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      const isTime = typeof value === 'number' && (name === 'from' || name === 'to');
      return [name, isTime ? new Date(value).toISOString().slice(0, 19).replace('T', ' ') : value];
    }),
  );
}

/** A length of time as a person says it. */
export function longOf(RED: Pick<NodeAPI, '_'>, ms: number): string {
  const { unit, number } = spanOf(ms);
  return words(RED, `span.${unit}`, { number });
}

function namesOf(RED: Pick<NodeAPI, '_'>, tags: readonly string[]): string {
  const names = tags.slice(0, NAMED).join(', ');
  return tags.length <= NAMED ? names : words(RED, 'quality.more', { names, more: tags.length - NAMED });
}
