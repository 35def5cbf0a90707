import type { AlarmEvent } from '../alarm/event';
import type { AuditLine } from './material';

/** A model version that had a say in the span. */
export interface ModelUse {
  readonly detector: string;
  readonly version: string;
  /** Event times of the first and the last alarm event that it had a say in; `undefined` where none is known. */
  readonly first: number | undefined;
  readonly last: number | undefined;
}

export interface ModelUses {
  readonly used: readonly ModelUse[];
  /** The version of each detector that was put in force last before the span. */
  readonly before: readonly AuditLine[];
  /** What was done with the models within the span, oldest first. */
  readonly done: readonly AuditLine[];
}

const IN_FORCE: ReadonlySet<string> = new Set(['activate', 'rollback']);

/** The versions that alarm events name, and what the audit trails of the models say. */
export function modelsOf(
  events: readonly AlarmEvent[],
  audits: readonly AuditLine[],
  { from, to }: { from: number; to: number },
): ModelUses {
  const used = new Map<string, ModelUse>();
  for (const { time, scores } of events) {
    for (const [detector, { model: version }] of Object.entries(scores ?? {})) {
      if (version === '') continue;
      const key = `${detector}/${version}`;
      used.set(key, { detector, version, first: used.get(key)?.first ?? time, last: time });
    }
  }
  const before = new Map<string, AuditLine>();
  for (const line of audits) {
    if (line.at < from && IN_FORCE.has(line.action)) before.set(`${line.model}/${line.kind}`, line);
  }
  const keys = [...used.keys()].sort();
  return {
    used: keys.flatMap((key) => used.get(key) ?? []),
    before: [...before.values()],
    done: audits.filter(({ at }) => at >= from && at < to),
  };
}
