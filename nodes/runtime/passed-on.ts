/** A message may go through so many nodes that pass it on at once, a link or a function, until it is where it is kept. */
const HOPS = 4;

/**
 * Calls back when a message that was sent just now has been passed on: Node-RED hands it to the next node in the next turn of
 * the event loop. In a deploy all nodes are closed in the same turn, and what was not handed over by then may be lost.
 */
export function passedOn(callback: () => void, hops = HOPS): void {
  if (hops === 0) callback();
  else setImmediate(passedOn, callback, hops - 1);
}
