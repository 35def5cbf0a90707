import assert from 'node:assert/strict';
import { eventually } from '../harness/eventually';
import { LIT101 } from '../harness/alarm-flow';
import * as editor from './editor';
import { editorSession } from './session';

const FLOW = [
  { id: 'tab', type: 'tab', label: 'alarms' },
  { id: 'in', z: 'tab', type: 'http in', url: '/verdict', method: 'post', x: 100, y: 100, wires: [['alert', 'out']] },
  { id: 'out', z: 'tab', type: 'http response', x: 300, y: 60, wires: [] },
  { id: 'alert', z: 'tab', type: 'swat-alert', name: 'desk', x: 300, y: 140, wires: [[], [], []] },
];

describe('the dialog of swat-alert', function () {
  this.timeout(90_000);
  const session = editorSession();

  it('lists the open alarms, and acknowledges, shelves and comments them', async () => {
    const { nodeRed } = session();
    await nodeRed.admin.deploy(FLOW);
    const params = { ...LIT101, place: 'P1', level: 'WARNING', ratio: 1.7 };
    const verdict = { asset: 'line-1', time: Date.now(), finding: 'anomaly', level: 'WARNING', ratio: 1.7, tags: [LIT101], sentence: { code: 'anomaly-mean-above', params } }; // prettier-ignore
    const raised = async (): Promise<boolean> => {
      const answer = await fetch(`${nodeRed.url}/verdict`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(verdict),
      });
      return answer.ok;
    };
    await eventually(raised, 'the verdict is taken');

    const open = await editor.openEditor(session());
    const { page } = open;
    await editor.openDialog(open, 'alert');
    await editor.unfold(open);
    const row = page.locator('.swat-alarm');
    await row.getByText('P1: LIT101 mean is 823.4 mm').waitFor();
    assert.match(await row.innerText(), /^line-1 · unacknowledged · medium/);
    await editor.screenshot(open, 'alert-open');
    await row.locator('[data-command="ack"]').click();
    await page.locator('.swat-alarm', { hasText: '· acknowledged ·' }).waitFor();
    assert.equal(await row.locator('[data-command="ack"]').count(), 0, 'only what is legal');
    await page.locator('#swat-alarm-comment').fill('valve is being changed');
    await page.locator('#swat-alarm-minutes').fill('30');
    await row.locator('[data-command="shelve"]').click();
    await page.locator('.swat-alarm', { hasText: '· shelved ·' }).waitFor();
    assert.match(await row.innerText(), /valve is being changed/);
    await page.locator('#swat-alarm-comment').fill('new valve is in');
    await row.locator('[data-command="comment"]').click();
    await row.getByText('new valve is in').waitFor();
    await row.locator('[data-command="unshelve"]').click();
    await page.locator('.swat-alarm', { hasText: '· unacknowledged ·' }).waitFor();
    assert.deepEqual(await editor.untranslated(open), []);
    assert.deepEqual(await editor.invalidFields(open), []);
    assert.deepEqual(open.problems, []);
    await editor.cancelDialog(open);
    await page.close();
  });

  it('says of a node that is not deployed where its alarms will show', async () => {
    const open = await editor.openEditor(session());
    const id = await editor.dragFromPalette(open, 'swat-alert', 700, 400);
    await editor.openDialog(open, id);
    await open.page.getByText('The open alarms show here once the node is deployed.').waitFor();
    for (const [field, value] of [
      ['priorityWarning', 'medium'],
      ['maxShelve', '480'],
      ['hysteresis', '1'],
    ] as const)
      // prettier-ignore
      assert.equal(await open.page.locator(`#node-input-${field}`).inputValue(), value);
    await editor.screenshot(open, 'alert-new');
    assert.deepEqual(await editor.invalidFields(open), []);
    assert.deepEqual(open.problems, []);
    await open.page.close();
  });
});
