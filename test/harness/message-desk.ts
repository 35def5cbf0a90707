import type { FlowNode } from './admin';
import { eventually } from './eventually';
import type { RunningNodeRed } from './node-red';

/** A message as JSON. */
export type Loose = Readonly<Record<string, unknown>>;

/** So many payloads of a list are kept, the newest. */
const KEPT = 5000;

/** A node on the tab of {@link deskNodes}. */
export const onDesk = (id: string, type: string, wires: string[][], more: Loose = {}): FlowNode => ({ id, z: 'desk', type, x: 100, y: 100, ...more, wires }); // prettier-ignore

/**
 * A tab on which a {@link MessageDesk} sends messages to nodes and hears what they send. Of what is wired
 * to a list, by its name, the payload is kept there; `errors` has the errors of the nodes on the tab. Core nodes alone.
 * @param targets ids of the nodes that messages go to
 * @param tab more fields of the tab
 */
export function deskNodes(targets: readonly string[], lists: readonly string[], tab: Loose = {}): FlowNode[] {
  const route = `const out = []; out[${JSON.stringify(targets)}.indexOf(msg.req.params.node)] = msg.payload; return out;`;
  const keep = (list: string, kept = 'msg.payload'): FlowNode => {
    const func = `flow.set('${list}', [...(flow.get('${list}') ?? []), ${kept}].slice(-${KEPT}));`;
    return onDesk(list, 'function', [[]], { func, outputs: 1 });
  };
  return [
    { id: 'desk', type: 'tab', label: 'desk', ...tab },
    onDesk('post', 'http in', [['route', 'answer']], { url: '/to/:node', method: 'post' }),
    onDesk('route', 'function', targets.map((target) => [target]), { func: route, outputs: targets.length }), // prettier-ignore
    onDesk('get', 'http in', [['list']], { url: '/from/:list', method: 'get' }),
    onDesk('list', 'function', [['answer']], { func: 'msg.payload = flow.get(msg.req.params.list) ?? []; return msg;', outputs: 1 }), // prettier-ignore
    onDesk('answer', 'http response', []),
    onDesk('catch', 'catch', [['errors']], { scope: null }),
    keep('errors', 'msg.error'),
    ...lists.map((list) => keep(list)),
  ];
}

/** Sends messages to the nodes of a flow with {@link deskNodes}, and reads what they sent. */
export class MessageDesk {
  constructor(private readonly nodeRed: RunningNodeRed) {}

  async send(node: string, message: Loose): Promise<void> {
    const answer = await fetch(`${this.nodeRed.url}/to/${node}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(message),
    });
    if (!answer.ok) throw new Error(`${node}: ${answer.status} ${await answer.text()}`);
  }

  /** Payloads of the messages that came into a list, the oldest first. */
  async heard(list: string): Promise<Loose[]> {
    return JSON.parse(await this.nodeRed.admin.text(`/from/${list}`)) as Loose[];
  }

  /** Waits for the newest payload of a list that is such a one, after so many. */
  async newest(list: string, isIt: (payload: Loose) => boolean, after = 0): Promise<Loose> {
    let heard: Loose[] = [];
    const found = (): Loose | undefined => heard.slice(after).findLast(isIt);
    await eventually(
      async () => {
        heard = await this.heard(list);
        return found() !== undefined;
      },
      () => `${list}: ${JSON.stringify(heard.slice(after)).slice(-2000)}\n${this.nodeRed.log().slice(-2000)}`,
    );
    return found()!;
  }
}
