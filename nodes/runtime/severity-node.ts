import type { Node } from 'node-red';
import type { JudgeSettings } from '../../lib/alarm/judge';

/** A `swat-severity` as other nodes see it. */
export interface SeverityNode extends Node {
  /** `undefined` where its settings are unusable. */
  judging?: JudgeSettings;
}
