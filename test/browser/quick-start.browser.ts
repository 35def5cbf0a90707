import { strict as assert } from 'node:assert';
import * as editor from './editor';
import { picture } from './picture';
import { editorSession } from './session';

/** The little of the editor's global that is called. */
declare const RED: { actions: { invoke(name: string): void } };

describe('the first five minutes', function () {
  // The plant runs faster than life, but an alarm needs its windows.
  this.timeout(180_000);
  const session = editorSession();

  it('imports the quick start, deploys it, starts an attack and reads the alarm that names the tag', async () => {
    const open = await editor.openEditor(session());
    await editor.importExample(open, '01-quick-start');
    await editor.deploy(open);
    await editor.showDebug(open);
    await editor.screenshot(open, 'quick-start-deployed');
    // For a picture, scores to draw a line of.
    if (process.env.SWAT_PICTURES !== undefined) await open.page.waitForTimeout(40_000);
    await editor.pressButton(open, await editor.idByName(open, 'Start attack: LIT301 falls'));
    const alarm = await editor.waitForDebug(open, 'alarms', /(WARNING|CRITICAL)[^]*LIT301/, 60_000);
    await editor.screenshot(open, 'quick-start-alarm');
    assert.match(alarm, /WARNING|CRITICAL/);
    await open.page.evaluate(() => RED.actions.invoke('swat:show-sidebar'));
    await open.page.locator('.swat-side-high').first().waitFor();
    await open.page.setViewportSize({ width: 1500, height: 660 });
    await open.page.locator('#red-ui-workspace-chart').evaluate((chart) => chart.scrollTo(0, 0));
    await open.page.locator('.red-ui-palette-node[data-palette-type="swat-report"]').scrollIntoViewIfNeeded();
    await picture(open.page, 'editor-flow');
    await picture(open.page.locator('.swat-side'), 'editor-sidebar');
    assert.deepEqual(open.problems, []);
    assert.doesNotMatch(session().nodeRed.log(), /\[error\]/);
  });
});
