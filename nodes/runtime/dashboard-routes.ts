import type { NextFunction, Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { join } from 'node:path';
import { productVersion } from '../../lib/platform/product';

/** What scripts/build.mjs has put together: the elements of the dashboards and their texts. */
const FOLDER = join(__dirname, '..', 'dashboard');
const FILE = /^[\w-]+\.js(on)?$/;
const YEAR_MS = 365 * 86_400_000;

/**
 * Serves the elements of the dashboards as `/swat/ui/swat-dashboard.js`, and their texts beside it, on Node-RED's HTTP server: behind
 * the same login as the dashboards themselves. Nothing secret is among them. What is asked for with the version of the package
 * as `?v=` may be kept by the browser; all else it asks for again after an update. To be called once, before the flows start.
 */
export function dashboardRoutes(RED: NodeAPI): void {
  const version = productVersion();
  RED.httpNode.get('/swat/ui/:file', (request: Request, response: Response, next: NextFunction) => {
    const file = String(request.params.file);
    if (!FILE.test(file)) {
      next();
      return;
    }
    const cached = request.query.v === version ? { maxAge: YEAR_MS, immutable: true } : { cacheControl: false };
    if (request.query.v !== version) response.set('Cache-Control', 'no-cache');
    response.set('X-Content-Type-Options', 'nosniff');
    response.sendFile(file, { root: FOLDER, ...cached }, (cause: unknown) => {
      if (cause !== undefined && cause !== null && !response.headersSent) next();
    });
  });
}
