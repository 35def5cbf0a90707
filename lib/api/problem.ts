import type { Finding } from './schema';

/** A problem as RFC 9457 has it; `code` says the same in every language. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  /** What is wrong with the request, and where. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string; readonly rule: Finding['rule'] }[];
}

/** The names of the status codes that are answered (RFC 9110, RFC 6585). */
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** What the errors of the product are over HTTP; others that are foreseen are 422, and what nobody foresaw is 500. */
const STATUS: Readonly<Record<string, number>> = {
  'api-request': 400,
  'api-json': 400,
  'api-key-missing': 401,
  'api-key-wrong': 401,
  'api-scope': 403,
  'api-origin': 403,
  'api-nothing-here': 404,
  'asset-unknown': 404,
  'alarm-unknown': 404,
  'ack-unknown': 404,
  'ack-none': 404,
  'ack-info': 409,
  'alarm-id': 404,
  'api-version': 404,
  'api-detector-missing': 404,
  'api-method': 405,
  'api-idempotency-busy': 409,
  'alarm-illegal': 409,
  'api-window-filling': 409,
  'training-busy': 409,
  'api-too-large': 413,
  'api-media-type': 415,
  'api-rate': 429,
  'api-part-missing': 503,
  'api-stream-full': 503,
  'api-plant-learning': 503,
  unexpected: 500,
};

/** The status code of an error. */
export function statusOf(code: string): number {
  return Object.hasOwn(STATUS, code) ? STATUS[code] : 422;
}

/**
 * An error as a problem.
 * @param detail its sentence
 */
export function problemOf(code: string, detail: string, errors?: Problem['errors']): Problem {
  const status = statusOf(code);
  const title = TITLES[status] ?? '';
  return { type: 'about:blank', title, status, detail, code, ...(errors === undefined ? {} : { errors }) };
}
