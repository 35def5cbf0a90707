import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as editor from './editor';
import { idleSession } from './session';

const root = join(__dirname, '..', '..', '..');
const TYPES = ['swat-source', 'swat-window', 'swat-pca', 'swat-alert'];
const CONFIG_TYPES = ['swat-plant', 'swat-model'];

function fileOf(language: string, name: string): string {
  return readFileSync(join(root, 'nodes', 'locales', language, name), 'utf8');
}

/** The labels in the catalogue of a node type. */
function labelsOf(language: string, type: string): Record<string, string> {
  const catalogue = JSON.parse(fileOf(language, `${type}.json`)) as Record<string, { label: Record<string, string> }>;
  return catalogue[type].label;
}

/** The first paragraph of the help of a node type, as text. */
function firstParagraph(language: string, type: string): string {
  const [, paragraph] = /<p>([^]*?)<\/p>/.exec(fileOf(language, `${type}.html`)) ?? [];
  return paragraph.replace(/<[^>]+>/g, '').trim();
}

describe('an editor in another language', function () {
  this.timeout(180_000);
  const session = idleSession();

  for (const language of ['de', 'zh-CN']) {
    it(`has dialogs and help in ${language}, with room for every label`, async () => {
      const open = await editor.openEditor(session(), 'light', language);
      const look = async (type: string): Promise<void> => {
        await editor.unfold(open);
        const shown = await open.page.locator('#red-ui-editor-stack').innerText();
        assert.ok(shown.includes(labelsOf(language, type).name), `${type}: ${shown}`);
        assert.deepEqual(await editor.untranslated(open), [], type);
        assert.deepEqual(await editor.cutOff(open), [], type);
        await editor.screenshot(open, `${type}-${language}`);
      };
      for (const [row, type] of TYPES.entries()) {
        await editor.openDialog(open, await editor.dragFromPalette(open, type, 500, 120 + 60 * row));
        await look(type);
        await editor.cancelDialog(open);
      }
      for (const type of CONFIG_TYPES) {
        await editor.openConfigDialog(open, type);
        await look(type);
        await editor.cancelConfigDialog(open);
      }
      const help = await editor.helpOf(open, 'swat-alert');
      assert.ok(help.includes(firstParagraph(language, 'swat-alert')), help);
      assert.deepEqual(open.problems, []);
      await open.page.close();
    });
  }
});
