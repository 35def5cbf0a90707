import assert from 'node:assert/strict';
import type { FlowNode } from '../harness/admin';
import * as editor from './editor';
import { picture } from './picture';
import { editorSession } from './session';

/** A channel whose answers come by hand: `/back` fails or confirms what is on its way. */
const flow = (more: object = {}): FlowNode[] => [
  { id: 'tab', type: 'tab', label: 'notifications' },
  { id: 'in', z: 'tab', type: 'http in', url: '/news', method: 'post', x: 100, y: 100, wires: [['channel', 'out']] },
  { id: 'out', z: 'tab', type: 'http response', x: 300, y: 60, wires: [] },
  { id: 'channel', z: 'tab', type: 'swat-notify', name: 'pager', kind: 'text', retry: 600, maxRetry: 3600, attempts: 2, x: 300, y: 140, wires: [['fails'], [], []], ...more }, // prettier-ignore
  { id: 'fails', z: 'tab', type: 'function', func: 'msg.error = { message: "the pager is off, password=hunter2" }; return msg;', outputs: 1, x: 500, y: 140, wires: [['channel']] }, // prettier-ignore
];

describe('the dialog of swat-notify', function () {
  this.timeout(90_000);
  const session = editorSession();

  it('lists what waits and what was not delivered, and tries again and drops it', async () => {
    const { nodeRed } = session();
    await nodeRed.admin.deploy(flow());
    const news = async (key: string, more: object): Promise<boolean> => {
      const body = {
        key,
        id: key,
        event: 'raised',
        level: 'CRITICAL',
        text: `<b>LIT101</b> of ${key} is high.`,
        ...more,
      };
      const answer = await fetch(`${nodeRed.url}/news`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      return answer.ok;
    };
    const first = { asset: 'line-1' };
    for (let turn = 0; turn < 50 && !(await news('n1', first)); turn += 1)
      await new Promise((done) => setTimeout(done, 100));
    await news('n2', { asset: 'line-2', event: 'cleared' });

    const open = await editor.openEditor(session());
    const { page } = open;
    await editor.openDialog(open, 'channel');
    await editor.unfold(open);
    const rows = page.locator('.swat-outbox-entry');
    const row = (key: string): typeof rows => page.locator(`.swat-outbox-entry[data-key="${key}"]`);
    await row('n1').waitFor();
    await row('n2').waitFor();
    const text = await row('n2').innerText();
    assert.match(text, /^Over: CRITICAL in line-2 · waits · /);
    assert.match(text, /<b>LIT101<\/b> of n2 is high\./, 'no text becomes part of the page');
    assert.match(text, /Attempt 1 failed: the pager is off, password=\[redacted\]\. Next attempt: /);
    assert.equal(await page.locator('label[for="node-input-subject"]').innerText(), 'Topic');
    assert.deepEqual(await editor.barriers(open), []);
    await editor.screenshot(open, 'notify-waits');

    await row('n1').locator('[data-command="retry"]').click();
    await page.locator('.swat-outbox-entry[data-key="n1"]', { hasText: '· not delivered ·' }).waitFor();
    assert.equal(await rows.first().getAttribute('data-key'), 'n1', 'what was given up comes first');
    await page.getByText('1 wait, 0 sent and waiting for a receipt, 1 not delivered').waitFor();
    assert.deepEqual(await editor.barriers(open), []);
    await editor.screenshot(open, 'notify-dead');
    await picture(editor.dialogOf(open), 'notify-outbox');
    await page.setViewportSize({ width: 800, height: 900 });
    await editor.screenshot(open, 'notify-narrow');
    await page.setViewportSize({ width: 1600, height: 1000 });

    await row('n2').locator('[data-command="drop"]').click();
    await row('n2').waitFor({ state: 'detached' });
    await page.locator('[data-command="drop-dead"]').click();
    await page.getByRole('button', { name: 'Keep them' }).click();
    await page.locator('[data-command="drop-dead"]').click();
    await page
      .locator('.red-ui-notification:visible')
      .getByRole('button', { name: 'drop what was not delivered' })
      .last()
      .click();
    await row('n1').waitFor({ state: 'detached' });
    await page.getByText('0 wait, 0 sent and waiting for a receipt, 0 not delivered').waitFor();
    assert.deepEqual(await editor.untranslated(open), []);
    assert.deepEqual(await editor.invalidFields(open), []);
    assert.deepEqual(open.problems, []);
    await editor.cancelDialog(open);
    await page.close();
  });

  it('says why nothing is sent while a setting cannot work', async () => {
    const { nodeRed } = session();
    await nodeRed.admin.deploy(flow({ text: '{{#alarms}}' }));
    const open = await editor.openEditor(session());
    await editor.openDialog(open, 'channel');
    await open.page.getByText('Nothing is sent, and what comes is kept: The template "text"').waitFor();
    await editor.screenshot(open, 'notify-held');
    await editor.cancelDialog(open);
    await open.page.close();
  });

  it('has the fields of each kind of message, and says of a new node where its list will show', async () => {
    const open = await editor.openEditor(session());
    const { page } = open;
    const id = await editor.dragFromPalette(open, 'swat-notify', 700, 400);
    await editor.openDialog(open, id);
    await page.getByText('What waits and what was not delivered shows here once the node is deployed.').waitFor();
    for (const [kind, label, fields] of [
      ['text', 'Topic', ['subject', 'text']],
      ['email', 'Subject', ['to', 'from', 'subject', 'text', 'html']],
      ['sms', '', ['to', 'from', 'url', 'text']],
      ['slack', '', ['url', 'text']],
      ['teams', 'Title', ['url', 'subject', 'text']],
      ['webhook', '', ['url', 'secret']],
      ['mqtt', 'Topic', ['subject']],
    ] as const) {
      await page.locator('#node-input-kind').selectOption(kind);
      const shown = page.locator('.swat-notify-field:visible');
      assert.deepEqual(
        await shown.evaluateAll((found) => found.map((each) => each.getAttribute('data-field'))),
        fields,
        kind,
      );
      if (label !== '') assert.equal(await page.locator('label[for="node-input-subject"]').innerText(), label);
      await editor.screenshot(open, `notify-${kind}`);
    }
    assert.deepEqual(await editor.untranslated(open), []);
    assert.deepEqual(await editor.invalidFields(open), []);
    assert.deepEqual(open.problems, []);
    await page.close();
  });
});
