import type { Request, Response } from 'express';
import type { Node, NodeAPI } from 'node-red';
import { detailOf } from '../../lib/errors';
import { Collection, type Member, type Told } from '../../lib/metrics/collection';
import { productVersion } from '../../lib/platform/product';
import { bears } from './bearer';
import { readMetricsSettings } from '../../lib/settings/metrics';
import { settingsEnv } from './settings-file';
import { worded } from './words';

/** The metrics of this process; `undefined` until nodes are loaded. Without routes of their own, a `swat-api` may still be asked for them. */
let collection: Collection | undefined;
/** Errors of nodes so far. */
const errors = new WeakMap<Node, number>();

const NOBODY: Member = { verdict: () => undefined, leave: () => undefined };

/**
 * Serves `/swat/metrics`, `/swat/health` and `/swat/ready` on Node-RED's HTTP server where settings.js or the environment switch
 * them on; what is wrong with that is told once, and they stay off. To be called once, before the flows start.
 */
export function metricsRoutes(RED: NodeAPI): void {
  const all = new Collection({
    version: productVersion(),
    node_red: typeof RED.version === 'function' ? String((RED.version as () => unknown)()) : '',
    node: process.versions.node,
  });
  collection = all;
  RED.events.on('flows:started', () => (all.running = true));
  RED.events.on('flows:stopping', () => (all.running = false));

  let token: string | undefined;
  try {
    const settings = readMetricsSettings((RED.settings as unknown as Record<string, unknown>).swat, settingsEnv(RED));
    if (settings === undefined) return;
    ({ token } = settings);
  } catch (cause) {
    RED.log.error(worded(RED, cause).message);
    return;
  }

  const may = (request: Request): boolean => token === undefined || bears(request, token);
  RED.httpNode.get('/swat/metrics', (request: Request, response: Response) => {
    if (!may(request)) {
      response.status(401).set('WWW-Authenticate', 'Bearer').end();
      return;
    }
    all.text().then(
      (text) => response.set({ 'Content-Type': all.contentType, 'Cache-Control': 'no-store' }).end(text),
      (cause: unknown) => response.status(500).type('text/plain').end(detailOf(cause)),
    );
  });
  RED.httpNode.get('/swat/health', (_request: Request, response: Response) => {
    response.set('Cache-Control', 'no-store').json({ alive: true });
  });
  // Which node waits for what is for those who may see the metrics.
  RED.httpNode.get('/swat/ready', (request: Request, response: Response) => {
    const { ready, running, waiting } = all.readiness();
    response
      .status(ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json(may(request) ? { ready, flows: running, waiting } : { ready });
  });
}

/** The metrics of all nodes of this process, as `/swat/metrics` has them. */
export function metricsText(): Promise<string> {
  return collection?.text() ?? Promise.resolve('');
}

/** Gives a node its place among the metrics, until it closes. */
export function nodeMetrics(node: Node, told: Told): Member {
  if (collection === undefined) return NOBODY;
  const { id, type, name } = node;
  const member = collection.join(
    { id, type, name },
    { ...told, figures: () => ({ swat_node_errors_total: errors.get(node) ?? 0, ...told.figures() }) },
  );
  node.on('close', () => member.leave());
  return member;
}

/** A node has told of an error. */
export function countError(node: Node): void {
  if (collection !== undefined) errors.set(node, (errors.get(node) ?? 0) + 1);
}
