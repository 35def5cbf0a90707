interface Queue {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: unknown;
  scheduleCheckPendingRequests: (this: Queue) => void;
}

/**
 * kafkajs 2.2.4 arms a timer of a negative time after every answer, and that timer arms the next: each connection wakes the
 * process a thousand times a second for ever, and Node 24 warns of it. Armed only where something waits, it does what it is
 * for: to send what was held back when the broker asked for a pause.
 */
export function calmRequestQueue(queue: { readonly prototype: unknown }): void {
  const prototype = queue.prototype as Queue;
  const check = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function (this: Queue) {
    if (this.pending.length > 0) check.call(this);
  };
}
