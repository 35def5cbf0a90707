import { strict as assert } from 'node:assert';
import * as editor from './editor';
import { editorSession } from './session';

const TYPES = ['swat-source', 'swat-window', 'swat-autoencoder', 'swat-iforest', 'swat-severity', 'swat-alert'];
const CONFIG_TYPES = ['swat-plant', 'swat-model'];
const themes: editor.Theme[] = ['light', 'dark'];

describe('the nodes in the editor', function () {
  this.timeout(60_000);
  const session = editorSession();

  it('stand in one group of the palette, in the order of the chain', async () => {
    const open = await editor.openEditor(session());
    assert.deepEqual(await editor.paletteTypes(open, 'SWaT'), TYPES);
    await editor.screenshot(open, 'palette');
    assert.deepEqual(open.problems, []);
    await open.page.close();
  });

  for (const theme of themes) {
    it(`open their dialogs without an error, in the ${theme} theme`, async () => {
      const open = await editor.openEditor(session(), theme);
      for (const [row, type] of TYPES.entries()) {
        const id = await editor.dragFromPalette(open, type, 500, 200 + 80 * row);
        await editor.openDialog(open, id);
        await editor.unfold(open);
        assert.deepEqual(await editor.untranslated(open), [], type);
        assert.deepEqual(await editor.invalidFields(open), [], type);
        await editor.screenshot(open, `${type}-${theme}`);
        await editor.cancelDialog(open);
      }
      for (const type of CONFIG_TYPES) {
        await editor.openConfigDialog(open, type);
        await editor.unfold(open);
        assert.deepEqual(await editor.untranslated(open), [], type);
        assert.deepEqual(await editor.invalidFields(open), [], type);
        await editor.screenshot(open, `${type}-${theme}`);
        await editor.cancelConfigDialog(open);
      }
      assert.deepEqual(open.problems, []);
      await open.page.close();
    });
  }
});
