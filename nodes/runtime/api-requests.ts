import type { IncomingMessage } from 'node:http';
import { OPERATIONS, type Operation, type OperationId, type Parameter } from '../../lib/api/operations';
import { findings, type Finding, type Schema } from '../../lib/api/schema';
import { SwatError } from '../../lib/errors';

/** An operation that a path and a method lead to, with what stands in the path. */
export interface Route {
  readonly operation: Operation & { readonly id: OperationId };
  readonly params: Readonly<Record<string, string>>;
}

/** A request that the document does not allow, with all that is wrong with it. */
export class RequestRefused extends SwatError {
  constructor(readonly found: readonly Finding[]) {
    super('api-request', { count: found.length });
  }
}

/** The headers of a request, by their names however they are written. */
export function headerOf({ headers }: IncomingMessage): (name: string) => string | undefined {
  return (name) => {
    const value = headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : value;
  };
}

const NOTHING = new URLSearchParams();

/** What was asked for, less the origin: a path of Express is only what is left of it there. */
export function addressOf(request: IncomingMessage & { readonly originalUrl?: string }): {
  path: string;
  search: URLSearchParams;
} {
  const { url = '/', originalUrl = url } = request;
  const at = originalUrl.search(/[?#]/);
  if (at < 0) return { path: originalUrl, search: NOTHING };
  const [, search = ''] = /^\?([^#]*)/.exec(originalUrl.slice(at)) ?? [];
  return { path: originalUrl.slice(0, at), search: new URLSearchParams(search) };
}

interface Pattern {
  readonly operation: Operation & { readonly id: OperationId };
  readonly parts: readonly string[];
}

const PATTERNS: readonly Pattern[] = (OPERATIONS as readonly (Operation & { readonly id: OperationId })[]).map(
  (operation) => ({ operation, parts: operation.path.split('/').slice(1) }),
);

/**
 * What a path below the base leads to.
 * @throws SwatError `api-nothing-here` {path}; `api-method` {allowed} where there is something for other methods
 */
export function routeOf(method: string, path: string): Route {
  const given = path.split('/').slice(1);
  const fits = PATTERNS.filter(({ parts }) => parts.length === given.length && parts.every((part, at) => part.startsWith('{') ? given[at] !== '' : part === given[at])); // prettier-ignore
  const found = fits.find(({ operation }) => operation.method.toUpperCase() === (method === 'HEAD' ? 'GET' : method));
  if (found === undefined) {
    if (fits.length === 0) throw new SwatError('api-nothing-here', { path: path.slice(0, 80) });
    throw new SwatError('api-method', { allowed: allowedOf(fits) });
  }
  const params = Object.fromEntries(
    found.parts.flatMap((part, at) => (part.startsWith('{') ? [[part.slice(1, -1), decoded(given[at])] as const] : [])),
  );
  return { operation: found.operation, params };
}

/** The methods of a path, for `Allow`: none where nothing is there. */
function allowedOf(fits: readonly Pattern[]): string {
  const methods = new Set(fits.map(({ operation }) => operation.method.toUpperCase()));
  return [...methods]
    .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    .concat('OPTIONS')
    .join(', ');
}

/**
 * The parameters of a query, and headers that the operation knows.
 * @throws RequestRefused
 */
export function parametersOf(
  { operation, params }: Route,
  search: URLSearchParams,
  header: (name: string) => string | undefined,
): Readonly<Record<string, string | number>> {
  const found: Finding[] = [];
  const query: Record<string, string | number> = {};
  const known = operation.parameters.filter((each) => each.in === 'query');
  const check = (parameter: Parameter, value: unknown): void => {
    for (const { rule, wanted } of findings(value, parameter.schema, {}))
      found.push({ pointer: `/${parameter.name}`, rule, wanted });
  };
  for (const name of new Set(search.keys())) {
    const parameter = known.find((each) => each.name === name);
    const values = search.getAll(name);
    if (parameter === undefined)
      found.push({ pointer: `/${name.slice(0, 64)}`, rule: 'unknown', wanted: known.map((each) => each.name).join(', ') }); // prettier-ignore
    else if (values.length > 1) found.push({ pointer: `/${name}`, rule: 'many', wanted: '1' });
    else {
      const value = read(values[0], parameter.schema);
      check(parameter, value);
      query[name] = value as string | number;
    }
  }
  for (const parameter of operation.parameters) {
    if (parameter.in === 'path') check(parameter, params[parameter.name]);
    const value = parameter.in === 'header' ? header(parameter.name) : undefined;
    if (value !== undefined) check(parameter, value);
  }
  if (found.length > 0) throw new RequestRefused(found);
  return query;
}

/**
 * The body of a request, as the document wants it.
 * @throws RequestRefused
 */
export function bodyFor(
  { body, bodyOptional }: Operation,
  given: unknown,
  schemas: Readonly<Record<string, Schema>>,
): Readonly<Record<string, unknown>> {
  if (body === undefined) return {};
  if (given === undefined && bodyOptional === true) return {};
  const found =
    given === undefined
      ? [{ pointer: '', rule: 'type' as const, wanted: 'object' }]
      : findings(given, schemas[body], schemas);
  if (found.length > 0) throw new RequestRefused(found);
  return given as Readonly<Record<string, unknown>>;
}

/** A text of a query as its schema wants it: what is no number stays a text, to be refused. */
function read(text: string, { type }: Schema): unknown {
  return type === 'integer' && /^-?\d{1,9}$/.test(text) ? Number(text) : text;
}

/** @throws RequestRefused for what is no text */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new RequestRefused([{ pointer: '/path', rule: 'pattern', wanted: '%XX' }]);
  }
}
