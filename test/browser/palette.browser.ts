import { strict as assert } from 'node:assert';
import type { Browser } from 'playwright-core';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { createUserDir, installTarball, linkModule, removeUserDir } from '../harness/user-dir';
import * as editor from './editor';

const TYPES = ['swat-source', 'swat-window', 'swat-autoencoder', 'swat-iforest', 'swat-severity', 'swat-alert'];
const CONFIG_TYPES = ['swat-plant', 'swat-model'];
const themes: editor.Theme[] = ['light', 'dark'];

describe('the nodes in the editor', () => {
  const userDir = createUserDir();
  let nodeRed: RunningNodeRed;
  let browser: Browser;

  before(async () => {
    if (process.env.SWAT_TARBALL === undefined) linkModule(userDir);
    else installTarball(userDir, process.env.SWAT_TARBALL);
    [nodeRed, browser] = await Promise.all([startNodeRed({ userDir }), editor.launchBrowser()]);
  });
  after(async () => {
    await browser.close();
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  it('stand in one group of the palette, in the order of the chain', async () => {
    const open = await editor.openEditor(browser, nodeRed.url);
    assert.deepEqual(await editor.paletteTypes(open, 'SWaT'), TYPES);
    await editor.screenshot(open, shot('palette'));
    assert.deepEqual(open.problems, []);
    await open.page.close();
  });

  for (const theme of themes) {
    it(`open their dialogs without an error, in the ${theme} theme`, async () => {
      const open = await editor.openEditor(browser, nodeRed.url, theme);
      for (const [row, type] of TYPES.entries()) {
        const id = await editor.dragFromPalette(open, type, 500, 200 + 80 * row);
        await editor.openDialog(open, id);
        await editor.unfold(open);
        assert.deepEqual(await editor.untranslated(open), [], type);
        assert.deepEqual(await editor.invalidFields(open), [], type);
        await editor.screenshot(open, shot(`${type}-${theme}`));
        await editor.cancelDialog(open);
      }
      for (const type of CONFIG_TYPES) {
        await editor.openConfigDialog(open, type);
        await editor.unfold(open);
        assert.deepEqual(await editor.untranslated(open), [], type);
        assert.deepEqual(await editor.invalidFields(open), [], type);
        await editor.screenshot(open, shot(`${type}-${theme}`));
        await editor.cancelConfigDialog(open);
      }
      assert.deepEqual(open.problems, []);
      await open.page.close();
    });
  }
});

function shot(name: string): string {
  return `${process.env.SWAT_SHOTS ?? 'local'}/${name}`;
}
