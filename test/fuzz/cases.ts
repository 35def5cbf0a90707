/** What one piece of the fuzzing is asked for. */
export interface Piece {
  readonly seed: number;
  /** Index of the first case: the same seed, node and index make the same message. */
  readonly from: number;
  /** Cases a node. */
  readonly count: number;
  /** Only this node. */
  readonly only?: string;
}

/** What takes a thread and seconds gets every so many messages only. */
export const SELDOM: Readonly<Record<string, number>> = { 'swat-report': 500 };

/** A message that broke a promise, as small as it could be made. */
export interface Failure {
  readonly node: string;
  readonly seed: number;
  readonly index: number;
  readonly what: string;
  readonly message: string;
  /** Whether the message alone does it: else it needs what came before. */
  readonly alone: boolean;
}

/** What came of one piece. */
export interface PieceResult {
  /** Messages to each type of node. */
  readonly sent: Readonly<Record<string, number>>;
  /** How often messages were refused with each code. */
  readonly refused: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
  /** CPU time of the process, ms. */
  readonly cpuMs: number;
}
