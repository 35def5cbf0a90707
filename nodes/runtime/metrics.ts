import type { Request, Response } from 'express';
import type { Node, NodeAPI } from 'node-red';
import { detailOf } from '../../lib/errors';
import { Collection, type Member, type Told } from '../../lib/metrics/collection';
import type { Figures } from '../../lib/metrics/families';
import { productVersion } from '../../lib/platform/product';
import { bears } from './bearer';
import { readMetricsSettings } from '../../lib/settings/metrics';
import { isOfSettingsFile, settingsEnv, settingsFault, tellFault } from './settings-file';
import { worded } from './words';

/** The metrics of this process; `undefined` until nodes are loaded. Without routes of their own, a `swat-api` may still be asked for them. */
let collection: Collection | undefined;
/** Errors of nodes so far. */
const errors = new WeakMap<Node, number>();
/** Every node that tells figures, whether metrics are on or off. */
const tellers = new Map<Node, Told>();
/** Waits where the settings file cannot be used, beside the nodes. */
const SETTINGS_FILE = { id: 'settings', type: 'settings-file' } as const;

/**
 * Serves `/swat/metrics`, `/swat/health` and `/swat/ready` on Node-RED's HTTP server where settings.js or the environment switch
 * them on; what is wrong with that is told once, and they stay off. A settings file that cannot be used is not ready, with its
 * reason. To be called once, before the flows start.
 */
export function metricsRoutes(RED: NodeAPI): void {
  const all = new Collection({
    version: productVersion(),
    node_red: typeof RED.version === 'function' ? String((RED.version as () => unknown)()) : '',
    node: process.versions.node,
  });
  collection = all;
  all.join(SETTINGS_FILE, { figures: () => ({}), waitsFor: () => settingsFault(RED)?.code });
  RED.events.on('flows:started', () => (all.running = true));
  RED.events.on('flows:stopping', () => (all.running = false));

  let token: string | undefined;
  try {
    const settings = readMetricsSettings((RED.settings as unknown as Record<string, unknown>).swat, around(RED));
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
    const fault = settingsFault(RED);
    const why = fault === undefined ? {} : { settings: worded(RED, fault).message };
    response
      .status(ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json(may(request) ? { ready, flows: running, waiting, ...why } : { ready });
  });
}

/** The metrics of all nodes of this process, as `/swat/metrics` has them. */
export function metricsText(): Promise<string> {
  return collection?.text() ?? Promise.resolve('');
}

/**
 * The environment with the settings file behind it; where that cannot be used, the environment alone: a health check must not
 * restart for ever what waits for its file to be corrected.
 */
function around(RED: NodeAPI): Readonly<Record<string, string | undefined>> {
  try {
    return settingsEnv(RED);
  } catch (cause) {
    if (!isOfSettingsFile(cause)) throw cause;
    tellFault(RED, cause);
    return process.env;
  }
}

/** Gives a node its place among the metrics, until it closes. */
export function nodeMetrics(node: Node, told: Told): Pick<Member, 'verdict'> {
  const all = { ...told, figures: () => ({ swat_node_errors_total: errorsOf(node), ...told.figures() }) };
  tellers.set(node, all);
  const { id, type, name } = node;
  const member = collection?.join({ id, type, name }, all);
  node.on('close', () => {
    tellers.delete(node);
    member?.leave();
  });
  return { verdict: (ageS) => member?.verdict(ageS) };
}

/** How a node stands. */
interface Standing {
  readonly node: Node;
  /** Empty where they cannot be taken. */
  readonly figures: Figures;
  /** Waits for nothing that keeps it from its work. */
  readonly ready: boolean;
}

/** How every node of ours stands now, whether metrics are served or not. One that cannot even say so is not ready. */
export function standings(): Standing[] {
  return [...tellers].map(([node, told]) => {
    try {
      return { node, figures: told.figures(), ready: told.waitsFor?.() === undefined };
    } catch {
      return { node, figures: {}, ready: false };
    }
  });
}

/** A node has told of an error. */
export function countError(node: Node): void {
  errors.set(node, errorsOf(node) + 1);
}

/** Errors of a node since it was made. */
export function errorsOf(node: Node): number {
  return errors.get(node) ?? 0;
}
