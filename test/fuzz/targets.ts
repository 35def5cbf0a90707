import { gzipSync } from 'node:zlib';
import { SWAT } from '../../lib/plant/swat';
import { ALL_KEY, API_PATH, READ_KEY } from '../harness/api-flow';
import type { FlowNode } from '../harness/admin';
import type { Route } from '../harness/routes';
import { COMMANDS } from './commands';
import type { Body, Target } from './requests';

/** The part of the API's document that says what can be asked for. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
}

interface ApiOperation {
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
}

/** What the running product has, and what is needed to ask for it. */
export interface Around {
  readonly routes: readonly Route[];
  readonly document: ApiDocument;
  readonly flows: readonly FlowNode[];
  /** Tokens of the editor: of somebody who may do everything, and of one who may only read. */
  readonly tokens: { readonly admin: string; readonly reader: string };
  /** A version that is there, and the same as a file. */
  readonly version: string;
  readonly bundle: Buffer;
  /** A folder that nothing may be written to. */
  readonly outside: string;
}

const JSON_TYPE = 'application/json';
const json = (...bodies: readonly unknown[]): Body[] => bodies.map((body) => ({ type: JSON_TYPE, bytes: Buffer.from(JSON.stringify(body)) })); // prettier-ignore
const TABLE = Buffer.from('time,LIT101\n2026-01-01T00:00:00Z,500\n2026-01-01T00:00:01Z,501\n');
const UPLOADS = ['a.csv', 'b.csv.gz', 'nothing.csv'];
/** Of every admin route at once: most of them know a few. */
const QUERY = ['kind', 'version', 'limit', 'from', 'to', 'form', 'order', 'after', 'asset', 'tag', 'state', 'event', 'alarm', 'a', 'b', 'name', 'reason', 'brief', 'v']; // prettier-ignore
/** Makes a hash of a PIN, or starts a program. */
const HEAVY = /\/(pin|engines)$/;

/** Everything that the running product answers to. */
export function targetsOf(around: Around): Target[] {
  const { routes, document, flows, tokens } = around;
  const signed = (token: string): string[] => [`Authorization: Bearer ${token}`];
  const editor = [signed(tokens.admin), signed(tokens.reader), [], signed('wrong')];
  const programs = [[`X-API-Key: ${ALL_KEY}`], [`X-API-Key: ${READ_KEY}`], [], ['X-API-Key: wrong'], signed(ALL_KEY)];
  const idsOf = (path: string): string[] => {
    const type = path.split('/')[1];
    const own = flows.filter((node) => node.type === type).map(({ id }) => id);
    return own.length > 0 ? own : ['swat'];
  };
  const ofRoutes = routes.map(({ app, method, path }): Target => {
    const params = path.includes(':') ? { id: idsOf(path), name: UPLOADS, file: ['swat-dashboard.js', 'de.json'] } : {};
    return {
      ...{ method, path, params, query: QUERY, bodies: bodiesOf(around, method, path), isHeavy: HEAVY.test(path) },
      ...(app === 'httpAdmin' ? { kind: 'admin', keys: editor } : { kind: 'flows', keys: [[]] }),
    };
  });
  const ofApi = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters, requestBody }]): Target => {
      const example = requestBody?.content[JSON_TYPE]?.example;
      const query = parameters.filter((each) => each.in === 'query').map(({ name }) => name);
      return {
        ...{ method, path: API_PATH + path, keys: programs, query, kind: 'api', isHeavy: false },
        params: path.includes('{') ? { asset: ['asset%200', 'x'], id: ['asset%200%2F1%2Fplant', 'x'], kind: ['pca', 'autoencoder'] } : {}, // prettier-ignore
        bodies: requestBody === undefined ? [] : json(example ?? {}, ...apiBodies(path, around)),
      };
    }),
  );
  const pages = ['', '/docs', '/docs/page.js', '/docs/texts.json', '/openapi.json'].map((path): Target => ({ method: 'get', path: API_PATH + path, params: {}, keys: programs, bodies: [], query: [], kind: 'api', isHeavy: false })); // prettier-ignore
  return [...ofRoutes, ...ofApi, ...pages];
}

function apiBodies(path: string, { version }: Around): object[] {
  if (path.includes('activate')) return [{ version, reason: 'fuzz' }];
  return path.includes('alarms') ? [{ comment: 'seen', minutes: 5, oneShot: true }, { comment: '' }] : [];
}

function bodiesOf({ version, bundle, outside }: Around, method: string, path: string): Body[] {
  if (method === 'get' || method === 'delete') return [];
  const type = path.split('/')[1];
  const out = ['../x.csv', '../../../x.csv', `${outside}/x.csv`, `${outside}/x.tar`, '..\\x.csv'];
  if (path.endsWith('/command')) {
    const commands = COMMANDS[type] ?? [];
    const leading = ['train', 'check', 'export', 'import', 'calibrate'].flatMap((command) => out.map((file) => ({ command, file, version }))); // prettier-ignore
    return json(...commands, ...commands, ...(type === 'swat-alert' ? [] : leading));
  }
  if (path.endsWith('/import')) return [{ type: 'application/x-tar', bytes: bundle }];
  if (method === 'put') return [TABLE, gzipSync(TABLE), Buffer.from('no table')].map((bytes) => ({ type: 'text/csv', bytes })); // prettier-ignore
  if (path === '/swat-plant/csv') return json({ csv: 'tag,unit,low,high\nLIT101,mm,0,1000\n' }, { csv: '' });
  if (path === '/swat-plant/csv/text') return json({ tags: SWAT.tags.slice(0, 5) });
  if (path === '/swat-alert/pin') return json({ pin: '1234' });
  if (path === '/swat/operator') return json({ node: 'the-alert', user: 'anna', pin: '1234' }, { node: 'the-alert' });
  return json({ kind: 'pca', version, reason: 'fuzz' }, ...out.map((file) => ({ kind: 'autoencoder', version: file, reason: 'x' }))); // prettier-ignore
}
