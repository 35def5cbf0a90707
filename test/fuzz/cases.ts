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
  readonly sent: number;
  /** How often messages were refused with each code. */
  readonly refused: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
  /** CPU time of the process, ms. */
  readonly cpuMs: number;
}
