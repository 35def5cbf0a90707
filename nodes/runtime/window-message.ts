import { SwatError } from '../../lib/errors';
import type { WindowPayload } from '../../lib/stream/window';

/**
 * The payload of a message as a window.
 * @throws SwatError `window-type` {found} when it is none, `window-number` {position} when a feature is not a finite number
 */
export function readWindow(payload: unknown): WindowPayload {
  if (typeof payload !== 'object' || payload === null) throw notAWindow(payload);
  const window = payload as Partial<WindowPayload>;
  const { features, quality } = window;
  const fits =
    typeof window.asset === 'string' &&
    typeof window.schema === 'string' &&
    typeof window.end === 'number' &&
    typeof quality === 'object' &&
    Array.isArray((quality as WindowPayload['quality'] | null)?.bad) &&
    Array.isArray(features);
  if (!fits) throw notAWindow(payload);
  for (let position = 0; position < features.length; position += 1) {
    const value: unknown = features[position];
    // Infinity less itself is not 0, nor is NaN; asking a function would box each number.
    if (typeof value !== 'number' || value - value !== 0) throw new SwatError('window-number', { position });
  }
  return window as WindowPayload;
}

function notAWindow(payload: unknown): SwatError {
  const found = Array.isArray(payload) ? 'array' : payload === null ? 'null' : typeof payload;
  return new SwatError('window-type', { found });
}

/** Whether a message's label (`msg.label = {attack, …}`, or a word such as `Attack`) says that it is no normal operation. */
export function saysAbnormal(label: unknown): boolean {
  const truth = typeof label === 'object' && label !== null && 'attack' in label ? label.attack : label;
  if (typeof truth === 'string') return !['', '0', 'false', 'normal'].includes(truth.trim().toLowerCase());
  return truth !== undefined && truth !== null && truth !== false && truth !== 0;
}
