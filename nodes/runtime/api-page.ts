import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Document } from '../../lib/api/document';
import { addressOf } from './api-requests';

/** Files of the page to try the API: nothing is fetched from anywhere else. */
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/docs': ['index.html', 'text/html; charset=utf-8'],
  '/docs/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/docs/page.css': ['page.css', 'text/css; charset=utf-8'],
};
/** Keys of its texts. */
const TEXTS = ['language', 'key', 'aboutKey', 'required', 'body', 'send', 'scope', 'open', 'version', 'listen', 'stop', 'listening', 'closed', 'refused', 'live', 'aboutLive', 'group-predict', 'group-assets', 'group-alarms', 'group-models', 'group-operation', 'group-live']; // prettier-ignore
const FOLDER = join(__dirname, '..', 'api-page');
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"; // prettier-ignore

/** Serves the document and the page to try it; says false for all other paths. No key is needed: neither tells anything of the plant but its tags. */
export function apiPage(
  request: IncomingMessage,
  response: ServerResponse,
  below: string,
  document: () => Document,
  text: (key: string) => string,
): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  if (below === '/openapi.json') {
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(document()));
    return true;
  }
  if (below === '/') {
    // Relative, as the page may be behind a proxy under another path.
    response.writeHead(302, { Location: `${addressOf(request).path.replace(/\/+$/, '')}/docs` }).end();
    return true;
  }
  if (below === '/docs/') {
    response.writeHead(302, { Location: '../docs' }).end();
    return true;
  }
  if (below === '/docs/texts.json') {
    const texts = Object.fromEntries(TEXTS.map((key) => [key, text(`page.${key}`)]));
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(texts));
    return true;
  }
  if (!Object.hasOwn(FILES, below)) return false;
  const [file, type] = FILES[below];
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Security-Policy': POLICY,
    'Referrer-Policy': 'no-referrer',
  });
  response.end(readFileSync(join(FOLDER, file)));
  return true;
}
