import { strict as assert } from 'node:assert';
import * as editor from './editor';
import { idleSession } from './session';

/** The little of the editor's global that is called. */
declare const RED: { actions: { invoke(name: string): void } };

const TYPES = [
  'swat-source',
  'swat-check',
  'swat-window',
  'swat-autoencoder',
  'swat-pca',
  'swat-iforest',
  'swat-severity',
  'swat-alert',
  'swat-heartbeat',
  'swat-history',
  'swat-notify',
  'swat-report',
  'swat-api',
  'swat-kafka-in',
  'swat-kafka-out',
];
const CONFIG_TYPES = ['swat-plant', 'swat-model', 'swat-kafka'];

describe('the nodes in the editor', function () {
  this.timeout(180_000);
  const session = idleSession();

  it('stand in one group of the palette, in the order of the chain', async () => {
    const open = await editor.openEditor(session());
    assert.deepEqual(await editor.paletteTypes(open, 'SWaT'), TYPES);
    await editor.screenshot(open, 'palette');
    assert.deepEqual(open.problems, []);
    await open.page.close();
  });

  it('have help that is read whole at the usual width of the sidebar', async () => {
    const open = await editor.openEditor(session());
    await editor.dragFromPalette(open, 'swat-kafka-in', 500, 200);
    await open.page.evaluate(() => RED.actions.invoke('core:show-help-tab'));
    const command = open.page.locator('.red-ui-help code', { hasText: '"receipt"' }).first();
    await command.waitFor();
    const past = await command.evaluate((code) => {
      const panel = code.closest('.red-ui-help')?.getBoundingClientRect().right ?? 0;
      return Math.max(...[...code.getClientRects()].map(({ right }) => right)) - panel;
    });
    assert.ok(past <= 0, `${past} px are cut off`);
    await editor.screenshot(open, 'help');
    assert.deepEqual(open.problems, []);
    await open.page.close();
  });

  it('turn levels that do not rise and impossible persistence red at once, with the reason', async () => {
    const open = await editor.openEditor(session());
    await editor.openDialog(open, await editor.dragFromPalette(open, 'swat-severity', 500, 200));
    const red = async (): Promise<string[]> => {
      const fields = open.page.locator('#red-ui-editor-stack .input-error');
      return fields.evaluateAll((found) => found.map((field) => field.id.replace('node-input-', '')));
    };
    for (const [field, value, wanted] of [
      ['infoFrom', '1.5', ['infoFrom', 'warningFrom']],
      ['infoFrom', '3', ['infoFrom', 'warningFrom']],
      ['warningFrom', '4', ['warningFrom', 'criticalFrom']],
      ['criticalFrom', '5', []],
      ['persistN', '11', ['persistN', 'persistM']],
      ['persistM', '12', []],
      ['hysteresis', '7', ['hysteresis']],
    ] as const) {
      await editor.unfold(open);
      await open.page.locator(`#node-input-${field}`).fill(value);
      await open.page.locator(`#node-input-${field}`).dispatchEvent('change');
      assert.deepEqual(await red(), wanted, `${field} ${value}`);
    }
    await open.page.locator('#node-input-hysteresis').hover();
    await open.page.locator('.red-ui-popover', { hasText: 'A number from 0.1 to 1.' }).waitFor();
    assert.deepEqual(open.problems, []);
    await open.page.close();
  });

  for (const theme of editor.themes()) {
    it(`open their dialogs without an error, in the ${theme} theme`, async () => {
      const open = await editor.openEditor(session(), theme);
      const barriers: string[] = [];
      for (const [row, type] of TYPES.entries()) {
        const id = await editor.dragFromPalette(open, type, 500, 120 + 60 * row);
        await editor.openDialog(open, id);
        await editor.unfold(open);
        assert.deepEqual(await editor.untranslated(open), [], type);
        assert.deepEqual(await editor.invalidFields(open), [], type);
        barriers.push(...(await editor.barriers(open)).map((each) => `${type}: ${each}`));
        await editor.screenshot(open, `${type}-${theme}`);
        await editor.cancelDialog(open);
      }
      for (const type of CONFIG_TYPES) {
        await editor.openConfigDialog(open, type);
        await editor.unfold(open);
        assert.deepEqual(await editor.untranslated(open), [], type);
        assert.deepEqual(await editor.invalidFields(open), [], type);
        barriers.push(...(await editor.barriers(open)).map((each) => `${type}: ${each}`));
        await editor.screenshot(open, `${type}-${theme}`);
        await editor.cancelConfigDialog(open);
      }
      assert.deepEqual([...barriers, ...open.problems], []);
      await open.page.close();
    });
  }
});
