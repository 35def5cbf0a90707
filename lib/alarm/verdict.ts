import type { Contribution, DetectorKind, DetectorScore } from '../detect/detector';

/** Severity levels in rising order. `NONE` is normal operation. INFO is an event, never annunciated. */
export const LEVELS = ['NONE', 'INFO', 'WARNING', 'CRITICAL'] as const;
export type Level = (typeof LEVELS)[number];

/** What the fused detectors say of one window of an asset. */
export const FINDINGS = ['normal', 'not-ready', 'bad-data', 'anomaly'] as const;
export type Finding = (typeof FINDINGS)[number];

/** A sentence as a code of the catalogue (`sentences.<code>`) with its parameters; worded where it is read. */
export interface Sentence {
  code: string;
  params: Record<string, string | number>;
}

/** What `swat-severity` sends as `msg.payload`. */
export interface Verdict {
  asset: string;
  /** Event time of the window's end, ms since the epoch. */
  time: number;
  finding: Finding;
  /** Level after persistence and hysteresis. */
  level: Level;
  /** Fused ratio of this window, before persistence. */
  ratio: number;
  /** Detectors that took part, with their own result. */
  detectors: Partial<Record<DetectorKind, Pick<DetectorScore, 'score' | 'threshold' | 'ratio' | 'ready' | 'model'>>>;
  /** True when an expected detector was missing. */
  partial: boolean;
  /** Guilty tags of the last m windows, most guilty first, at most five; empty while normal. */
  tags: Contribution[];
  sentence: Sentence;
  /** {@link sentence} in the language of the Node-RED that made it. */
  text: string;
}
