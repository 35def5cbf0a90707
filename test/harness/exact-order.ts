/** What a test asks a probe of exact-node.ts to do; see {@link ExactAnswer}. */
export interface ExactOrder {
  readonly do: 'run' | 'quiet' | 'send' | 'capture' | 'restore' | 'forget' | 'assets' | 'own' | 'lateMs' | 'times';
  readonly messages?: readonly Record<string, unknown>[];
  readonly asset?: string;
  readonly state?: string;
  readonly value?: number;
  readonly rerun?: boolean;
}

export interface ExactAnswer {
  /** Of `run`: nodes that were late; what the sinks had when it was quiet; ms from the last of these, or from the sending, until then. */
  readonly late?: readonly string[];
  readonly got?: readonly Got[];
  readonly afterMs?: number;
  /** Of `capture`: base64. */
  readonly state?: string;
  readonly assets?: readonly string[];
  readonly error?: { readonly code: string; readonly text: string };
  /** Of `times`: microseconds of a capture and of a restore, the median, and the bytes. */
  readonly captureUs?: number;
  readonly restoreUs?: number;
  readonly bytes?: number;
}

/** A message that has come to a sink. */
export interface Got {
  readonly sink: string;
  readonly message: Record<string, unknown>;
}
