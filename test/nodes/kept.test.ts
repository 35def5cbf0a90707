import assert from 'node:assert/strict';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../harness/eventually';
import { KeptChain } from '../harness/kept-flow';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

const fixtures = join(checkout, 'test', 'fixtures');
const kept = readdirSync(fixtures).filter((name) => /^v\d+\.\d+$/.test(name));

describe('what an earlier version has written', function () {
  this.timeout(120_000);

  it('is kept for the version that is being worked on, at least', () => assert.ok(kept.includes('v0.1')));

  for (const name of kept) {
    describe(name, () => {
      let userDir: string;
      let nodeRed: RunningNodeRed;
      let chain: KeptChain;

      before(async () => {
        userDir = createUserDir();
        linkModule(userDir);
        cpSync(join(fixtures, name), userDir, { recursive: true });
        nodeRed = await startNodeRed({ userDir });
        chain = new KeptChain(nodeRed);
      });
      after(async () => {
        await nodeRed.stop();
        removeUserDir(userDir);
      });

      it('has the same models in force, alarm and journal', async () => {
        for (const kind of ['pca', 'iforest'] as const) {
          const versions = await chain.versions(kind);
          const onDisk = readdirSync(join(fixtures, name, 'swat', 'models', 'kept', kind), { withFileTypes: true });
          const folders = onDisk.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
          assert.deepEqual(versions.map(({ version }) => version).sort(), folders.sort());
          assert.equal(versions.filter(({ active }) => active).length, 1);
        }
        const alarms = await chain.alarms();
        assert.deepEqual(
          alarms.map(({ state, level }) => [state, level]),
          [['acknowledged', 'CRITICAL']],
        );
        const journal = await chain.journal();
        const acknowledged = journal.find(({ event }) => event === 'acknowledged');
        assert.equal(acknowledged?.user, 'Kim');
        assert.ok(journal.some(({ event }) => event === 'raised'));
      });

      it('goes on: the window is still full, the same episode stands, and its record grows', async () => {
        const [{ id }] = await chain.alarms();
        const before = (await chain.journal()).length;
        // One frame is scored at once: the window has been taken back, and so have the models.
        await chain.goOn(1);
        await eventually(
          async () => {
            const scored = (await chain.nodes()).filter(({ score }) => score !== undefined).map((each) => each.id);
            return ['pca', 'iforest', 'severity'].every((node) => scored.includes(node));
          },
          () => nodeRed.log(),
        );
        await chain.post('/swat-alert/alert/command', { command: 'comment', id, comment: 'seen again', user: 'Kim' });
        await eventually(
          async () => (await chain.journal()).length > before,
          () => nodeRed.log(),
        );
        assert.deepEqual(
          (await chain.alarms()).map((alarm) => alarm.id),
          [id],
        );
        assert.ok((await chain.nodes()).every(({ errors }) => errors === 0));
      });

      it('is told nothing of that was wrong', () => {
        const said = nodeRed.log().match(/\[(warn|error)\].*swat.*/gi) ?? [];
        assert.deepEqual(said, []);
        assert.doesNotMatch(nodeRed.log(), /set.aside|afresh/i);
      });
    });
  }
});
