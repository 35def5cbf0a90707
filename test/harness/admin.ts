/** A node of a flow file: Node-RED's own JSON, of which only these properties are fixed. */
export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly [property: string]: unknown;
}

/** What the palette says of one node set. */
export interface NodeSet {
  readonly id: string;
  readonly module: string;
  readonly types: readonly string[];
  readonly enabled: boolean;
  readonly err?: unknown;
}

/** What Node-RED starts anew: everything, flows with a change, or nodes with a change. */
export type Deployment = 'full' | 'flows' | 'nodes';

/** Client of the admin API of a running Node-RED. Every call rejects when the answer is not a success. */
export interface AdminApi {
  /** Replaces all flows and resolves once they have started. */
  deploy(flows: readonly FlowNode[], deployment?: Deployment): Promise<void>;
  flows(): Promise<FlowNode[]>;
  nodeSets(): Promise<NodeSet[]>;
  /** Switches a node set of the palette on or off, by its `id`. */
  enable(nodeSet: string, enabled: boolean): Promise<void>;
  /** Presses the button of an inject node. */
  inject(nodeId: string): Promise<void>;
  /** Sends a command as the dialog of a node does. @returns its answer; `undefined` where there is none */
  command(type: string, id: string, given: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Any other admin or HTTP-in route, as text. */
  text(path: string, headers?: Record<string, string>): Promise<string>;
}

/** The admin API at a base address such as `http://127.0.0.1:1880`. Its `deploy` resolves once Node-RED has accepted. */
export function adminApi(base: string): AdminApi {
  const call = async (path: string, init: RequestInit = {}): Promise<string> => {
    const answer = await fetch(new URL(path, base), init);
    const body = await answer.text();
    if (!answer.ok) throw new Error(`${init.method ?? 'GET'} ${path}: ${answer.status} ${body.slice(0, 500)}`);
    return body;
  };
  const json = { 'Content-Type': 'application/json', 'Node-RED-API-Version': 'v2' };
  return {
    async deploy(flows, deployment = 'full') {
      await call('/flows', {
        method: 'POST',
        headers: { ...json, 'Node-RED-Deployment-Type': deployment },
        body: JSON.stringify({ flows }),
      });
    },
    async flows() {
      return (JSON.parse(await call('/flows', { headers: json })) as { flows: FlowNode[] }).flows;
    },
    async nodeSets() {
      return JSON.parse(await call('/nodes', { headers: { Accept: 'application/json' } })) as NodeSet[];
    },
    async enable(nodeSet, enabled) {
      await call(`/nodes/${nodeSet}`, { method: 'PUT', headers: json, body: JSON.stringify({ enabled }) });
    },
    async inject(nodeId) {
      await call(`/inject/${nodeId}`, { method: 'POST', headers: json, body: '{}' });
    },
    async command(type, id, given) {
      const text = await call(`/${type}/${id}/command`, { method: 'POST', headers: json, body: JSON.stringify(given) });
      return text === '' ? undefined : (JSON.parse(text) as unknown);
    },
    text: (path, headers = {}) => call(path, { headers }),
  };
}
