import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { createPlantSimulation } from '../../lib/plant/sim/plant';
import { SWAT } from '../../lib/plant/swat';
import { readBatch, writeBatch, type StateRecord } from '../../lib/snapshot/batch';
import type { FlowNode } from '../harness/admin';
import { ExactNodeRed } from '../harness/exact';
import type { ExactAnswer, Got } from '../harness/exact-order';

type Given = Readonly<Record<string, unknown>>;

/** Samples; an attack from, until (as far as it is started and stopped by hand). */
const SAMPLES = 700;
const [FROM, UNTIL] = [250, 420];
/** Captured after so many: while the window fills, before, during (as the level rises, and later), and after the attack. */
const CUTS = [30, 200, 282, 330, 470, 600];

const on = (id: string, type: string, wires: string[][], more: Given = {}): FlowNode => ({ id, type, z: 'tab', x: 100, y: 100, wires, ...more }); // prettier-ignore

/** The whole chain behind a probe, with a sink at each output that tells something. */
const flow = (window: Given, alert: Given = {}): FlowNode[] => [
  { id: 'tab', type: 'tab', label: 'moving' },
  { id: 'plant', type: 'swat-plant', name: '', source: 'swat' },
  { id: 'model', type: 'swat-model', name: 'plant', folder: '', reference: true },
  on('probe', 'exact-probe', [['check']]),
  on('check', 'swat-check', [['window'], ['advisory']], { plant: 'plant' }),
  on('window', 'swat-window', [['pca'], ['late'], ['notice']], { plant: 'plant', ...window }),
  on('pca', 'swat-pca', [['autoencoder'], ['drift']], { model: 'model' }),
  on('autoencoder', 'swat-autoencoder', [['iforest'], ['drift']], { model: 'model' }),
  on('iforest', 'swat-iforest', [['severity'], ['drift']], { model: 'model' }),
  on('severity', 'swat-severity', [['verdict', 'alert'], ['change']], { expectPca: true }),
  on('alert', 'swat-alert', [['event'], ['notification'], []], { offDelay: 20, limit: 1000, ...alert }),
  ...['advisory', 'late', 'notice', 'drift', 'verdict', 'change', 'event', 'notification'].map((id) => on(id, 'exact-sink', [])), // prettier-ignore
];

/** Samples of a simulated plant with an attack, as messages of an asset. */
function samples(asset: string, seed: number): Given[] {
  const plant = createPlantSimulation({ seed, startTime: Date.UTC(2026, 0, 1) });
  return Array.from({ length: SAMPLES }, (_, second) => {
    if (second === FROM) plant.start(16);
    if (second === UNTIL) plant.stop();
    const { time, values } = plant.step();
    const payload = Object.fromEntries(SWAT.tags.map(({ name }, tag) => [name, values[tag]]));
    return { asset, timestamp: time, payload };
  });
}

/** What came of an asset, sink by sink, in order. */
function told(got: readonly Got[] | undefined, asset: string): Record<string, unknown[]> {
  const lists: Record<string, unknown[]> = {};
  for (const { sink, message } of got ?? []) {
    const payload = message.payload as { asset?: unknown };
    if (payload.asset !== asset && message.asset !== asset) continue;
    (lists[sink] ??= []).push(payload);
  }
  return lists;
}

function later(all: Record<string, unknown[]>, before: Partial<Record<string, unknown[]>>): Record<string, unknown[]> {
  const rest = Object.entries(all).map(([sink, list]) => [sink, list.slice(before[sink]?.length ?? 0)] as const);
  return Object.fromEntries(rest.filter(([, list]) => list.length > 0));
}

/** A state with other data in its records. */
function withRecords(state: string, change: (record: StateRecord) => Uint8Array): string {
  const { records = [] } = readBatch(Buffer.from(state, 'base64'), 0) ?? {};
  return writeBatch(
    records.map((record) => ({ ...record, data: change(record) })),
    false,
  ).toString('base64');
}

for (const [what, window] of [
  ['samples', { length: 60, stride: 1 }],
  // The greatest lateness: what waits is taken after so long a silence, and a busy machine takes seconds between two orders.
  ['time', { by: 'time', span: 60, slide: 1, lateness: 10, period: 1 }],
] as const) {
  describe(`an asset that moves to another process, windows by ${what}`, () => {
    const [moved, other] = [samples('line-1', 5), samples('line-2', 8)];
    let first: ExactNodeRed;
    let second: ExactNodeRed;
    /** All that an undisturbed run tells, and what it had told at each cut. */
    let expected: Record<string, unknown[]>;
    const toldAt = new Map<number, Record<string, unknown[]>>();
    const states = new Map<number, string>();

    const run = (node: ExactNodeRed, messages: readonly Given[], rerun = false): Promise<ExactAnswer> =>
      node.order('probe', { do: 'run', messages, rerun });
    const take = async (node: ExactNodeRed, asset: string, state: string): Promise<ExactAnswer> =>
      node.order('probe', { do: 'restore', asset, state });

    before(async () => {
      [first, second] = await Promise.all([ExactNodeRed.start(flow(window)), ExactNodeRed.start(flow(window))]);
      const both = moved.flatMap((message, index) => [message, other[index]]);
      expected = told((await run(first, both)).got, 'line-1');
      // The second one tells the same, and is looked into on the way.
      const seen: Got[] = [];
      let at = 0;
      for (const cut of [...CUTS, SAMPLES]) {
        seen.push(...((await run(second, moved.slice(at, cut))).got ?? []));
        const { state = '' } = await second.order('probe', { do: 'capture', asset: 'line-1' });
        states.set(cut, state);
        toldAt.set(cut, told(seen, 'line-1'));
        at = cut;
      }
      assert.deepEqual(told(seen, 'line-1'), expected, 'to be looked into changes nothing');
    });
    after(() => Promise.all([first.stop(), second.stop()]));

    it('has verdicts, levels and an alarm from beginning to end', () => {
      const events = (expected.event as { event: string }[]).map(({ event }) => event);
      // A window's samples first, and the lateness at the end.
      assert.ok(expected.verdict.length > SAMPLES - 75);
      for (const name of ['raised', 'cleared']) assert.ok(events.includes(name), `${name} among ${events.join()}`);
      assert.ok(expected.change.length >= 2);
      assert.ok(expected.notification.length >= 2);
    });

    for (const cut of 'by' in window ? CUTS.slice(2, 5) : CUTS) {
      it(`goes on as if nothing had happened, from sample ${cut}`, async () => {
        assert.deepEqual(await take(first, 'line-1', states.get(cut) ?? ''), {});
        const { got, late } = await run(first, moved.slice(cut));
        assert.deepEqual(late, []);
        const rest = later(expected, toldAt.get(cut) ?? {});
        assert.deepEqual(told(got, 'line-1'), rest);
        assert.deepEqual(told(got, 'line-2'), {}, 'another asset is left alone');
      });
    }

    it('goes on from an older state, with what came since once more, of which nothing is told again', async () => {
      const [old, now] = [200, 330];
      await take(first, 'line-1', states.get(old) ?? '');
      const again = await run(first, moved.slice(old, now), true);
      const unmarked = again.got?.filter(({ message }) => (message.kafka as { rerun?: boolean }).rerun !== true);
      assert.deepEqual(unmarked, [], 'whatever is told carries the mark');
      assert.deepEqual(Object.keys(told(again.got, 'line-1')).filter((sink) => ['event', 'notification'].includes(sink)), []); // prettier-ignore
      assert.deepEqual(
        told((await run(first, moved.slice(now))).got, 'line-1'),
        later(expected, toldAt.get(now) ?? {}),
      );
    });

    // The rest is the same whatever windows are cut by.
    if ('by' in window) return;

    it('is captured as it was restored', async () => {
      for (const cut of CUTS) {
        await take(first, 'line-1', states.get(cut) ?? '');
        const { state = '' } = await first.order('probe', { do: 'capture', asset: 'line-1' });
        assert.equal(state.length, states.get(cut)?.length);
      }
    });

    it('leaves nothing behind where it was, and nobody is told', async () => {
      await take(first, 'line-1', states.get(330) ?? '');
      await run(first, []);
      await first.order('probe', { do: 'forget', asset: 'line-1' });
      const { assets = [] } = await first.order('probe', { do: 'assets' });
      assert.deepEqual(assets.filter((asset) => asset === 'line-1'), []); // prettier-ignore
      assert.equal((await first.order('probe', { do: 'capture', asset: 'line-1' })).state, '');
      await pause(2500);
      assert.deepEqual(await first.got(), [], 'no alarm is cleared, no communication lost');
      const fresh = told((await run(first, moved.slice(0, 80))).got, 'line-1');
      assert.deepEqual(fresh.verdict, expected.verdict.slice(0, fresh.verdict.length));
    });

    it('tells by itself only what is of an asset that the reader has, with a receipt of its lane', async () => {
      await take(first, 'line-1', states.get(330) ?? '');
      await run(first, []);
      const ack = async (): Promise<void> => {
        const response = await fetch(new URL('/swat-alert/alert/command', first.red.url), {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ command: 'ack', asset: 'line-1' }),
        });
        assert.equal(response.status, 200, await response.text());
      };
      await ack();
      await take(first, 'line-1', states.get(330) ?? '');
      await first.order('probe', { do: 'own', asset: 'line-1' });
      await ack();
      const { late } = await first.order('probe', { do: 'quiet' });
      assert.deepEqual(late, []);
      const events = (await first.got()).filter(({ sink }) => sink === 'event');
      const seqs = (expected.event as { time: number; seq: number }[]).filter(({ time }) => time <= Number(moved[329].timestamp)); // prettier-ignore
      assert.deepEqual(
        events.map(({ message: { receipt, payload } }) => [receipt, (payload as Given).event, (payload as Given).seq]),
        [['probe-probe/1/self', 'acknowledged', seqs.length + 1]],
      );
    });

    it('starts afresh where its state cannot be used, and says so', async () => {
      const state = states.get(330) ?? '';
      const broken = Buffer.from(state, 'base64');
      broken[broken.length >> 1] ^= 1;
      const damaged = await take(first, 'line-1', broken.toString('base64'));
      assert.equal(damaged.error?.code, 'moved-damaged');
      assert.match(damaged.error.text, /"line-1" is damaged\. The asset starts afresh/);
      assert.equal((await first.order('probe', { do: 'capture', asset: 'line-1' })).state, '');
      const torn = await take(first, 'line-1', Buffer.from(state, 'base64').subarray(0, 5000).toString('base64'));
      assert.equal(torn.error?.code, 'moved-damaged');
    });

    it('goes on with its alarm where another version of a model remembers nothing of it, and says so', async () => {
      const renamed = withRecords(
        states.get(330) ?? '',
        ({ key, data }) =>
        key.endsWith('/track/') ? Buffer.from(Buffer.from(data).toString('latin1').replace('20261124', '20250101'), 'latin1') : data, // prettier-ignore
      );
      const answer = await take(first, 'line-1', renamed);
      assert.equal(answer.error?.code, 'moved-model');
      assert.match(answer.error.text, /of model version 20250101-000000-\w+, and 20261124-000000-\w+ scores now\. It starts afresh in swat-pca pca/); // prettier-ignore
      const { got } = await run(first, moved.slice(330));
      const events = told(got, 'line-1').event as { event: string; seq: number }[];
      const last = (expected.event as { event: string; seq: number }[]).at(-1);
      assert.deepEqual([events.at(-1)?.event, events.at(-1)?.seq], [last?.event, last?.seq]);
    });

    it('starts afresh where a part says what no node has saved, and says so of the state, not of messages', async () => {
      let changed = 0;
      const wrong = withRecords(states.get(330) ?? '', ({ data }) => {
        const text = Buffer.from(data).toString();
        if (!/"(pca|iforest|autoencoder)":\{/.test(text) || !/"ratio":[\d.]/.test(text)) return data;
        changed += 1;
        return Buffer.from(text.replaceAll(/"ratio":[\d.e-]+/g, '"ratio":null'));
      });
      assert.ok(changed > 0);
      const { error } = await take(first, 'line-1', wrong);
      assert.equal(error?.code, 'moved-other');
      assert.match(error.text, /afresh in swat-severity severity/);
    });

    it('starts afresh in a node that has other settings, or is older than what was saved, and says so', async () => {
      const older = await take(
        first,
        'line-1',
        withRecords(states.get(330) ?? '', ({ key, data }) => {
          const [id, kind, version, digest] = key === '1' ? (JSON.parse(Buffer.from(data).toString()) as [string, string, number, string]) : []; // prettier-ignore
          return id === undefined ? data : Buffer.from(JSON.stringify([id, kind, Number(version) + 1, digest]));
        }),
      );
      assert.equal(older.error?.code, 'moved-newer');
      assert.match(older.error.text, /later version of the product\. It starts afresh in swat-window window\./);

      const third = await ExactNodeRed.start(flow({ ...window, length: 30 }));
      try {
        const answer = await take(third, 'line-1', states.get(330) ?? '');
        assert.equal(answer.error?.code, 'moved-other');
        assert.match(answer.error.text, /does not fit.*afresh in swat-window window; the rest goes on/);
        assert.deepEqual((await third.order('probe', { do: 'assets' })).assets, ['line-1']);
        // The window fills again, to its own length.
        const { got } = await run(third, moved.slice(330, 361));
        assert.equal(told(got, 'line-1').verdict.length, 2);
      } finally {
        await third.stop();
      }
    });
  });
}
