import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlowNode } from '../harness/admin';
import { checkout } from '../harness/user-dir';

/**
 * Every node type that an example may use, beside ours. One that can write to a controller is not among them, nor one that can
 * start a program: whoever adds a type to an example says here that it does neither, or what holds it back.
 */
const HARMLESS = [
  'tab', 'comment', 'inject', 'debug', 'catch', 'status', 'complete', 'link in', 'link out', 'function', 'change', 'switch', 'delay', 'rbe',
  'ui_base', 'ui_tab', 'ui_group', 'ui_template', 'ui_chart', 'ui_dropdown', 'ui_button', 'ui_toast',
  'ui-base', 'ui-theme', 'ui-page', 'ui-group', 'ui-template',
  // What an operator is told by.
  'e-mail', 'http request', 'http in', 'http response',
  // Reads of a controller, and their connections.
  'modbus-client', 'modbus-read', 'modbustcp-server', 'modbustcp-read', 'OpcUa-Endpoint', 'OpcUa-Client', 'mqtt-broker', 'mqtt in',
]; // prettier-ignore

/** Modules that a function node of an example may take. */
const MODULES = ['crypto'];

/** Topics of ours: never one that a controller or a Sparkplug node obeys. */
const OURS = /^'?swat\//;

/** What is let through with a reason: the part of each that a test holds. */
const HELD: Readonly<Record<string, (node: FlowNode, flow: readonly FlowNode[]) => void>> = {
  'mqtt out': ({ id, topic }, flow) => {
    if (topic !== '') assert.match(String(topic), OURS, id);
    else for (const before of flow) if (leadsTo(before, id)) assert.ok(saysOurTopic(before), `${before.id} -> ${id}`);
  },
  // The server of the example is the simulated plant itself, which its own nodes feed.
  'OpcUa-Server': ({ id }, flow) => {
    const feeding = flow.filter((before) => leadsTo(before, id)).map(({ type }) => type);
    assert.deepEqual([...new Set(feeding)], ['function'], id);
  },
};

function leadsTo({ wires }: FlowNode, id: string): boolean {
  return Array.isArray(wires) && (wires as string[][]).flat().includes(id);
}

/** Whether what a node sends to an MQTT node without a topic of its own goes under one of ours. */
function saysOurTopic({ type, rules }: FlowNode): boolean {
  if (type === 'swat-notify' || type === 'swat-alert') return true;
  if (type !== 'change') return false;
  return (rules as { t: string; p: string; to: string }[]).some(
    ({ t, p, to }) =>
      (t === 'set' && p === 'topic' && OURS.test(to)) ||
      // The one command that swat-window asks to be sent: an edge node says again what its metrics are called.
      (t === 'move' && p === 'payload.command' && to === 'payload'),
  );
}

const folder = join(checkout, 'examples');
const examples = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('the examples', () => {
  it('are all looked at', () => assert.ok(examples.length >= 31));

  for (const name of examples) {
    const flow = JSON.parse(readFileSync(join(folder, name), 'utf8')) as FlowNode[];

    it(`${name} writes to no plant`, () => {
      for (const node of flow) {
        if (node.type.startsWith('swat-') || HARMLESS.includes(node.type)) continue;
        assert.ok(Object.hasOwn(HELD, node.type), `${node.type} is not known to leave a plant alone`);
        HELD[node.type](node, flow);
      }
      for (const { type, id, action, func, libs = [], url } of flow) {
        if (type === 'OpcUa-Client') assert.ok(['read', 'subscribe', 'monitor'].includes(String(action)), `${id} does ${String(action)}`); // prettier-ignore
        if (type === 'http request') assert.match(String(url), /^http:\/\/127\.0\.0\.1:/, id);
        if (type === 'function') {
          for (const { module } of libs as { module: string }[])
            assert.ok(MODULES.includes(module), `${id}: ${module}`);
          assert.doesNotMatch(String(func), /\brequire\b|\beval\b|child_process|process\./, id);
        }
      }
    });
  }
});
