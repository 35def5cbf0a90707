import { SwatError } from '../errors';
import { isRecord } from '../record';

/** How metrics are served. */
export interface MetricsSettings {
  /** Whoever asks must know it; `undefined` lets everybody ask who reaches the server. */
  readonly token: string | undefined;
}

const ON: Readonly<Record<string, boolean>> = { '1': true, true: true, on: true, '0': false, false: false, off: false };
const SHORTEST_TOKEN = 16;

/**
 * Reads `swat.metrics` of settings.js and, before it, the environment: `SWAT_METRICS` and `SWAT_METRICS_TOKEN`. `undefined` where
 * metrics are off, as they are unless switched on.
 * @throws SwatError `metrics-setting`, `metrics-switch`, `metrics-token`
 */
export function readMetricsSettings(
  given: unknown,
  env: Readonly<Record<string, string | undefined>>,
): MetricsSettings | undefined {
  const section = isRecord(given) ? given.metrics : undefined;
  if (given !== undefined && !isRecord(given)) throw new SwatError('metrics-setting', { name: 'swat' });
  const form = section === true ? {} : section;
  if (form !== undefined && form !== false && !isRecord(form))
    throw new SwatError('metrics-setting', { name: 'swat.metrics' });
  const own = isRecord(form) ? form : {};
  const unknown = Object.keys(own).find((key) => key !== 'token');
  if (unknown !== undefined) throw new SwatError('metrics-setting', { name: `swat.metrics.${unknown.slice(0, 40)}` });

  const said = env.SWAT_METRICS ?? '';
  if (said !== '' && !Object.hasOwn(ON, said)) throw new SwatError('metrics-switch', { value: said.slice(0, 40) });
  const on = said === '' ? isRecord(form) : ON[said];
  if (!on) return undefined;
  const token = env.SWAT_METRICS_TOKEN === '' ? own.token : (env.SWAT_METRICS_TOKEN ?? own.token);
  if (token === undefined || token === '') return { token: undefined };
  if (typeof token !== 'string' || token.length < SHORTEST_TOKEN)
    throw new SwatError('metrics-token', { least: SHORTEST_TOKEN });
  return { token };
}
