import type { NodeAPI } from 'node-red';
import type { Outbox } from '../../lib/journal/outbox';
import { failureWords } from './notify-words';
import { words } from './words';

/** A channel that fails for no longer than this is not worth a line: it tries again by itself. */
const PATIENCE_MS = 60_000;

/**
 * Says once in the log that nothing gets through, and once that it does again. To be asked whenever something may have changed.
 */
export function watchOf(
  RED: Pick<NodeAPI, '_'>,
  node: { warn(text: string): void; log(text: string): void },
  outbox: Outbox,
): (now: number) => void {
  let told = false;
  return (now) => {
    const since = outbox.failingSince;
    if (since === undefined) {
      if (told) node.log(words(RED, 'sentences.notify-recovered'));
      told = false;
    } else if (!told && now - since >= PATIENCE_MS) {
      const open = outbox.list().filter(({ state }) => state !== 'dead');
      const failure = open.findLast((entry) => entry.failure !== undefined)?.failure;
      if (failure === undefined) return;
      told = true;
      const seconds = Math.round((now - since) / 1000);
      node.warn(
        words(RED, 'sentences.notify-silent', { count: open.length, seconds, detail: failureWords(RED, failure) }),
      );
    }
  };
}
