import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlowNode } from './admin';
import type { ExactAnswer, ExactOrder, Got } from './exact-order';
import { startNodeRed, type RunningNodeRed } from './node-red';
import { createUserDir, linkModule, removeUserDir } from './user-dir';

const TYPES = ['exact-probe', 'exact-sink', 'exact-mute', 'exact-old'];

/** A real Node-RED with the product and the nodes of exact-node.ts, in a user directory of its own. */
export class ExactNodeRed {
  private constructor(
    readonly red: RunningNodeRed,
    private readonly userDir: string,
  ) {}

  static async start(flows: readonly FlowNode[]): Promise<ExactNodeRed> {
    const userDir = createUserDir();
    linkModule(userDir);
    const folder = join(userDir, 'node_modules', 'exact-probe');
    mkdirSync(folder, { recursive: true });
    const nodes = { exact: 'exact.js' };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'exact-probe', version: '1.0.0', 'node-red': { nodes } })); // prettier-ignore
    writeFileSync(join(folder, 'exact.js'), `module.exports = require(${JSON.stringify(join(__dirname, 'exact-node.js'))});`); // prettier-ignore
    const html = TYPES.map((type) => `RED.nodes.registerType('${type}', { category: 'test', defaults: {}, inputs: 1, outputs: 1 });`); // prettier-ignore
    writeFileSync(join(folder, 'exact.html'), `<script type="text/javascript">${html.join('\n')}</script>`);
    try {
      return new ExactNodeRed(await startNodeRed({ userDir, flows }), userDir);
    } catch (cause) {
      removeUserDir(userDir);
      throw cause;
    }
  }

  async order(probe: string, order: ExactOrder): Promise<ExactAnswer> {
    const response = await fetch(new URL(`/exact/${probe}`, this.red.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    });
    if (!response.ok)
      throw new Error(`${JSON.stringify(order).slice(0, 200)}: ${response.status} ${await response.text()}`);
    return (await response.json()) as ExactAnswer;
  }

  /** What has come to the sinks since the last run began. */
  async got(): Promise<Got[]> {
    return JSON.parse(await this.red.admin.text('/exact')) as Got[];
  }

  async stop(): Promise<void> {
    try {
      await this.red.stop();
    } finally {
      removeUserDir(this.userDir);
    }
  }
}
