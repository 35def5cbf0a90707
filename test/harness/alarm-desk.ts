import type { FlowNode } from './admin';
import { silenced, standing, type Standing } from './alarm-twin';
import type { Collector } from './collector';

type Given = Readonly<Record<string, unknown>>;

/** Node-RED has answered, and the answer was no. */
export class Refused extends Error {}

/** A `swat-alert` that takes verdicts by HTTP, each answered once what came of it was saved and sent, to a collector. */
export function alarmDeskFlow(alert: Given, { url }: Collector): FlowNode[] {
  const on = (id: string, type: string, wires: string[][], more: Given = {}): FlowNode => ({ id, type, z: 'tab', x: 100, y: 100, wires, ...more }); // prettier-ignore
  return [
    { id: 'tab', type: 'tab', label: 'alarms' },
    on('in', 'http in', [['alert']], { url: '/verdict', method: 'post' }),
    on('alert', 'swat-alert', [['strip'], ['strip'], []], alert),
    on('strip', 'function', [['post']], { func: 'return { payload: msg.payload };', outputs: 1 }),
    on('post', 'http request', [[]], { method: 'POST', ret: 'txt', paytoqs: 'ignore', url, persist: false, headers: [] }), // prettier-ignore
    on('taken', 'complete', [['answerable']], { scope: ['alert'] }),
    on('answerable', 'switch', [['answer']], { property: 'res', propertyType: 'msg', rules: [{ t: 'nnull' }] }),
    on('answer', 'http response', [], { statusCode: '204' }),
  ];
}

/** The alarms of {@link alarmDeskFlow}, as a person at a desk sees them. Each request rejects with {@link Refused} or for want of an answer. */
export class AlarmDeskClient {
  /** @param url of the Node-RED that runs now */
  constructor(private readonly url: () => string) {}

  verdict(payload: Given): Promise<Given> {
    return this.post('/verdict', payload);
  }

  ask(command: Given): Promise<Given> {
    return this.post('/swat-alert/alert/command', command);
  }

  async alarms(): Promise<Map<string, Standing>> {
    return standing((await this.ask({ command: 'list' })).alarms as Given[]);
  }

  /** The silences, as they are answered. */
  async listSilences(): Promise<Given[]> {
    return (await this.ask({ command: 'silences' })).silences as Given[];
  }

  async silences(): Promise<Map<string, Standing>> {
    return silenced(await this.listSilences());
  }

  private async post(path: string, body: Given): Promise<Given> {
    const answer = await fetch(this.url() + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Refused(`${path} ${JSON.stringify(body)}: ${answer.status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Given);
  }
}
