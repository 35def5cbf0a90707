import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FlowNode } from '../harness/admin';
import { checkout } from '../harness/user-dir';
import * as editor from './editor';
import { editorSession } from './session';

/** The little of the editor's global that is read here. */
interface Seen {
  readonly id: string;
  readonly valid?: boolean;
  readonly validationErrors?: unknown;
}
declare const RED: {
  nodes: {
    eachNode(visit: (node: Seen) => void): void;
    eachConfig(visit: (node: Seen) => void): void;
    dirty(): boolean;
  };
};

const fixtures = join(checkout, 'test', 'fixtures');
const kept = readdirSync(fixtures).filter((name) => /^v\d+\.\d+$/.test(name));
const isOurs = ({ type }: FlowNode): boolean => type.startsWith('swat-');
/** Forms give numbers as text. */
const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : JSON.stringify(value));

describe('the flow of an earlier version, in the editor', function () {
  this.timeout(180_000);
  const session = editorSession();
  /** Nodes with the same fields open alike: one of each kind is enough. */
  const seen = new Set<string>();

  for (const name of kept) {
    it(`of ${name} is valid, and every dialog keeps each of its fields`, async () => {
      const { nodeRed } = session();
      const flow = JSON.parse(readFileSync(join(fixtures, name, 'flows.json'), 'utf8')) as FlowNode[];
      await nodeRed.admin.deploy(flow);
      const open = await editor.openEditor(session());
      const { page, problems } = open;
      const invalid = await page.evaluate(() => {
        const found: unknown[] = [];
        const look = (node: Seen): void => {
          if (node.valid === false) found.push([node.id, node.validationErrors]);
        };
        RED.nodes.eachNode(look);
        RED.nodes.eachConfig(look);
        return found;
      });
      assert.deepEqual(invalid, []);
      for (const node of flow.filter((each) => isOurs(each) && 'z' in each)) {
        const { id, type } = node;
        const form = [type, ...Object.keys(node).sort()].join();
        if (seen.has(form)) continue;
        seen.add(form);
        await editor.openDialog(open, id);
        await editor.unfold(open);
        assert.deepEqual(await editor.invalidFields(open), [], id);
        await page.locator('#node-dialog-ok').click();
        await page.locator('#node-dialog-ok').waitFor({ state: 'detached' });
      }
      if (await page.evaluate(() => RED.nodes.dirty())) await editor.deploy(open);
      const after = await nodeRed.admin.flows();
      for (const before of flow.filter(isOurs)) {
        const found = after.find(({ id }) => id === before.id) ?? {};
        const changed = Object.entries(before).filter(([field, value]) => asText(value) !== asText((found as Record<string, unknown>)[field])); // prettier-ignore
        assert.deepEqual(changed, [], `${before.type} has now ${JSON.stringify(found)}`);
      }
      assert.deepEqual(problems, []);
      await page.close();
    });
  }
});
