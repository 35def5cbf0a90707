import assert from 'node:assert/strict';
import * as editor from './editor';
import { editorSession } from './session';

declare const RED: {
  nodes: { eachNode(visit: (node: { id: string; type: string }) => void): void };
  view: { reveal(id: string): void };
};

describe('the dialog of swat-window', function () {
  this.timeout(90_000);
  const session = editorSession();

  const shown = async (open: editor.Editor): Promise<string[]> => {
    const fields = open.page.locator('#red-ui-editor-stack [id^="node-input-"]:not(button, a):visible');
    return fields.evaluateAll((found) => found.map(({ id }) => id.slice('node-input-'.length)));
  };

  it('shows the fields of the chosen kind of windows only, and checks them together', async () => {
    const open = await editor.openEditor(session());
    const { page } = open;
    const id = await editor.dragFromPalette(open, 'swat-window', 700, 300);
    await editor.openDialog(open, id);
    await editor.unfold(open);
    assert.deepEqual(await shown(open), [
      'name',
      'plant',
      'by',
      'length',
      'stride',
      'lags',
      'hold',
      'lostAfter',
      'maxAssets',
      'idle',
    ]);
    await editor.screenshot(open, 'window-by-samples');
    await page.locator('#node-input-by').selectOption('time');
    assert.deepEqual(await shown(open), [
      'name', 'plant', 'by', 'span', 'slide', 'lateness', 'period', 'reports', 'lags', 'hold', 'lostAfter', 'maxAssets', 'idle',
    ]); // prettier-ignore
    assert.deepEqual(await editor.barriers(open), []);
    await editor.screenshot(open, 'window-by-time');
    assert.deepEqual(await editor.untranslated(open), []);
    assert.deepEqual(await editor.invalidFields(open), []);
    assert.equal(await page.locator('#node-input-slide').inputValue(), '1');
    await page.locator('#node-input-span').fill('60.5');
    await page.locator('#node-input-span').blur();
    await page.locator('#node-input-span').hover();
    await page.getByText('2 to 10000 frame periods of 1 s, and a whole number of them.').waitFor();
    for (const [field, value, right] of [
      ['span', '60.5', false],
      ['span', '60', true],
      ['slide', '2.5', false],
      ['slide', '10', true],
      ['lateness', '10001', false],
      ['lateness', '10', true],
    ] as const) {
      const input = page.locator(`#node-input-${field}`);
      await input.fill(value);
      await input.blur();
      assert.equal(
        await input.evaluate((element) => !element.classList.contains('input-error')),
        right,
        `${field} ${value}`,
      );
    }
    await editor.cancelDialog(open);
    assert.deepEqual(open.problems, []);
    await page.close();
  });

  it('gives a node of an old flow its three outputs, and leaves its windows as they were', async () => {
    const open = await editor.openEditor(session());
    await editor.importExample(open, '01-quick-start');
    const id = await open.page.evaluate(() => {
      let found = '';
      RED.nodes.eachNode((node) => {
        if (node.type === 'swat-window') found = node.id;
      });
      return found;
    });
    await open.page.evaluate((node) => RED.view.reveal(node), id);
    const ports = open.page.locator(`g.red-ui-flow-node-group[id="${id}"] rect.red-ui-flow-port`);
    await ports.nth(3).waitFor();
    await editor.screenshot(open, 'window-old-flow');
    assert.equal(await ports.count(), 4, 'one input, three outputs');
    await editor.openDialog(open, id);
    assert.equal(await open.page.locator('#node-input-by').inputValue(), 'samples');
    assert.equal(await open.page.locator('#node-input-lostAfter').inputValue(), '30');
    await open.page.locator('#node-dialog-ok').click();
    await editor.deploy(open);
    assert.deepEqual(open.problems, []);
    await open.page.close();
  });
});
