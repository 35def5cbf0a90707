import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlowNode } from '../harness/admin';
import { KeptChain, detectorsOf, type Dialogs, type KeptVerdict, type Told } from '../harness/kept-flow';
import { eventually } from '../harness/eventually';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

const fixtures = join(checkout, 'test', 'fixtures');
const json = (...path: string[]): unknown => JSON.parse(readFileSync(join(...path), 'utf8'));
const kept = readdirSync(fixtures).filter((name) => /^v\d+\.\d+$/.test(name));
/** What the dialogs of this version have, by type: the editor drops any other field when the flow is deployed. */
const dialogs = json(checkout, 'dist', 'nodes', 'fields.json') as Dialogs;
/** Fields of every node of a flow. */
const COMMON = ['id', 'type', 'z', 'x', 'y', 'wires', 'name'];
/** How far scores may lie apart: kernels sum in another order than they once did. */
const CLOSE = 1e-6;

function assertSame(verdicts: readonly KeptVerdict[], told: readonly KeptVerdict[]): void {
  assert.deepEqual(verdicts.map(({ time, level }) => [time, level]), told.map(({ time, level }) => [time, level])); // prettier-ignore
  for (const [index, { scores, time }] of told.entries())
    for (const [kind, expected] of Object.entries(scores)) {
      const found = verdicts[index].scores[kind];
      assert.deepEqual([found.ready, found.model], [expected.ready, expected.model], `${kind} at ${time}`);
      for (const figure of ['score', 'threshold', 'ratio'] as const) {
        const [is, was] = [found[figure] ?? NaN, expected[figure] ?? NaN];
        const isSame = Number.isNaN(was) ? Number.isNaN(is) : Math.abs(is - was) <= CLOSE * Math.max(1, Math.abs(was));
        assert.ok(isSame, `${kind} ${figure} at ${time}: ${is}, and was ${was}`);
      }
    }
}

describe('what an earlier version has written', function () {
  this.timeout(120_000);

  it('is kept of every version in the changelog', () => {
    const changelog = readFileSync(join(checkout, 'CHANGELOG.md'), 'utf8');
    const versions = [...changelog.matchAll(/^## (\d+\.\d+)\.0 /gm)].map(([, version]) => `v${version}`);
    assert.deepEqual(kept.sort(), versions.sort());
  });

  for (const name of kept) {
    describe(name, () => {
      const folder = join(fixtures, name);
      const told = json(folder, 'told.json') as Told;
      const flow = json(folder, 'flows.json') as FlowNode[];
      const ours = flow.filter(({ type }) => type.startsWith('swat-'));
      const detectors = detectorsOf(Object.fromEntries(ours.map(({ type }) => [type, {}])));
      let userDir: string;
      let nodeRed: RunningNodeRed;
      let chain: KeptChain;

      before(async () => {
        userDir = createUserDir();
        linkModule(userDir);
        cpSync(folder, userDir, { recursive: true });
        nodeRed = await startNodeRed({ userDir });
        chain = new KeptChain(nodeRed, detectors);
      });
      after(async () => {
        await nodeRed.stop();
        removeUserDir(userDir);
      });

      it('was made by that version, with an alarm that has been acknowledged', () => {
        assert.equal(`v${told.version}`, `${name}.0`);
        assert.ok(detectors.length >= 2 && told.verdicts.length >= 10);
        const scored = told.verdicts.filter(({ scores }) => detectors.every((kind) => scores[kind].ready));
        assert.ok(scored.length >= 10 && scored.every(({ level }) => level !== ''));
        assert.ok(told.alarmsThen.some(({ level }) => level === 'CRITICAL'));
      });

      it('has a flow of which nothing is lost', async () => {
        assert.deepEqual(await nodeRed.admin.flows(), flow);
        const lost = ours.flatMap(({ type, ...fields }) =>
          Object.keys(fields).filter((field) => !COMMON.includes(field) && !(field in dialogs[type])),
        );
        assert.deepEqual(lost, []);
      });

      it('has the same alarms', async () => {
        assert.deepEqual(await chain.alarms(), told.alarms);
      });

      it('has the same journal, record by record', async function () {
        if (told.journal === undefined) {
          assert.ok(!existsSync(join(folder, 'swat', 'journal')));
          return;
        }
        assert.ok(told.journal.some(({ event, user }) => event === 'acknowledged' && user === 'Kim'));
        assert.deepEqual(await chain.journal(), told.journal);
      });

      it('goes on with the same scores and levels, and with the same alarm', async () => {
        assertSame(await chain.goOn(), told.verdicts);
        assert.deepEqual(await chain.alarms(), told.alarmsThen);
      });

      it('is told nothing of that was wrong', () => {
        const said = nodeRed.log().match(/\[(warn|error)\].*swat.*/gi) ?? [];
        assert.deepEqual(said, []);
        assert.doesNotMatch(nodeRed.log(), /set.aside|afresh/i);
      });

      it('has a journal whose chain holds, also with what was added', async () => {
        const [{ id }] = await chain.alarms();
        await chain.command('alert', { command: 'comment', id, comment: 'seen again', user: 'Kim' });
        let kept: Awaited<ReturnType<typeof chain.journal>> = [];
        // A journal that is opened with its first record takes the next a moment later.
        await eventually(async () => {
          kept = await chain.journal();
          return kept.at(-1)?.event === 'commented';
        }, () => JSON.stringify(kept)); // prettier-ignore
        const records = kept.length;
        assert.ok(records > (told.journal ?? []).length);
        const swat = join(checkout, 'dist', 'lib', 'cli', 'swat.js');
        const { status, stdout } = spawnSync(process.execPath, [swat, 'journal', 'verify', '--dir', userDir], { encoding: 'utf8' }); // prettier-ignore
        assert.equal(status, 0, stdout);
        assert.match(stdout, new RegExp(`^checked +${records} records$`, 'm'));
      });
    });
  }
});
