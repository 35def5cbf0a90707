import { strict as assert } from 'node:assert';
import * as editor from './editor';
import { editorSession } from './session';

/** The editor's node, as far as this test looks into it. */
declare const RED: {
  nodes: {
    node(id: string): { length?: number; swatListener(topic: string, event: object): void };
    eachNode(visit: (node: { id: string; type: string; length?: number }) => void): void;
  };
  editor: { edit(node: object): void };
};

describe('the dialog of a detector', function () {
  this.timeout(180_000);
  const session = editorSession();

  it('says how many windows can train, and shows what a training tells', async () => {
    const open = await editor.openEditor(session());
    const { page } = open;
    const id = await editor.dragFromPalette(open, 'swat-autoencoder', 500, 300);
    await editor.openDialog(open, id);
    await editor.unfold(open);
    const least = page.locator('#swat-detector-least');
    const windows = page.locator('#node-input-windows');
    const invalid = () => windows.evaluate((field) => field.classList.contains('input-error'));
    const tell = (event: object) =>
      page.evaluate(([node, told]) => RED.nodes.node(node).swatListener('', told), [id, event] as const);

    await windows.fill('500');
    assert.deepEqual([await least.innerText(), await invalid()], ['at least 200', false]);
    assert.match(await page.locator('#swat-detector-hours').innerText(), /one in 10 learned.* 83 minutes/);
    await page.locator('#node-input-stride').fill('1');
    assert.deepEqual([await least.innerText(), await invalid()], ['at least 600', true]);
    await windows.fill('600');
    assert.equal(await invalid(), false);
    assert.equal(await page.locator('#node-input-name').getAttribute('placeholder'), 'Name');

    const engine = page.locator('#node-input-engine');
    const reason = page.locator('#swat-engine-reason');
    await page.waitForFunction(() =>
      (document.querySelector('#swat-engine-reason')?.textContent ?? '').includes('npm install'),
    );
    assert.match(await reason.innerText(), /not installed\. Run npm install @tensorflow\/tfjs-node in \/.*, or choose/);
    assert.deepEqual(
      await engine
        .locator('option')
        .evaluateAll((options) =>
          options.map((option) => [option.textContent, (option as HTMLOptionElement).disabled]),
        ),
      [
        ['built-in', false],
        ['TensorFlow (@tensorflow/tfjs-node)', true],
      ],
    );
    assert.equal(await engine.inputValue(), 'built-in');
    await engine.scrollIntoViewIfNeeded();
    await editor.screenshot(open, 'detector-engine');

    await page.locator('.swat-step[data-step="train"]').click();
    for (const [epoch, loss, validationLoss] of [
      [1, 0.9, 0.95],
      [2, 0.5, 0.6],
      [4, 0.3, 0.4],
    ])
      await tell({ event: 'training', phase: 'fold', fold: 2, folds: 5, epoch, epochs: 5, loss, validationLoss });
    const chart = page.locator('#swat-detector-curve svg');
    assert.match(await chart.innerHTML(), /loss: fold 2.*epoch/);
    assert.equal(await chart.locator('path.swat-line').count(), 2);
    assert.match((await chart.locator('path.swat-line').first().getAttribute('d')) ?? '', /^M40\.0 .*L.*L454\.0/);
    assert.match(await page.locator('#swat-step-train').innerText(), /Loss 0\.3, on unseen time 0\.4/);
    assert.deepEqual(await editor.barriers(open), []);
    await editor.screenshot(open, 'detector-trained');
    await editor.cancelDialog(open);
    assert.deepEqual(
      open.problems.filter((problem) => !problem.includes('404')),
      [],
    );
    await page.close();
  });

  it('lists the shipped version with its fit, offers no way back from the only one, and knows the window before it', async () => {
    const open = await editor.openEditor(session());
    const { page } = open;
    await editor.importExample(open, '01-quick-start');
    await editor.deploy(open);
    const id = await page.evaluate(() => {
      let found = '';
      RED.nodes.eachNode((node) => {
        if (node.type === 'swat-window') node.length = 600;
        if (node.type === 'swat-autoencoder') found = node.id;
      });
      return found;
    });
    // It may stand outside the view.
    await page.evaluate((node) => RED.editor.edit(RED.nodes.node(node)), id);
    await page.locator('#node-dialog-ok').waitFor();
    await page.waitForTimeout(400);
    await editor.unfold(open);
    await page.locator('.swat-step[data-step="collect"]').click();
    await page.locator('#node-input-stride').fill('2');
    assert.equal(await page.locator('#swat-detector-least').innerText(), 'at least 3000');
    await page.locator('.swat-step[data-step="arm"]').click();
    const table = page.locator('#swat-detector-versions');
    await table.locator('td').first().waitFor();
    assert.match(await table.innerText(), /where[^]*good · 0\.\d+[^]*shipped with the package/);
    assert.ok(await table.locator('button', { hasText: 'Roll back' }).isDisabled());
    assert.deepEqual(await editor.barriers(open), []);
    await editor.screenshot(open, 'detector-versions');
    await editor.cancelDialog(open);
    assert.deepEqual(open.problems, []);
    await page.close();
  });

  it('says how the slow baseline stands, and what is known of drift', async () => {
    const open = await editor.openEditor(session());
    const { page } = open;
    await editor.importExample(open, '08-pca');
    await editor.deploy(open);
    const id = await page.evaluate(() => {
      let found = '';
      RED.nodes.eachNode((node) => {
        if (node.type === 'swat-pca') found = node.id;
      });
      return found;
    });
    await page.evaluate((node) => RED.editor.edit(RED.nodes.node(node)), id);
    const live = page.locator('#swat-detector-live');
    await live.locator('.swat-live-baseline', { hasText: /SWaT: Slow baseline: (follows|frozen)/ }).waitFor();
    assert.match(await live.locator('.swat-live-drift').innerText(), /Drift: not known/);
    assert.deepEqual(await editor.untranslated(open), []);
    await page.waitForTimeout(4000);
    assert.deepEqual(await editor.barriers(open), []);
    await editor.screenshot(open, 'detector-live');
    await editor.cancelDialog(open);
    assert.deepEqual(open.problems, []);
    await page.close();
  });
});
