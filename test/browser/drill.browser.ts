import { strict as assert } from 'node:assert';
import * as editor from './editor';
import { editorSession } from './session';

describe('the attack drill', function () {
  this.timeout(180_000);
  const session = editorSession();

  it('imports the example, starts a drill, and reads on the scoreboard how the first attack went', async () => {
    const open = await editor.openEditor(session());
    await editor.importExample(open, '05-attack-drill');
    await open.page.locator('#red-ui-workspace-tabs .red-ui-tab-label', { hasText: 'SWaT attack drill' }).click();
    await editor.openDialog(open, await editor.idByName(open, 'simulated plant'));
    const seed = open.page.locator('#node-input-drillSeed');
    assert.equal(await seed.isVisible(), false, 'the fields of a drill are there only where one is asked for');
    await open.page.locator('#node-input-drill').fill('5');
    await open.page.locator('#node-input-drill').dispatchEvent('change');
    assert.equal(await seed.isVisible(), true);
    await editor.screenshot(open, 'attack-drill-dialog');
    await editor.cancelDialog(open);
    await editor.deploy(open);
    await editor.showDebug(open);
    await editor.pressButton(open, await editor.idByName(open, 'Drill: five attacks'));
    // The sidebar cuts long texts: the status below the node tells the count.
    await editor.waitForDebug(open, 'scoreboard', /Attack 6 /, 90_000);
    await editor.screenshot(open, 'attack-drill');
    await open.page.locator('.red-ui-flow-node-status-label', { hasText: /^1 of 1 detected$/ }).waitFor();
    await editor.pressButton(open, await editor.idByName(open, 'End the drill'));
    await editor.pressButton(open, await editor.idByName(open, 'Scoreboard now'));
    await editor.waitForDebug(open, 'scoreboard', /"So far 1 of 1 detected/, 10_000);
    assert.deepEqual(open.problems, []);
    assert.doesNotMatch(session().nodeRed.log(), /\[error\]/);
  });
});
