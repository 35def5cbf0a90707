import type { FlowNode } from '../test/harness/admin';
import { feed, fiveNodes } from './flow';
import { median, type Bench, type Figure } from './harness';
import { openEditor, type Editor } from './editor-open';
import { interval, warm, type Interval } from './node-red';
import { startSubject, withSubjects, type Subject } from './subject';

/** A flow, and whether it is looked at. */
interface Kind {
  readonly name: string;
  readonly flow: readonly FlowNode[];
  readonly open: boolean;
}

const KINDS: readonly Kind[] = [
  { name: 'nobody looks', flow: watched(), open: false },
  { name: 'an editor is open', flow: watched(), open: true },
  { name: 'an editor is open, a debug node on the verdicts', flow: watched('severity'), open: true },
  { name: 'an editor is open, a debug node on the windows', flow: watched('window'), open: true },
];

/** What the five nodes cost while an editor is open, and with a debug node behind one of them. */
export const editorBench: Bench = {
  name: 'editor',
  run(short) {
    const kinds = short ? KINDS.filter((_, i) => i % 2 === 0) : KINDS;
    const starts = kinds.map(
      ({ flow }) =>
        () =>
          startSubject(flow, { oneCore: true }),
    );
    return withSubjects(starts, async (subjects) => {
      const editors: (Editor | undefined)[] = [];
      try {
        for (const [i, { open }] of kinds.entries())
          editors.push(open ? await openEditor(subjects[i].nodeRed.url) : undefined);
        for (const subject of subjects) await warm(subject, short ? 2000 : 20_000);
        const taken = await rounds(subjects, short);
        return {
          how:
            'The five nodes of the bench node-red, each flow in a Node-RED of its own on one core, at full speed in turn. An editor is what ' +
            'it is to Node-RED: a WebSocket that has subscribed to statuses, debug messages and the sidebar of this package, which it asks ' +
            'for as the sidebar does. Debug nodes show the whole payload in the debug sidebar.',
          figures: [...figures(kinds, taken), ...heard(kinds, editors)],
        };
      } finally {
        for (const editor of editors) editor?.close();
      }
    });
  },
};

async function rounds(subjects: readonly Subject[], short: boolean): Promise<Interval[][]> {
  const [count, milliseconds] = short ? [1, 500] : [9, 3000];
  const taken: Interval[][] = subjects.map(() => []);
  for (let round = 0; round < count; round += 1) {
    for (let turn = 0; turn < subjects.length; turn += 1) {
      const i = (round + turn) % subjects.length;
      taken[i].push(await interval(subjects[i], milliseconds, true));
    }
  }
  return taken;
}

/** The five nodes, with a debug node on the first output of one of them. */
function watched(by?: string): FlowNode[] {
  const nodes = [...feed('window'), ...fiveNodes()];
  if (by === undefined) return nodes;
  const debug = { tosidebar: true, console: false, tostatus: false, complete: 'payload', targetType: 'msg' };
  return [
    ...nodes.map((node) => {
      if (node.id !== by) return node;
      const [first, ...others] = node.wires as string[][];
      return { ...node, wires: [[...first, 'debug'], ...others] };
    }),
    { id: 'debug', z: 'bench', type: 'debug', name: '', active: true, ...debug, wires: [] },
  ];
}

function figures(kinds: readonly Kind[], taken: readonly (readonly Interval[])[]): Figure[] {
  const [alone] = taken;
  return kinds.flatMap(({ name }, i) => [
    median(
      `${name}, samples a second`,
      'samples/s',
      taken[i].map(({ rate }) => rate),
    ),
    ...(i === 0
      ? []
      : [
          median(
            `${name}, CPU time against nobody looking`,
            'times',
            taken[i].map(({ cpu }, round) => cpu / alone[round].cpu),
          ),
        ]),
  ]);
}

/** How often a node showed another status while the editor was open: at most once a second is promised. */
function heard(kinds: readonly Kind[], editors: readonly (Editor | undefined)[]): Figure[] {
  return kinds.flatMap(({ name }, i) => {
    const editor = editors[i];
    return editor === undefined
      ? []
      : [{ name: `${name}, statuses of a node`, value: editor.statusRate(), unit: 'a second' }];
  });
}
