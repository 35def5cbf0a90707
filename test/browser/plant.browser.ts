import assert from 'node:assert/strict';
import { barriers, openConfigDialog, openEditor, screenshot, untranslated } from './editor';
import { idleSession } from './session';

interface Saved {
  readonly name: string;
  readonly limits?: object;
  readonly check?: object;
  readonly source?: object;
}

declare const $: (selector: string) => { val(): string | undefined };
declare const RED: {
  nodes: { eachConfig(visit: (node: { type: string; tags?: readonly Saved[] }) => void): void };
};

const CSV = [
  'tag,stage,kind,unit,low,high,states,l,hh,register,word order,gain,topic',
  'DPIT301,P3,sensor,kPa,-100.5,1500.25,,-50,1000.5,40011,CDAB,0.001,plant/P3/DPIT301',
  'P101,P1,actuator,,,,1=off|2=on',
  'A,P1,sensor,,x,1,',
  '__proto__,P1,sensor,,0,1,',
].join('\n');

/** As the fields have it: texts. */
const SOURCE = {
  table: 'holding',
  register: '10',
  dataType: 'int32',
  order: 'CDAB',
  gain: '0.001',
  nodeId: 'ns=2;s=DPIT301',
  topic: 'plant/P3/DPIT301',
};

describe('the list of a plant in the editor', function () {
  this.timeout(180_000);
  const session = idleSession();

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

    // What was read of sources is to be seen.
    const sources = page.locator('#node-config-input-tags-sources');
    assert.equal(await sources.isChecked(), true);
    await sources.uncheck();
    const fields = page.locator('#node-config-input-tag-list [data-field]:visible');
    const clipped = () => fields.evaluateAll((found) =>
      found.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map((each) => `${each.getAttribute('data-field')}: ${each.scrollWidth} of ${each.clientWidth} px`),
    ); // prettier-ignore
    const headings = async () =>
      (await page.locator('.red-ui-editableList-header').last().innerText()).split(/\n+/).filter(Boolean);
    const usual = ['Tag', 'Stage', 'Kind', 'Low', 'High', 'Unit', 'States'];
    assert.deepEqual([await fields.count(), await clipped()], [14, []]);
    assert.deepEqual(await headings(), usual);

    // What swat-check goes by is there where it is wanted, and kept where it is not shown again.
    await page.locator('#node-config-input-tags-more').check();
    assert.deepEqual([await fields.count(), await clipped()], [30, []]);
    assert.deepEqual(await headings(), [...usual, 'LL', 'L', 'H', 'HH', 'Rate /s', 'Stuck s', 'Noise', 'Lost s']);
    const field = (name: string) => page.locator(`#node-config-input-tag-list [data-field=${name}]`).first();
    assert.equal(await field('hh').inputValue(), '1000.5');
    await field('ratePerS').fill('12.5');
    await field('lostAfterS').fill('90');
    await field('hh').fill('');
    assert.deepEqual(await barriers(editor), []);
    await screenshot(editor, 'plant-more');
    assert.deepEqual(await untranslated(editor), []);
    await page.locator('#node-config-input-tags-more').uncheck();
    assert.equal(await fields.count(), 14);
    // So is where the values come from.
    await page.locator('#node-config-input-tags-sources').check();
    assert.deepEqual([await fields.count(), await clipped()], [34, []]);
    const places = [
      'Table',
      'Register',
      'Unit id',
      'Data type',
      'Bit',
      'Word order',
      'Gain',
      'Offset',
      'NodeId',
      'Topic',
    ];
    assert.deepEqual(await headings(), [...usual, ...places]);
    assert.deepEqual([await field('table').inputValue(), await field('register').inputValue()], ['holding', '10']);
    await field('dataType').selectOption('int32');
    await field('nodeId').fill('ns=2;s=DPIT301');
    assert.deepEqual(await barriers(editor), []);
    await screenshot(editor, 'plant-sources');
    assert.deepEqual(await untranslated(editor), []);
    // The list as CSV, in the box that is still open for the broken lines.
    await page.locator('#node-config-input-csv-write').click();
    await page.waitForFunction(() =>
      $('#node-config-input-csv').val()?.startsWith('tag,stage,kind,unit,low,high,states,'),
    );
    assert.match(
      await page.locator('#node-config-input-csv').inputValue(),
      /,holding,10,int32,CDAB,0\.001,ns=2;s=DPIT301,plant\/P3\/DPIT301\n/,
    );
    await page.locator('#node-config-input-tags-sources').uncheck();
    await page.locator('#node-config-dialog-ok').click();
    await page.locator('#node-config-dialog-ok').waitFor({ state: 'detached' });
    const saved = await page.evaluate(() => {
      const found: Saved[] = [];
      RED.nodes.eachConfig(({ type, tags }) => {
        if (type === 'swat-plant') found.push(...(tags ?? []));
      });
      return found;
    });
    assert.deepEqual(
      saved.map(({ name, limits, check, source }) => [name, limits, check, source]),
      [
        ['DPIT301', { l: '-50' }, { ratePerS: '12.5', lostAfterS: '90' }, SOURCE],
        ['P101', undefined, undefined, undefined],
      ],
    );
    assert.deepEqual(editor.problems, []);
    await page.close();
  });
});
