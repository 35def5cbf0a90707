import { SwatError } from '../errors';
import type { DetectorArtifact } from './artifact';

/** What is wrong with a part of a model. */
type Flaw = 'missing' | 'shape' | 'not-finite' | 'value' | 'kind';

/** The error for a model that cannot be used: which part, and what of it. */
export function invalid(part: string, reason: Flaw): SwatError {
  return new SwatError('model-unusable', { part, reason });
}

/**
 * A tensor of an artifact, checked.
 * @param shape the shape it must have; -1 for any size along an axis
 * @throws SwatError `model-unusable`
 */
export function tensorOf(artifact: DetectorArtifact, name: string, shape: readonly number[]): Float32Array {
  if (!Object.hasOwn(artifact.tensors, name)) throw invalid(name, 'missing');
  const tensor = artifact.tensors[name];
  const fits =
    tensor.shape.length === shape.length &&
    shape.every((size, axis) => size === -1 || size === tensor.shape[axis]) &&
    tensor.data.length === tensor.shape.reduce((product, size) => product * size, 1);
  if (!fits) throw invalid(name, 'shape');
  if (!areFinite(tensor.data)) throw invalid(name, 'not-finite');
  return tensor.data;
}

/**
 * Whether all numbers are. Their float64 sum is so exactly then: it cannot overflow, and NaN and Infinity stay in it. A call for
 * each number would take most of the time that a model takes to load.
 */
export function areFinite(data: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i];
  return Number.isFinite(sum);
}

/** A tensor of numbers above zero. @throws SwatError `model-unusable` */
export function positiveTensorOf(artifact: DetectorArtifact, name: string, shape: readonly number[]): Float32Array {
  const data = tensorOf(artifact, name, shape);
  if (!data.every((value) => value > 0)) throw invalid(name, 'value');
  return data;
}
