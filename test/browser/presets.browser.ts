import { strict as assert } from 'node:assert';
import * as editor from './editor';
import { idleSession } from './session';

describe('presets in the dialogs', function () {
  this.timeout(180_000);
  const session = idleSession();

  it('fill the fields of a PCA, and say which of them stands there', async () => {
    const open = await editor.openEditor(session());
    const { page } = open;
    const id = await editor.dragFromPalette(open, 'swat-pca', 500, 300);
    await editor.openDialog(open, id);
    await editor.unfold(open);
    const preset = page.locator('#swat-preset');
    const value = (name: string) => page.locator(`#node-input-${name}`).inputValue();
    await page.locator('#swat-preset option').nth(2).waitFor({ state: 'attached' });
    assert.deepEqual(
      [await preset.inputValue(), await value('smoothing')],
      ['', '0.3'],
      'it learns one in ten at first',
    );
    await preset.selectOption('recommended');
    assert.deepEqual(
      [await value('stride'), await value('baselineSamples'), await value('views')],
      ['1', '720', 'several'],
    );
    await editor.screenshot(open, 'pca-recommended');
    await page.locator('#node-input-topK').scrollIntoViewIfNeeded();
    assert.deepEqual(await editor.barriers(open), []);
    await editor.screenshot(open, 'pca-advanced');
    await page.locator('#node-input-topK').fill('5');
    assert.equal(await preset.inputValue(), '');
    await page.locator('#node-input-topK').fill('3');
    assert.equal(await preset.inputValue(), 'recommended');
    await preset.selectOption('classic');
    assert.deepEqual([await value('smoothing'), await value('ratioKind'), await value('stride')], ['1', 'raw', '10']);
    assert.deepEqual(open.problems, []);
    await editor.cancelDialog(open);
    await page.close();
  });

  it('fill the lengths and raw samples of a window, which takes several lengths', async () => {
    const open = await editor.openEditor(session());
    const { page } = open;
    const id = await editor.dragFromPalette(open, 'swat-window', 500, 300);
    await editor.openDialog(open, id);
    const preset = page.locator('#swat-preset');
    const length = page.locator('#node-input-length');
    const invalid = () => length.evaluate((field) => field.classList.contains('input-error'));
    await page.locator('#swat-preset option').nth(2).waitFor({ state: 'attached' });
    assert.deepEqual([await preset.inputValue(), await length.inputValue()], ['classic', '60']);
    await preset.selectOption('recommended');
    assert.deepEqual([await length.inputValue(), await page.locator('#node-input-lags').inputValue()], ['10', '4']);
    await length.fill('10, 60');
    assert.deepEqual([await invalid(), await preset.inputValue()], [false, '']);
    await editor.screenshot(open, 'window-lengths');
    await length.fill('10, 1');
    await length.press('End');
    assert.equal(await invalid(), true);
    assert.deepEqual(open.problems, []);
    await editor.cancelDialog(open);
    await page.close();
  });
});
