import type { AlarmVerdict } from '../../lib/alarm/read-verdict';
import { isRecord } from '../../lib/record';

/** The newest verdict of each asset, of at most 10,000; beyond that, the asset that has been silent longest is forgotten. */
export class VerdictBoard {
  readonly #verdicts = new Map<string, Readonly<Record<string, unknown>>>();

  /** @param payload as `swat-severity` has sent it */
  take({ asset }: AlarmVerdict, payload: Readonly<Record<string, unknown>>): void {
    const verdict: Record<string, unknown> = { ...payload };
    delete verdict.evidence;
    delete verdict.sentence;
    this.#verdicts.delete(asset);
    this.#verdicts.set(asset, verdict);
    const [silent] = this.#verdicts.keys();
    if (this.#verdicts.size > MOST) this.#verdicts.delete(silent);
  }

  of(asset: string): Readonly<Record<string, unknown>> | undefined {
    return this.#verdicts.get(asset);
  }

  assets(): IterableIterator<string> {
    return this.#verdicts.keys();
  }
}

const MOST = 10_000;

/** Whether a payload is an alarm event of `swat-alert`. */
export function isAlarmEvent(payload: unknown): payload is Readonly<Record<string, unknown>> {
  return (
    isRecord(payload) &&
    typeof payload.event === 'string' &&
    typeof payload.id === 'string' &&
    typeof payload.seq === 'number' &&
    typeof payload.asset === 'string'
  );
}
