import assert from 'node:assert/strict';
import { openConfigDialog, openEditor } from './editor';
import { editorSession } from './session';

const CSV = [
  'tag,stage,kind,unit,low,high,states',
  'DPIT301,P3,sensor,kPa,-100.5,1500.25,',
  'P101,P1,actuator,,,,1=off|2=on',
  'A,P1,sensor,,x,1,',
  '__proto__,P1,sensor,,0,1,',
].join('\n');

describe('the list of a plant in the editor', function () {
  this.timeout(60_000);
  const session = editorSession();

  it('shows every field whole under a heading, and broken lines as a list', async () => {
    const editor = await openEditor(session());
    const { page } = editor;
    await openConfigDialog(editor, 'swat-plant');
    await page.locator('#node-config-input-source').selectOption('list');
    await page.locator('#node-config-input-tags-csv').click();
    await page.locator('#node-config-input-csv').fill(CSV);
    await page.locator('#node-config-input-csv-read').click();
    const lines = page.locator('#node-config-input-tag-message li');
    await lines.first().waitFor();
    const told = await lines.allInnerTexts();
    assert.equal(told.length, 2);
    assert.match(told[0], /^Line 4: Tag "A"/);
    assert.match(told[1], /^Line 5: "__proto__" is no tag name/);

    const fields = page.locator('#node-config-input-tag-list [data-field]');
    const clipped = await fields.evaluateAll((found) =>
      found.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).length,
    ); // prettier-ignore
    assert.deepEqual([await fields.count(), clipped], [14, 0]);
    const headings = await page.locator('.red-ui-editableList-header').last().innerText();
    assert.deepEqual(headings.split(/\s+/).filter(Boolean), ['Tag', 'Stage', 'Kind', 'Low', 'High', 'Unit', 'States']);
    assert.deepEqual(editor.problems, []);
    await page.close();
  });
});
