import type { NextFunction, Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { keyOf, type ApiKey } from '../../lib/api/keys';
import { problemOf, type Problem } from '../../lib/api/problem';
import { createHash } from 'node:crypto';
import type { Document } from '../../lib/api/document';
import { Idempotency } from '../../lib/api/idempotency';
import { asSwatError, SwatError } from '../../lib/errors';
import type { ApiFigures } from '../../lib/metrics/api';
import { steadyClock } from '../../lib/platform/clock';
import { MemoryStore, rateLimit } from '../../lib/vendor/rate-limit';
import type { Answered, apiActions } from './api-actions';
import { readJson } from './api-body';
import { apiPage } from './api-page';
import { bodyFor, parametersOf, RequestRefused, routeOf, type Route } from './api-requests';
import type { ApiSettings } from './api-settings';
import { bearerToken } from './bearer';
import { worded, words } from './words';

/** What a node serves: everything below its path. */
export interface ApiServer {
  /** @param below the path that was asked for, less the base path */
  handle(request: Request, response: Response, below: string): void;
  close(): void;
}

export interface ServerParts {
  readonly RED: NodeAPI;
  readonly settings: ApiSettings;
  readonly actions: ReturnType<typeof apiActions>;
  readonly figures: ApiFigures;
  /** As it is now: the plant may have learned its tags in between. */
  readonly document: () => Document;
  /** Tells an error that nobody foresaw. */
  readonly failed: (error: Error) => void;
}

const MINUTE_MS = 60_000;

/** The key that a request brings: `X-API-Key`, so that Node-RED's own `httpNodeAuth` may have `Authorization`; else that as a bearer. */
export function keyGiven(header: (name: string) => string | undefined): string | undefined {
  return header('x-api-key') ?? bearerToken(header('authorization'));
}

/** Whether a page of this origin may ask; pages of the server itself always may. */
export function mayAsk({ origins }: Pick<ApiSettings, 'origins'>, origin: string, host: string | undefined): boolean {
  if (origins.includes(origin.toLowerCase())) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/** Answers requests as the document says. */
export function apiServer({ RED, settings, actions, figures, document, failed }: ServerParts): ApiServer {
  const store = new MemoryStore();
  const idempotency = new Idempotency();
  const limits = new WeakMap<Request, ApiKey>();
  const limiter = rateLimit({
    windowMs: MINUTE_MS,
    limit: settings.perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    store,
    validate: false,
    // Who has no key that counts is told apart by the address.
    keyGenerator: (request) => limits.get(request)?.id ?? `ip ${request.socket.remoteAddress ?? ''}`,
    handler: (_request, _response, next) => {
      next(new SwatError('api-rate', { most: settings.perMinute }));
    },
  });
  const limited = (request: Request, response: Response): Promise<void> =>
    settings.perMinute === 0
      ? Promise.resolve()
      : new Promise((resolve, reject) => {
          void limiter(request, response, (failure?: unknown) => {
            if (failure === undefined) resolve();
            else reject(asSwatError(failure));
          });
        });

  /** @throws SwatError `api-key-missing`, `api-key-wrong`, `api-scope`, `api-rate` */
  const admitted = async (request: Request, response: Response, { operation }: Route): Promise<ApiKey | undefined> => {
    const given = keyGiven((name) => request.get(name));
    const key = given === undefined ? undefined : keyOf(settings.keys, given);
    if (key !== undefined) limits.set(request, key);
    const { scope } = operation;
    // What tells whether the process lives is never refused: a probe would end it.
    if (scope === undefined) return key;
    await limited(request, response);
    if (given === undefined) throw new SwatError('api-key-missing');
    if (key === undefined) throw new SwatError('api-key-wrong');
    if (!key.scopes.includes(scope)) throw new SwatError('api-scope', { name: key.name, scope });
    return key;
  };

  const perform = async (request: Request, response: Response, below: string, route: Route): Promise<void> => {
    const key = await admitted(request, response, route);
    const { operation, params } = route;
    const [, search = ''] = /\?([^#]*)/.exec(request.originalUrl) ?? [];
    const query = parametersOf(route, new URLSearchParams(search), (name) => request.get(name));
    const json = operation.body === undefined ? undefined : await readJson(request, settings.mostBytes);
    const body = bodyFor(operation, json, document().components.schemas);
    const once = operation.method === 'post' ? request.get('idempotency-key') : undefined;
    const act = (commandId?: string): Promise<Answered> =>
      actions[operation.id]({ params, query, body, key, commandId });
    if (once === undefined || !operation.parameters.some(({ in: where }) => where === 'header')) {
      send(response, await act());
      return;
    }
    const name = digest(`${key?.id ?? ''}\n${once}`);
    const { kept, replayed } = await idempotency.once(name, digest(`${below}\n${JSON.stringify(body)}`), steadyClock(), async () => {
      const { status = 200, body: answer } = await act(`api-${name.slice(0, 40)}`);
      return { status, body: answer };
    }); // prettier-ignore
    if (replayed) response.set('Idempotency-Replayed', 'true');
    send(response, kept);
  };

  const refuse = (response: Response, cause: unknown): void => {
    const { code, message } = worded(RED, cause);
    if (!(cause instanceof SwatError)) failed(worded(RED, cause));
    const problem = problemOf(code, message, cause instanceof RequestRefused ? findingsOf(RED, cause) : undefined);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (problem.status === 401) response.set('WWW-Authenticate', 'Bearer realm="swat"');
    if (problem.status === 405 && cause instanceof SwatError) response.set('Allow', String(cause.details.allowed));
    // What is still on its way of a body that was refused is not waited for.
    if (problem.status === 413) response.set('Connection', 'close');
    response.status(problem.status).set('Content-Type', 'application/problem+json').end(JSON.stringify(problem));
  };

  const serve = async (request: Request, response: Response, below: string): Promise<string> => {
    try {
      if (!crossOrigin(settings, request, response)) return 'preflight';
      if (apiPage(request, response, below, document, (key) => words(RED, `api.${key}`))) return 'document';
      const route = routeOf(request.method, below);
      try {
        await perform(request, response, below, route);
      } catch (cause) {
        refuse(response, cause);
      }
      return route.operation.id;
    } catch (cause) {
      refuse(response, cause);
      return 'none';
    }
  };

  return {
    handle(request, response, below) {
      const begin = performance.now();
      response.setHeader('Cache-Control', 'no-store').setHeader('X-Content-Type-Options', 'nosniff');
      serve(request, response, below).then(
        (operation) => figures.request(operation, response.statusCode, (performance.now() - begin) / 1000),
        failed,
      );
    },
    close: () => store.shutdown(),
  };

  function findingsOf(words_: NodeAPI, { found }: RequestRefused): Problem['errors'] {
    return found.map(({ pointer, rule, wanted }) => ({ pointer, rule, detail: words(words_, `api.rule.${rule}`, { wanted }) })); // prettier-ignore
  }
}

function send(response: Response, { status = 200, body, media }: Answered): void {
  response.statusCode = status;
  // By Node's own functions: those of Express look up what is known here, for each answer anew.
  response.setHeader('Content-Type', media ?? 'application/json; charset=utf-8');
  response.end(media === undefined ? JSON.stringify(body) : String(body));
}

/**
 * Headers for pages of other origins, where they may ask; answers what a browser asks before it asks.
 * @returns false where all is said
 * @throws SwatError `api-origin` for a page that may not
 */
function crossOrigin(settings: ApiSettings, request: Request, response: Response): boolean {
  const origin = request.get('origin');
  // Where Node-RED's editor has the same root, its `Access-Control-Allow-Origin: *` stands on everything.
  response.removeHeader('Access-Control-Allow-Origin');
  if (settings.origins.length > 0) response.set('Vary', 'Origin');
  if (origin !== undefined) {
    if (!mayAsk(settings, origin, request.get('host')))
      throw new SwatError('api-origin', { origin: origin.slice(0, 80) });
    response.set({
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': 'Idempotency-Replayed, RateLimit, RateLimit-Policy, Retry-After',
    });
  }
  if (request.method !== 'OPTIONS') return true;
  response
    .status(204)
    .set({
      'Access-Control-Allow-Methods': 'GET, POST',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type, Idempotency-Key, X-API-Key',
      'Access-Control-Max-Age': '600',
    })
    .end();
  return false;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Hands requests below the path of an API to it; all others go on. */
export function dispatcher(find: (path: string) => { server: ApiServer; below: string } | undefined) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const found = find(request.path);
    if (found === undefined) next();
    else found.server.handle(request, response, found.below);
  };
}
