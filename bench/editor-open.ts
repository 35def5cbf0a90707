import { once } from 'node:events';
import { WebSocket } from 'ws';

/** An editor as far as Node-RED is concerned: what it subscribes to is sent to it. */
export interface Editor {
  /** Statuses a second of the node that sent most of them. */
  statusRate(): number;
  close(): void;
}

/** What the editor subscribes to, with the palettes that are installed here. */
const TOPICS = ['notification/#', 'status/#', 'debug', 'event-log/#', 'swat/#', 'swat-alert/#'];
/** As the sidebar asks, ms. */
const ASKS_MS = 30_000;
const SECOND = 1000;

/** Opens an editor on a Node-RED, with its sidebars. */
export async function openEditor(url: string): Promise<Editor> {
  const arrivals = new Map<string, number[]>();
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/comms`);
  socket.on('message', (text: Buffer) => {
    const now = performance.now();
    const told: unknown = JSON.parse(text.toString());
    for (const { topic = '' } of Array.isArray(told) ? (told as { topic?: string }[]) : []) {
      if (!topic.startsWith('status/')) continue;
      const times = arrivals.get(topic);
      if (times === undefined) arrivals.set(topic, [now]);
      else times.push(now);
    }
  });
  await once(socket, 'open');
  for (const topic of TOPICS) socket.send(JSON.stringify({ subscribe: topic }));
  const ask = (): void => void fetch(`${url}/swat/sidebar`).then((answer) => answer.text());
  ask();
  const asking = setInterval(ask, ASKS_MS);
  return {
    statusRate: () => Math.max(0, ...[...arrivals.values()].map(rate)),
    close() {
      clearInterval(asking);
      socket.close();
    },
  };
}

/** From the first one on: what is waited for after the last is unknown. */
function rate(times: readonly number[]): number {
  const steps = times.length - 1;
  return steps < 1 ? 0 : (SECOND * steps) / (times[steps] - times[0]);
}
