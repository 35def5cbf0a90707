/**
 * An error as a reason: a code from the catalogue (`errors.<code>`) with the details that fill its sentence.
 * `lib` never words an error; the node or the command line does, in the user's language.
 */
export class SwatError extends Error {
  override readonly name = 'SwatError';

  constructor(
    readonly code: string,
    readonly details: Readonly<Record<string, string | number | boolean>> = {},
    options?: { cause?: unknown },
  ) {
    super(`${code} ${JSON.stringify(details)}`, options);
  }
}

/** An error of any kind as one of ours: one that nobody foresaw is `unexpected`, with what it says. */
export function asSwatError(cause: unknown): SwatError {
  if (cause instanceof SwatError) return cause;
  return new SwatError('unexpected', { detail: detailOf(cause) }, { cause });
}

/** What an error of any kind says: the detail of a reason, or its text where there is no other. */
export function detailOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
