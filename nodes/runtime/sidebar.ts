import type { Request, Response } from 'express';
import type { Node, NodeAPI } from 'node-red';
import type { Stage } from '../../lib/train/learning-event';
import { systemClock } from '../../lib/platform/clock';
import { inHand } from './handler';
import { errorsOf, standings } from './metrics';
import type { ScorePoint, ScoreTrace } from './score-trace';

/** What a node that scores or judges says beside what it tells the metrics. */
export interface Detail {
  readonly scores: ScoreTrace;
  /** In force; absent for none. */
  readonly version?: string | undefined;
  readonly stage?: Stage;
  /** Of collecting, checking or training, 0 to 1; absent where it is not known, or nothing is at work. */
  readonly progress?: number | undefined;
}

/** A node as the sidebar of the editor shows it; its status comes to the editor anyway. */
interface Entry extends Omit<Detail, 'scores'> {
  readonly id: string;
  readonly type: string;
  readonly name?: string | undefined;
  /** The node of the editor that it was made of, where it stands in a subflow. */
  readonly of?: string | undefined;
  /** The subflows in the editor that it stands in, outermost first. */
  readonly within?: readonly string[] | undefined;
  /** Waits for nothing that keeps it from its work. */
  readonly ready: boolean;
  /** Messages and records that wait, or are being worked on. */
  readonly queue: number;
  readonly errors: number;
  readonly score?: ScorePoint | undefined;
}

const EVERY_MS = 1000;
/** An editor that shows the sidebar asks again sooner. */
const LISTENED_MS = 45_000;
/** What is published, and what the editors subscribe to. */
const TOPIC = 'swat/live';
const QUEUED = ['swat_kafka_queued_records', 'swat_kafka_buffered_records', 'swat_kafka_in_flight_records'] as const;

const details = new WeakMap<Node, () => Detail>();

/** Says more of a node to the sidebar. `tell` is asked at most once a second, and only while an editor shows the sidebar. */
export function sidebarDetail(node: Node, tell: () => Detail): void {
  details.set(node, tell);
}

/**
 * The admin route of the sidebar: all nodes of ours that run, with their scores of the last minutes. For a while after it was
 * asked, what changes is published to the editors, once a second for all nodes together; nothing is while nobody looks.
 */
export function sidebarRoutes(RED: NodeAPI): void {
  let listenedUntil = 0;
  let timer: NodeJS.Timeout | undefined;
  let sent = new Map<string, string>();

  const tick = (): void => {
    const now = systemClock();
    if (now > listenedUntil) {
      clearInterval(timer);
      timer = undefined;
      sent = new Map();
      return;
    }
    const last = sent;
    sent = new Map();
    const changed: Entry[] = [];
    for (const entry of entriesOf()) {
      const text = JSON.stringify(entry);
      sent.set(entry.id, text);
      if (last.get(entry.id) !== text) changed.push(entry);
    }
    const gone = [...last.keys()].filter((id) => !sent.has(id));
    if (changed.length > 0 || gone.length > 0) RED.comms.publish(TOPIC, { now, nodes: changed, gone }, false);
  };

  RED.httpAdmin.get(
    '/swat/sidebar',
    RED.auth.needsPermission('swat-model.read'),
    (_request: Request, response: Response) => {
      const now = systemClock();
      listenedUntil = now + LISTENED_MS;
      timer ??= setInterval(tick, EVERY_MS).unref();
      response.set('Cache-Control', 'no-store').json({ now, nodes: entriesOf(true) });
    },
  );
}

/** @param whole with all scores that are remembered, instead of the last one */
function entriesOf(whole = false): (Entry & { scores?: readonly ScorePoint[] })[] {
  return standings().map(({ node, figures, ready }) => {
    const { id, type, name } = node;
    const { scores, ...more } = details.get(node)?.() ?? {};
    const queued = QUEUED.reduce((sum, figure) => sum + (numberOf(figures[figure]) ?? 0), 0);
    return {
      id,
      type,
      name: name === '' ? undefined : name,
      ...subflowOf(node),
      ready,
      queue: inHand(node) + queued,
      errors: errorsOf(node),
      ...more,
      score: scores?.last,
      ...(whole && scores !== undefined ? { scores: scores.points } : {}),
    };
  });
}

/** Where a node of a subflow comes from: Node-RED gives it an id of its own, and notes the ids of the editor beside it. */
function subflowOf(node: Node & { readonly _alias?: string; readonly _path?: string }): Pick<Entry, 'of' | 'within'> {
  const { _alias: of, _path: path } = node;
  return of === undefined ? {} : { of, within: path?.split('/').slice(1, -1) };
}

function numberOf(figure: unknown): number | undefined {
  return typeof figure === 'number' ? figure : undefined;
}
