import assert from 'node:assert/strict';
import { API_PATH } from '../harness/api-flow';
import type { Asked } from './requests';
import { exchanged, type Got } from './wire';

/** What anybody may read: the editor's page, whether it is alive, the dashboard's script and words, and what the API says about itself. */
const PATHS = [
  ...['/', '/swat/health', '/swat/ui/swat-dashboard.js', '/swat/ui/de.json'],
  ...['/docs', '/docs/page.js', '/docs/texts.json', '/openapi.json', '/health'].map((path) => API_PATH + path),
];
/** What is said at its time only, and to everybody. */
const READY = '{"ready":true}';
const READS = /^(GET|HEAD|OPTIONS)$/;

/** What the open pages answer to somebody without a key. */
export async function openPages(port: number): Promise<Got[]> {
  const pages = await Promise.all(
    PATHS.map(async (path) => {
      const bytes = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
      const got = await exchanged(port, { bytes, breaksOff: false });
      assert.equal(got.status, 200, path);
      return got;
    }),
  );
  return [...pages, { ...pages[1], body: READY }];
}

/**
 * Whether an answer gives somebody what is not his: by what was really answered, wherever the request has led.
 * Without a key that holds, or with one that may only read and a method that writes, that is all but the open pages.
 */
export function letsIn(asked: Asked, got: Got, open: readonly Got[]): boolean {
  const { status = 0, headers, body } = got;
  if (status >= 400 || !mayNothing(asked)) return false;
  const { method, breaksOff } = asked;
  if (!READS.test(method)) return true;
  // The methods that there are.
  if (method === 'OPTIONS') return !/^[A-Z, ]*$/.test(body);
  if (status === 304) return !open.some((page) => page.headers.etag === headers.etag);
  // To a page of this server, and to no other.
  if (status === 301 || status === 302) return !/^\/(?![/\\])/.test(headers.location);
  const isCut = method === 'HEAD' || breaksOff;
  return !open.some(
    (page) =>
      ['content-type', 'content-length'].every((name) => page.headers[name] === headers[name]) &&
      (isCut ? page.body.startsWith(body) : page.body === body),
  );
}

function mayNothing({ target: { kind }, key, method }: Asked): boolean {
  if (kind === 'flows') return true;
  if (key === 1) return !READS.test(method);
  return kind === 'admin' ? key > 1 : key === 2 || key === 3;
}
