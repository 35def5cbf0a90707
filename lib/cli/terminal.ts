import { detailOf, SwatError } from '../errors';
import { englishText, kindsNamed } from '../platform/catalogue';

/** Where a command writes: results to one stream, progress and errors to the other. */
export interface Terminal {
  result(line: string): void;
  progress(line: string): void;
}

/** A command of `swat`: reads its arguments, does its work, gives the exit code. */
export type Command = (args: readonly string[], terminal: Terminal) => Promise<number>;

/** What a command measured: for programs and for people. */
export interface Measured {
  readonly json: object;
  readonly lines: readonly string[];
}

/** An error in words: a known one by its sentence, any other by its message. */
export function errorText(cause: unknown): string {
  if (cause instanceof SwatError) {
    const details = kindsNamed(cause.details, (kind) => englishText(`kinds.${kind}`, {}));
    return englishText(`errors.${cause.code}`, details) ?? cause.message;
  }
  return detailOf(cause);
}

/** Does what writes a file. @throws SwatError `cli-write` when it cannot be written */
export async function writing(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    const detail = detailOf(cause);
    throw new SwatError('cli-write', { path, detail }, { cause });
  }
}
