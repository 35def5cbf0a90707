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
    assert.match(await row.innerText(), /^line-1 · Active, unacknowledged · medium\nsince /);
    for (const [field, value] of [
      ['annunciate', 'WARNING'],
      ['offDelay', '30'],
      ['limitPeriod', '10'],
      ['logFiles', '10'],
    ])
      assert.equal(
        await page.locator(`#node-input-${field}`).inputValue(),
        value,
        'what holds where a flow says nothing',
      );
    assert.ok(await page.locator('#node-input-log').isChecked());
    assert.deepEqual(await editor.barriers(open), []);
    await editor.screenshot(open, 'alert-open');
    await row.locator('[data-command="ack"]').click();
    await page.locator('.swat-alarm', { hasText: '· Active, acknowledged ·' }).waitFor();
    assert.equal(await row.locator('[data-command="ack"]').count(), 0, 'only what is legal');
    await page.locator('#swat-alarm-comment').fill('valve is being changed');
    await page.locator('#swat-alarm-minutes').fill('30');
    await row.locator('[data-command="shelve"]').click();
    await page.locator('.swat-alarm', { hasText: '· Shelved ·' }).waitFor();
    assert.match(await row.innerText(), /since .*, until .*\n[^]*valve is being changed/);
    await page.locator('#swat-alarm-comment').fill('new valve is in');
    await row.locator('[data-command="comment"]').click();
    await row.getByText('new valve is in').waitFor();
    await row.locator('[data-command="unshelve"]').click();
    await page.locator('.swat-alarm', { hasText: '· Active, unacknowledged ·' }).waitFor();

    await row.locator('[data-command="comment"]').click();
    await page.getByText('Write the comment first.').waitFor();
    for (const [command, state] of [
      ['suppress', 'Suppressed by design'],
      ['out-of-service', 'Out of service'],
      ['return-to-service', 'Active, unacknowledged'],
    ]) {
      await row.locator(`[data-command="${command}"]`).click();
      await page.locator('.swat-alarm', { hasText: `· ${state} ·` }).waitFor();
    }
    assert.deepEqual(await editor.untranslated(open), []);
    assert.deepEqual(await editor.invalidFields(open), []);
    assert.deepEqual(open.problems, []);
    await editor.cancelDialog(open);
    await page.close();
  });

  it('silences, says so of the alarm, and ends it; tells in words what is refused', async () => {
    const { nodeRed } = session();
    const open = await editor.openEditor(session());
    const { page } = open;
    await editor.openDialog(open, 'alert');
    await page.locator('.swat-alarm').waitFor();
    const silence = page.locator('[data-command="silence"]');
    await page.locator('#swat-silence-matchers').fill('asset=');
    await silence.click();
    await page.getByText('No alarm has an empty asset').waitFor();
    await page.locator('#swat-silence-matchers').fill('asset~line-*');
    await page.locator('#swat-silence-minutes').fill('30');
    await page.locator('#swat-alarm-comment').fill('overhaul');
    await silence.click();
    const listed = page.locator('.swat-silence', { hasText: /asset~line-\* · until .*: overhaul/ });
    await listed.waitFor();
    const lost = { event: 'communication-lost', asset: 'line-2', seconds: 60 };
    const headers = { 'Content-Type': 'application/json' };
    await fetch(`${nodeRed.url}/verdict`, { method: 'POST', headers, body: JSON.stringify(lost) });
    await page
      .locator('.swat-alarm', { hasText: /^line-2, communication · [^]*silenced: nobody is notified/ })
      .waitFor();
    assert.deepEqual(await editor.barriers(open), []);
    await editor.screenshot(open, 'alert-silenced');
    await page.locator('#swat-alarm-minutes').fill('10000');
    await page.locator('.swat-alarm').first().locator('[data-command="shelve"]').click();
    await page.getByText('An alarm cannot be shelved for 10000 min: more than 0 and at most 480').waitFor();
    await page.locator('[data-command="unsilence"]').click();
    await listed.waitFor({ state: 'detached' });
    assert.deepEqual(await editor.untranslated(open), []);
    assert.equal(open.problems.filter((problem) => !problem.includes('400 (Bad Request)')).length, 0);
    await editor.cancelDialog(open);
    await page.close();
  });

  it('says of a node that is not deployed where its alarms will show', async () => {
    const open = await editor.openEditor(session());
    const id = await editor.dragFromPalette(open, 'swat-alert', 700, 400);
    await editor.openDialog(open, id);
    await open.page.getByText('The open alarms show here once the node is deployed.').waitFor();
    assert.equal(await open.page.locator('#swat-silence-matchers').isVisible(), false);
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
    await editor.cancelDialog(open);
    await open.page.close();
  });

  it('is not right while an operator has no PIN that can be used', async () => {
    const open = await editor.openEditor(session());
    const { page } = open;
    const id = await editor.dragFromPalette(open, 'swat-alert', 700, 400);
    const mark = page.locator(`g.red-ui-flow-node-group[id="${id}"] .red-ui-flow-node-error`);
    const pin = page.locator('.swat-operator-pin');
    const closeWith = async (typed: string): Promise<void> => {
      await pin.fill(typed);
      await page.locator('#node-dialog-ok').click();
      await page.locator('#node-dialog-ok').waitFor({ state: 'detached' });
    };
    await editor.openDialog(open, id);
    await editor.unfold(open);
    await page.locator('#swat-operator-add').click();
    await page.locator('.swat-operator-name').fill('Ann');
    await closeWith('12');
    await mark.waitFor();

    await editor.openDialog(open, id);
    await editor.unfold(open);
    assert.equal(await pin.getAttribute('placeholder'), 'no PIN yet');
    await closeWith('1234');
    await mark.waitFor({ state: 'hidden' });
    await editor.openDialog(open, id);
    await editor.unfold(open);
    assert.equal(await pin.getAttribute('placeholder'), 'PIN is set');
    assert.deepEqual(await editor.barriers(open), []);
    await editor.screenshot(open, 'alert-operators');
    assert.deepEqual(await editor.untranslated(open), []);
    await page.close();
  });
});
