import type { FlowNode } from './admin';
import { eventually } from './eventually';
import type { RunningNodeRed } from './node-red';

/** What the dialog of a node fills in, by field; by type of node, those that a version has. */
export type Dialogs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What a detector said of one window; no figures before it is ready. */
interface KeptScore {
  readonly ready: boolean;
  readonly score?: number;
  readonly threshold?: number;
  readonly ratio?: number;
  readonly model?: string;
}
/** A verdict as swat-severity sends it, with what the detectors said. */
export interface KeptVerdict {
  readonly time: number;
  readonly level: string;
  readonly scores: Readonly<Record<string, KeptScore>>;
}
/** An open alarm, as the command `list` tells it. */
interface KeptAlarm {
  readonly id: string;
  readonly state: string;
  readonly level: string;
}
/** An entry of the journal, as the admin route tells it. */
type KeptRecord = Readonly<Record<string, unknown>>;

/** What a version said itself of what it has kept, after a restart: the newest must say the same. */
export interface Told {
  readonly version: string;
  /** The open alarms, and the journal where it has one: before any frame. */
  readonly alarms: readonly KeptAlarm[];
  readonly journal?: readonly KeptRecord[];
  /** To the frames of {@link KeptChain.goOn}, and the alarms that were open then. */
  readonly verdicts: readonly KeptVerdict[];
  readonly alarmsThen: readonly KeptAlarm[];
}

/** Event time of the first frame, and how many are normal. */
const BEGIN = Date.UTC(2026, 0, 1);
const NORMAL = 230;
const FAULT_MM = 300;
const MORE = 20;
const NAMES = ['LIT101', 'FIT101', 'PIT501'] as const;
const DETECTORS = ['autoencoder', 'pca', 'iforest'] as const;
type Detector = (typeof DETECTORS)[number];

/** The detectors that a version has, in the order of the flow. */
export function detectorsOf(dialogs: Dialogs): Detector[] {
  return DETECTORS.filter((kind) => `swat-${kind}` in dialogs);
}

/**
 * What fixtures are made with, of what a version has: frames by HTTP through window, detectors, severity, alert and history. Each
 * node has the fields of its dialog, as the editor writes them, and few that differ. Commands come by HTTP as well, and what the
 * nodes send is kept by function nodes: core nodes alone, so that it runs with any version.
 */
export function keptFlow(dialogs: Dialogs): FlowNode[] {
  const z = 'kept';
  const detectors = detectorsOf(dialogs);
  const nodes: FlowNode[] = [{ id: z, type: 'tab', label: 'what is kept', disabled: false, info: '' }];
  const placed = (id: string, type: string, fields: object, wires: string[][]): void => {
    const place = nodes.length;
    nodes.push({ id, type, z, ...fields, x: 140 + 220 * (place % 5), y: 60 + 80 * Math.floor(place / 5), wires });
  };
  /** The fields of a dialog, with what differs, as far as the version has such fields. */
  const filledIn = (type: string, own: object): object => {
    const usual = dialogs[type];
    return { ...usual, ...Object.fromEntries(Object.entries(own).filter(([name]) => name in usual)) };
  };
  const ours = (id: string, type: string, own: object, wires: string[][]): void =>
    placed(id, type, filledIn(type, own), wires);
  const code = (id: string, lines: string, wires: string[][]): void =>
    placed(id, 'function', { name: id, func: lines, outputs: wires.length, timeout: 0, noerr: 0, initialize: '', finalize: '', libs: [] }, wires); // prettier-ignore
  const keeps = (list: string): string => {
    const id = `keep ${list}`;
    code(id, `const list = flow.get('${list}') ?? [];\nlist.push({ payload: msg.payload, scores: msg.scores });\nflow.set('${list}', list);\nreturn null;`, [[]]); // prettier-ignore
    return id;
  };
  const route = (method: string, url: string, to: string[]): void =>
    placed(`${method} ${url}`, 'http in', { name: '', url, method, upload: false, swaggerDoc: '' }, [to]);

  nodes.push({ id: 'kept-plant', type: 'swat-plant', ...filledIn('swat-plant', { name: 'three tags', source: 'list', tags: TAGS }) }); // prettier-ignore
  nodes.push({ id: 'kept-model', type: 'swat-model', ...filledIn('swat-model', { name: 'kept', reference: false }) });

  const targets = [...detectors, 'alert'];
  route('post', '/frames', ['frames', 'done']);
  code('frames', 'return { payload: msg.payload };', [['window']]);
  route('post', '/command/:node', ['commands', 'done']);
  code('commands', `const to = ${JSON.stringify(targets)}.indexOf(msg.req.params.node);\nconst out = [];\nout[to] = { swat: msg.payload };\nreturn out;`, targets.map((target) => [target])); // prettier-ignore
  route('get', '/kept/:list', ['lists']);
  code('lists', 'msg.payload = flow.get(msg.req.params.list) ?? [];\nreturn msg;', [['done']]);
  placed('done', 'http response', { name: '', statusCode: '', headers: {} }, []);

  ours('window', 'swat-window', { plant: 'kept-plant', length: 10 }, [[detectors[0]], [], []]);
  const small = { model: 'kept-model', windows: 200, stride: 1, epochs: 60, hidden: '8,4', trees: 10, subsample: 64 };
  for (const [place, kind] of detectors.entries())
    ours(kind, `swat-${kind}`, small, [[detectors[place + 1] ?? 'severity'], [keeps(kind)]]);
  const past = 'swat-history' in dialogs ? ['history'] : [];
  ours('severity', 'swat-severity', { expectPca: true }, [['alert', keeps('verdicts'), ...past], []]);
  ours('alert', 'swat-alert', { name: 'alarms', actors: 'anyone' }, [[keeps('events'), ...past], [], [keeps('alert')]]); // prettier-ignore
  if (past.length > 0) ours('history', 'swat-history', {}, [[]]);
  return nodes;
}

const TAGS = [
  { name: 'LIT101', stage: 'P1', kind: 'sensor', unit: 'mm', low: 0, high: 1000 },
  { name: 'FIT101', stage: 'P1', kind: 'sensor', unit: 'm3/h', low: 0, high: 10 },
  { name: 'PIT501', stage: 'P5', kind: 'sensor', unit: 'kPa', low: 0, high: 400 },
];

/** Frames of normal operation from the n-th on; a `fault` makes the level jump by so many mm, up and down. */
export function keptFrames(from: number, count: number, fault = 0): { readonly timestamp: number }[] {
  return Array.from({ length: count }, (_, index) => {
    const n = from + index;
    const noise = (place: number): number => Math.sin(n * (1.7 + place)) + Math.sin(n * (0.31 + place * 0.17));
    const flow = 2.4 + 0.05 * noise(1);
    const values = [
      500 + 20 * Math.sin(n / 40) + noise(0) + (n % 2 === 0 ? fault : -fault),
      flow,
      250 + 4 * flow + 0.3 * noise(2),
    ];
    return {
      timestamp: BEGIN + n * 1000,
      ...Object.fromEntries(NAMES.map((name, place) => [name, Number(values[place].toFixed(3))])),
    };
  });
}

/** What a message held that one of the function nodes has kept. */
interface Kept {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly scores?: Readonly<Record<string, KeptScore>>;
}

/** A Node-RED with {@link keptFlow}, and what is asked of it. */
export class KeptChain {
  constructor(
    private readonly nodeRed: RunningNodeRed,
    private readonly detectors: readonly Detector[],
  ) {}

  /** Learns, raises an alarm, has it acknowledged by Kim: what a fixture is made of. */
  async live(): Promise<void> {
    for (const kind of this.detectors) await this.command(kind, { command: 'collect' });
    await this.post('/frames', keptFrames(0, NORMAL));
    for (const kind of this.detectors) {
      const { version, activated } = await this.#first(kind, ({ event }) => event === 'trained', 120_000);
      // A poor fit waits for a person.
      if (activated !== true) await this.command(kind, { command: 'activate', version });
    }
    await this.#score(keptFrames(NORMAL, 60));
    const verdicts = await this.verdicts();
    const ready = verdicts.at(-1)?.scores ?? {};
    if (!this.detectors.every((kind) => ready[kind].ready)) throw new Error(JSON.stringify(ready));
    await this.#score(keptFrames(NORMAL + 60, 40, FAULT_MM));
    await this.#first('events', ({ event }) => event === 'raised');
    const [{ id }] = await this.alarms();
    await this.command('alert', { command: 'ack', id, user: 'Kim', comment: 'seen' });
    await this.#first('events', ({ event }) => event === 'acknowledged');
  }

  /** Scores frames that go on where {@link live} has stopped, the fault included. @returns the verdicts of these */
  async goOn(): Promise<KeptVerdict[]> {
    const before = (await this.verdicts()).length;
    await this.#score(keptFrames(NORMAL + 100, MORE, FAULT_MM));
    return (await this.verdicts()).slice(before);
  }

  async verdicts(): Promise<KeptVerdict[]> {
    return (await this.#kept('verdicts')).map(({ payload, scores = {} }) => ({
      time: Number(payload.time),
      level: String(payload.level),
      scores: Object.fromEntries(Object.entries(scores).map(([kind, score]) => [kind, withoutCauses(score)])),
    }));
  }

  /** The open alarms, as the node answers when it is asked. */
  async alarms(): Promise<KeptAlarm[]> {
    const answer = await this.command('alert', { command: 'list' });
    return (answer.alarms as KeptAlarm[]).map(({ id, state, level }) => ({ id, state, level }));
  }

  /** All of the journal, the oldest first. */
  async journal(): Promise<KeptRecord[]> {
    const text = await this.nodeRed.admin.text('/swat-alert/alert/journal?order=oldest');
    return (JSON.parse(text) as { records: KeptRecord[] }).records;
  }

  /** Sends a command to a node. @returns its answer */
  async command(node: string, given: object): Promise<Readonly<Record<string, unknown>>> {
    const before = (await this.#kept(node)).length;
    await this.post(`/command/${node}`, given);
    return this.#first(node, ({ ok, command }) => ok === true && command !== undefined, undefined, before);
  }

  async post(path: string, body: unknown): Promise<void> {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(new URL(path, this.nodeRed.url), {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
  }

  async #kept(list: string): Promise<Kept[]> {
    return JSON.parse(await this.nodeRed.admin.text(`/kept/${list}`)) as Kept[];
  }

  /** Waits for what a node sends. */
  async #first(
    list: string,
    isIt: (payload: Kept['payload']) => boolean,
    patience?: number,
    after = 0,
  ): Promise<Kept['payload']> {
    let found: Kept['payload'] = {};
    await eventually(
      async () => {
        const one = (await this.#kept(list)).slice(after).find(({ payload }) => isIt(payload));
        found = one?.payload ?? found;
        return one !== undefined;
      },
      () => this.nodeRed.log().slice(-2000),
      patience,
    );
    return found;
  }

  /** Sends frames, and waits for the verdict of the last. */
  async #score(frames: readonly { readonly timestamp: number }[]): Promise<void> {
    await this.post('/frames', frames);
    const last = frames[frames.length - 1].timestamp;
    await this.#first('verdicts', ({ time }) => time === last);
  }
}

/** A score without the tags to blame, which are many and follow from it. */
function withoutCauses(score: KeptScore): KeptScore {
  const rest: KeptScore & { contributions?: unknown } = { ...score };
  delete rest.contributions;
  return rest;
}
