import { gzipSync } from 'node:zlib';
import type { Random } from '../../lib/kernels/random';
import { pick } from './hostile';
import { changedJson, mutated } from './mutate';
import type { Sent } from './wire';

/** Something that can be asked for, with bodies that it takes. */
export interface Target {
  readonly method: string;
  /** With `:id` or `:name` for what is to be put there. */
  readonly path: string;
  /** What may stand in the path, by name. */
  readonly params: Readonly<Record<string, readonly string[]>>;
  /** Headers with each kind of key; the first one may do everything. */
  readonly keys: readonly (readonly string[])[];
  readonly bodies: readonly Body[];
  /** The names of its query. */
  readonly query: readonly string[];
  readonly kind: 'api' | 'admin' | 'flows';
  /** Takes seconds, or starts a program: asked seldom. */
  readonly isHeavy: boolean;
}

export interface Body {
  readonly type: string;
  readonly bytes: Buffer;
}

/** A request that was made of a target. */
export interface Asked extends Sent {
  readonly target: Target;
  /** The index of its kind of key. */
  readonly key: number;
  /** No longer HTTP, or no longer all of it: what answers then is Node.js itself. */
  readonly isBroken: boolean;
  /** It leads elsewhere than to its target, perhaps. */
  readonly isElsewhere: boolean;
  readonly method: string;
  readonly path: string;
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'PROPFIND', 'TRACE', 'QUERY', 'CONNECT'];
/** Parts of a path; what is no latin1 goes out as UTF-8. */
const PARTS = [
  '', '.', '..', '%2e%2e', '%2f', '..%2f..%2fetc%2fpasswd', '%5c..%5c', '%00', '%ff', '%', '%u0041', '%C0%AE%C0%AE', '__proto__', 'constructor',
  'toString', 'hasOwnProperty', '*', ';a=b', '@', 'x'.repeat(6000), 'ключ', '%F0%9F%9C%82', '%20', ' ', '\u0000', '\t', '~root', 'C:\\con', '{id}', ':id', '$(id)', '&', '//evil', 'openapi.json',
]; // prettier-ignore
const VALUES = [
  '', '0', '-1', '1e999', 'NaN', '9'.repeat(400), '__proto__', '..%2F..', '%00', '%FF', '%', 'a'.repeat(5000), 'csv', 'json', 'page', 'pca', 'autoencoder', '-24h', '-1e9d', '2026-13-45',
  '-8640000000000001', '1_1', 'NaN_1', 'Infinity_5', 'reference', 'INFO', 'verdict,alarm', '%F0%9F%9C%82', '%27%3B+drop+table', 'true',
]; // prettier-ignore
const NAMES = [
  'a',
  '__proto__',
  'constructor',
  'kind[__proto__]',
  'kind[]',
  'a[b][c][d][e][f][g]',
  'length',
  'toString',
  '',
  'k'.repeat(300),
];
const HEADERS: readonly string[] = [
  'Content-Type: text/plain', 'Content-Type: application/x-www-form-urlencoded', 'Content-Type: multipart/form-data; boundary=x', 'Content-Type: application/json; charset=utf-7', 'Content-Type: application/json; charset=utf-16',
  'Content-Type: ', 'Content-Type: ;;;', 'Content-Type: application/json;charset="UTF-8"', 'Content-Encoding: gzip', 'Content-Encoding: br', 'Content-Encoding: deflate', 'Content-Encoding: nothing',
  'Origin: http://evil.example', 'Origin: null', 'Origin: http://[', 'Origin: \u00ff\u00fe', 'Host: evil.example', 'Host: ', 'X-Forwarded-For: 127.0.0.1, evil', 'X-Forwarded-User: admin', 'X-HTTP-Method-Override: DELETE',
  'Idempotency-Key: ', 'Idempotency-Key: a b', `Idempotency-Key: ${'k'.repeat(2000)}`, 'Idempotency-Key: __proto__', 'If-None-Match: *', 'If-Modified-Since: never', 'Range: bytes=0-0,1-1,-5', 'Range: bytes=99999999999-',
  'Accept: */*;q=\u00ff', 'Accept-Language: ../../x', 'Accept-Encoding: gzip;q=2', 'Cookie: a=b; __proto__=c', 'Authorization: Basic !!!', 'Authorization: Bearer', 'X-API-Key: ', `X-API-Key: ${'x'.repeat(9000)}`, 'Expect: 100-continue',
  'Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings', 'TE: trailers', 'Trailer: X', 'X: ' + 'y'.repeat(20_000), ...Array.from({ length: 3 }, (_, at) => `X-${at}: ${'\u00ff'.repeat(50)}`),
]; // prettier-ignore
const JSON_TYPE = 'application/json';

/** The longest body that is made, bytes: beyond every limit of a body but that of a table. */
const LARGE = 6 * 2 ** 20;

/** A request to one of the targets: mostly a good one with something wrong in it. */
export function hostileRequest(random: Random, targets: readonly Target[]): Asked {
  const target = chosen(random, targets);
  const key = random() < 0.82 ? 0 : Math.floor(random() * target.keys.length);
  const changes = random() < 0.05 ? 0 : random() < 0.7 ? 1 : 1 + Math.floor(random() * 3);
  const made = whole(random, target, key);
  for (let left = changes; left > 0; left -= 1) pick(random, WAYS)(random, made);
  return { ...asBytes(random, made), target, key, isBroken: made.isBroken, isElsewhere: made.isElsewhere, method: made.method, path: made.path }; // prettier-ignore
}

function chosen(random: Random, targets: readonly Target[]): Target {
  for (;;) {
    const target = pick(random, targets);
    if (!target.isHeavy || random() < 0.03) return target;
  }
}

/** A request that can be changed. */
interface Made {
  method: string;
  path: string;
  readonly query: string[];
  headers: string[];
  body: Buffer | undefined;
  isChunked: boolean;
  breaksOff: boolean;
  isBroken: boolean;
  isElsewhere: boolean;
  readonly target: Target;
}

function whole(random: Random, target: Target, key: number): Made {
  const body = target.bodies.length > 0 ? pick(random, target.bodies) : undefined;
  const path = target.path.replaceAll(/:(\w+)|\{(\w+)\}/g, (_all, colon?: string, brace?: string) =>
    pick(random, target.params[colon ?? brace ?? ''] ?? ['x']),
  );
  return {
    method: target.method.toUpperCase(),
    path,
    query: [],
    headers: ['Host: 127.0.0.1', ...target.keys[key], ...(body === undefined ? [] : [`Content-Type: ${body.type}`])],
    body: body?.bytes,
    isChunked: random() < 0.1,
    breaksOff: false,
    isBroken: false,
    isElsewhere: false,
    target,
  };
}

type Way = (random: Random, made: Made) => void;

const otherBody: Way = (random, made) => {
  const { body, target } = made;
  if (body === undefined) {
    made.body = Buffer.from(pick(random, ['{}', '[]', 'null', '1', '"x"', '{"a":1}', '']));
    made.headers.push(`Content-Type: ${JSON_TYPE}`);
    return;
  }
  const others = [body, ...target.bodies.map(({ bytes }) => bytes)];
  made.body =
    random() < 0.6 ? (changedJson(random, body) ?? mutated(random, body, others)) : mutated(random, body, others);
};

const strangeBody: Way = (random, made) => {
  made.headers.push(`Content-Type: ${JSON_TYPE}`);
  const deep = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth);
  made.body = pick(random, [
    () => Buffer.from(deep(20_000, '[', ']')),
    () => Buffer.from(`{"frame":${deep(20_000, '{"a":', '}').replace('{}', '{"a":1}')}}`),
    () => Buffer.from(`{"frames":[${'{},'.repeat(20_000)}{}]}`),
    () => Buffer.from(`{"command":"list","__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}`),
    () => Buffer.from('{"command":"\\ud800","asset":"\\u0000"}'),
    () => Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
    () => Buffer.from('\ufeff{"command":"list"}'),
    () => Buffer.from(`{"n":${'9'.repeat(100_000)}}`),
    () => Buffer.alloc(random() < 0.1 ? LARGE : 200_000, 0x20),
    () => Buffer.from(`{"${'k'.repeat(500_000)}":1}`),
    () => gzipSync(Buffer.alloc(LARGE)),
    () => Buffer.alloc(0),
  ])();
  if (random() < 0.2) made.headers.push('Content-Encoding: gzip');
};

const otherPath: Way = (random, made) => {
  made.isElsewhere = true;
  const parts = made.path.split('/');
  const at = 1 + Math.floor(random() * (parts.length - 1));
  if (random() < 0.6) parts[at] = pick(random, PARTS);
  else if (random() < 0.5) parts.splice(at, 0, pick(random, PARTS));
  else parts.length = at;
  made.path = parts.join('/') || '/';
};

/** Where it leads to the same target still: another name in it. */
const otherParameter: Way = (random, made) => {
  const names = Object.keys(made.target.params);
  if (names.length === 0) return;
  made.isElsewhere = true;
  made.path = made.target.path.replaceAll(/:\w+|\{\w+\}/g, () => pick(random, PARTS));
};

const moreQuery: Way = (random, made) => {
  for (let left = 1 + Math.floor(random() * 3); left > 0; left -= 1) {
    const name = random() < 0.75 && made.target.query.length > 0 ? pick(random, made.target.query) : pick(random, NAMES); // prettier-ignore
    made.query.push(`${name}=${pick(random, VALUES)}`);
  }
};

const otherHeader: Way = (random, made) => {
  const header = pick(random, HEADERS);
  const name = header.slice(0, header.indexOf(':') + 1);
  if (random() < 0.7) made.headers = made.headers.filter((each) => !each.startsWith(name));
  made.headers.push(header);
};

const otherMethod: Way = (random, made) => {
  made.isElsewhere = true;
  made.method = pick(random, METHODS);
};

const breaksOff: Way = (_random, made) => {
  made.breaksOff = true;
};

const noHttp: Way = (random, made) => {
  made.isBroken = true;
  pick(random, [
    () => (made.method = 'G\u0000T'),
    () => (made.headers = ['Host: 127.0.0.1', 'No colon here']),
    () => made.headers.push('Content-Length: -1'),
    () => made.headers.push('Content-Length: 5', 'Content-Length: 6'),
    () => made.headers.push('Transfer-Encoding: chunked', 'Content-Length: 3'),
    () => made.headers.push(`Y: ${'z'.repeat(70_000)}`),
    () => made.headers.push('A: b\r\nC: d\n E'),
    () => (made.path += ' HTTP/9.9\r\nX: '),
    () => made.headers.push(...Array.from({ length: 3000 }, (_, at) => `H${at}: v`)),
    () => (made.path = `/${'x'.repeat(80_000)}`),
  ])();
};

const WAYS: readonly Way[] = [
  ...[otherBody, otherBody, otherBody, otherBody, strangeBody, otherPath, otherPath, otherParameter],
  ...[moreQuery, moreQuery, moreQuery, otherHeader, otherHeader, otherMethod, breaksOff, noHttp],
];

function asBytes(random: Random, made: Made): Sent {
  const { method, path, query, headers, body, isChunked, breaksOff: isCut } = made;
  const search = query.length === 0 ? '' : `?${query.join('&')}`;
  const framing = body === undefined ? [] : isChunked ? ['Transfer-Encoding: chunked'] : [`Content-Length: ${body.length}`]; // prettier-ignore
  const closing = headers.some((each) => each.startsWith('Connection:')) ? [] : ['Connection: close'];
  const head = [`${method} ${path}${search} HTTP/1.1`, ...headers, ...framing, ...closing].join('\r\n');
  const content = body === undefined ? [] : isChunked ? chunksOf(random, body) : [body];
  const bytes = Buffer.concat([bytesOf(`${head}\r\n\r\n`), ...content]);
  made.isBroken ||= isOutsideHttp(made, head);
  if (!isCut) return { bytes, breaksOff: false };
  const least = random() < 0.5 ? head.length : 0;
  return { bytes: bytes.subarray(0, least + Math.floor(random() * (bytes.length - least))), breaksOff: true };
}

/** Whether Node.js or Node-RED answers it, or nobody: no route ever sees it. */
function isOutsideHttp({ method, path, headers }: Made, head: string): boolean {
  const upgrades = ['Upgrade:', 'Connection: Upgrade'].every((name) => headers.some((each) => each.startsWith(name)));
  // More of a head than Node.js takes; a method that not every Node.js knows.
  return /[^!-~]/.test(path) || head.length > 15_000 || upgrades || ['CONNECT', 'QUERY'].includes(method);
}

/** latin1, as headers are, unless a character has no place there. */
function bytesOf(text: string): Buffer {
  return Buffer.from(text, /[\u0100-\uffff]/.test(text) ? 'utf8' : 'latin1');
}

function chunksOf(random: Random, body: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const size = Math.min(body.length - at, 1 + Math.floor(random() * Math.max(1, body.length)));
    parts.push(Buffer.from(`${size.toString(16)}\r\n`), body.subarray(at, at + size), Buffer.from('\r\n'));
    at += size;
  }
  return [...parts, Buffer.from('0\r\n\r\n')];
}
