import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningNodeRed } from './node-red';

/** A route as Node-RED has it. */
export interface Route {
  /** Of the editor's server, or of the flows'. */
  readonly app: 'httpAdmin' | 'httpNode';
  readonly method: string;
  readonly path: string;
}

/** A node of the test that tells all routes of the editor's and of the flows' server. */
const TELLER = `
module.exports = (RED) => {
  const routesOf = (app) => {
    const stack = (RED[app]._router ?? RED[app].router).stack;
    return stack.flatMap(({ route }) =>
      route === undefined ? [] : Object.keys(route.methods).map((method) => ({ app, method, path: route.path })));
  };
  RED.httpAdmin.get('/the-routes', (_request, response) => response.json([...routesOf('httpAdmin'), ...routesOf('httpNode')]));
  RED.nodes.registerType('route-teller', function (config) { RED.nodes.createNode(this, config); });
};`;

/** Puts a node into a user directory that tells the routes. To be called before Node-RED is started there. */
export function addRouteTeller(userDir: string): void {
  const folder = join(userDir, 'nodes');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'route-teller.js'), TELLER);
  writeFileSync(join(folder, 'route-teller.html'), '<script type="text/javascript"></script>');
}

/** The routes of the palette in a Node-RED whose user directory has {@link addRouteTeller}'s node. */
export async function paletteRoutes(nodeRed: RunningNodeRed): Promise<Route[]> {
  const all = JSON.parse(await nodeRed.admin.text('/the-routes')) as Route[];
  return all.filter(({ path }) => typeof path === 'string' && path.startsWith('/swat'));
}

/** bcrypt of {@link PASSWORD}. */
export const PASSWORD_HASH = '$2b$04$QDay4W/bl6wGpmTImyM6XOT/TDmE0DmIzidazePKlpcSPlNERdJSa';
export const PASSWORD = 'only for tests';

/** The token of a user of the editor who has signed in. */
export async function tokenOf(nodeRed: RunningNodeRed, username: string, scope: string): Promise<string> {
  const form = new URLSearchParams({ client_id: 'node-red-admin', grant_type: 'password', scope, username, password: PASSWORD }); // prettier-ignore
  const answer = await fetch(`${nodeRed.url}/auth/token`, { method: 'POST', body: form });
  return ((await answer.json()) as { access_token: string }).access_token;
}
