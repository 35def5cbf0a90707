import type { Node, NodeStatus } from 'node-red';

export interface StatusLine {
  /**
   * Shows this soon: at once when nothing was shown for a second, else as the last of that second. A function is asked only
   * when its status is about to be shown: cheap enough for every message.
   */
  show(status: NodeStatus | (() => NodeStatus)): void;
  /** Stops the timer; call on close. */
  close(): void;
}

/** Node status at most once a second, and never the same twice: each one is sent to every open editor. */
export function statusLine(node: Pick<Node, 'status'>, everyMs = 1000): StatusLine {
  let timer: NodeJS.Timeout | undefined;
  let waiting: NodeStatus | (() => NodeStatus) | undefined;
  let shown = '';

  const put = (wanted: NodeStatus | (() => NodeStatus)): void => {
    const status = typeof wanted === 'function' ? wanted() : wanted;
    const key = JSON.stringify(status);
    if (key === shown) return;
    shown = key;
    node.status(status);
  };

  const tick = (): void => {
    timer = undefined;
    if (waiting === undefined) return;
    const status = waiting;
    waiting = undefined;
    put(status);
    timer = setTimeout(tick, everyMs);
  };

  return {
    show(status) {
      if (timer !== undefined) {
        waiting = status;
        return;
      }
      put(status);
      timer = setTimeout(tick, everyMs);
    },
    close() {
      clearTimeout(timer);
      timer = undefined;
      waiting = undefined;
    },
  };
}
