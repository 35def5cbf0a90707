import type { Request, Response } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';
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
import { addressOf, bodyFor, headerOf, parametersOf, RequestRefused, routeOf, type Route } from './api-requests';
import type { ApiSettings } from './api-settings';
import { bearerToken } from './bearer';
import { worded, words } from './words';

/** What a node serves: everything below its path. */
export interface ApiServer {
  /** @param below the path that was asked for, less the base path */
  handle(request: IncomingMessage, response: ServerResponse, below: string): void;
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
  const limits = new WeakMap<IncomingMessage, ApiKey>();
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
  const limited = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
    settings.perMinute === 0
      ? Promise.resolve()
      : new Promise((resolve, reject) => {
          // All that it asks of the response of Express.
          const headers = {
            headersSent: false,
            setHeader: (name: string, value: string) => response.setHeader(name, value),
            append: (name: string, value: string) => response.appendHeader(name, value),
          };
          void limiter(request as Request, headers as unknown as Response, (failure?: unknown) => {
            if (failure === undefined) resolve();
            else reject(asSwatError(failure));
          });
        });

  /** @throws SwatError `api-key-missing`, `api-key-wrong`, `api-scope`, `api-rate` */
  const admitted = async (
    request: IncomingMessage,
    response: ServerResponse,
    { operation }: Route,
  ): Promise<ApiKey | undefined> => {
    const given = keyGiven(headerOf(request));
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

  const perform = async (
    request: IncomingMessage,
    response: ServerResponse,
    below: string,
    route: Route,
  ): Promise<void> => {
    const key = await admitted(request, response, route);
    const { operation, params } = route;
    const query = parametersOf(route, addressOf(request).search, headerOf(request));
    const json = operation.body === undefined ? undefined : await readJson(request, settings.mostBytes);
    const body = bodyFor(operation, json, document().components.schemas);
    const once = operation.method === 'post' ? headerOf(request)('idempotency-key') : undefined;
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
    if (replayed) response.setHeader('Idempotency-Replayed', 'true');
    send(response, kept);
  };

  const refuse = (response: ServerResponse, cause: unknown): void => {
    const { code, message } = worded(RED, cause);
    if (!(cause instanceof SwatError)) failed(worded(RED, cause));
    const problem = problemOf(code, message, cause instanceof RequestRefused ? findingsOf(RED, cause) : undefined);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="swat"');
    if (problem.status === 405 && cause instanceof SwatError)
      response.setHeader('Allow', String(cause.details.allowed));
    // What is still on its way of a body that was refused is not waited for.
    if (problem.status === 413) response.setHeader('Connection', 'close');
    send(response, { status: problem.status, body: problem }, 'application/problem+json');
  };

  const serve = async (request: IncomingMessage, response: ServerResponse, below: string): Promise<string> => {
    try {
      if (!crossOrigin(settings, request, response)) return 'preflight';
      if (apiPage(request, response, below, document, (key) => words(RED, `api.${key}`))) return 'document';
      const route = routeOf(request.method ?? '', below);
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

function send(
  response: ServerResponse,
  { status = 200, body, media }: Answered,
  json = 'application/json; charset=utf-8',
): void {
  response.statusCode = status;
  response.setHeader('Content-Type', media ?? json);
  response.end(media === undefined ? JSON.stringify(body) : String(body));
}

/**
 * Headers for pages of other origins, where they may ask; answers what a browser asks before it asks.
 * @returns false where all is said
 * @throws SwatError `api-origin` for a page that may not
 */
function crossOrigin(settings: ApiSettings, request: IncomingMessage, response: ServerResponse): boolean {
  const { origin, host } = request.headers;
  // Where Node-RED's editor has the same root, its `Access-Control-Allow-Origin: *` stands on everything.
  response.removeHeader('Access-Control-Allow-Origin');
  if (settings.origins.length > 0) response.setHeader('Vary', 'Origin');
  if (origin !== undefined) {
    if (!mayAsk(settings, origin, host)) throw new SwatError('api-origin', { origin: origin.slice(0, 80) });
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader(
      'Access-Control-Expose-Headers',
      'Idempotency-Replayed, RateLimit, RateLimit-Policy, Retry-After',
    );
  }
  if (request.method !== 'OPTIONS') return true;
  response.writeHead(204, {
    'Access-Control-Allow-Methods': 'GET, POST',
    'Access-Control-Allow-Headers': 'Authorization, Content-Type, Idempotency-Key, X-API-Key',
    'Access-Control-Max-Age': '600',
  });
  response.end();
  return false;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
