import { SwatError } from '../errors';

/** Of what there was too little to learn from. */
export interface Learned {
  /** The file or series. */
  readonly name: string;
  /** One window in so many was learned. */
  readonly stride: number;
}

/** What a training threw; where it had too little to learn from, with the name of it, the stride, and the cure. */
export function tooSmall(cause: unknown, { name, stride }: Learned): unknown {
  if (!(cause instanceof SwatError) || cause.code !== 'training-too-small') return cause;
  const code = stride > 1 ? 'cli-too-small-stride' : 'cli-too-small';
  return new SwatError(code, { ...cause.details, name, stride }, { cause });
}
