import type { Node, NodeAPI, NodeDef } from 'node-red';
import { refuse } from './handler';
import { nodeLog } from './logs';
import { settingsOf } from './settings-file';

interface Options {
  readonly credentials?: Readonly<Record<string, { readonly type: 'text' | 'password' }>>;
  /** Settings of settings.js that the editor is to know. */
  readonly settings?: Readonly<Record<string, { readonly value: unknown; readonly exportable: boolean }>>;
}

/**
 * Registers a type of node: makes the node, and hands over its settings: what the settings file says of it, else what its
 * dialog says. Where the file cannot be used, the node says why and refuses every message.
 * @param make takes the node as `this`, and its definition
 */
export function registerNode(
  RED: NodeAPI,
  type: string,
  make: (this: never, definition: never) => void,
  options: Options = {},
): void {
  RED.nodes.registerType<Node, NodeDef, object, object>(
    type,
    function (given) {
      RED.nodes.createNode(this, given);
      const definition = settled(RED, this, given);
      if (definition !== undefined) make.call(this as never, definition as never);
    },
    options,
  );
}

/** The definition with what the settings file says; `undefined` where that cannot be used. */
function settled(RED: NodeAPI, node: Node, given: NodeDef): NodeDef | undefined {
  try {
    const { fields, secrets } = settingsOf(RED, given);
    if (Object.keys(secrets).length > 0) {
      const own = node as { credentials?: object };
      own.credentials = { ...own.credentials, ...secrets };
    }
    return { ...given, ...fields };
  } catch (cause) {
    nodeLog(RED, node);
    refuse(node, RED, cause);
    return undefined;
  }
}
