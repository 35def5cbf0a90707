import { isDeepStrictEqual } from 'node:util';
import { SwatError } from '../../../lib/errors';

/** Whether an error is the one expected, with its details where they are given. */
export const fails =
  (code: string, details?: object) =>
  (error: unknown): boolean =>
    error instanceof SwatError &&
    error.code === code &&
    (details === undefined || isDeepStrictEqual({ ...error.details }, details));
