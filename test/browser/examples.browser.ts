import { strict as assert } from 'node:assert';
import * as editor from './editor';
import { editorSession } from './session';

describe('the examples', function () {
  this.timeout(120_000);
  const session = editorSession();
  const open = async (name: string): Promise<editor.Editor> => {
    const page = await editor.openEditor(session());
    await editor.importExample(page, name);
    await editor.deploy(page);
    await editor.showDebug(page);
    return page;
  };
  const press = async (page: editor.Editor, name: string): Promise<void> =>
    editor.pressButton(page, await editor.idByName(page, name));

  afterEach(async () => {
    // One editor at a time: each that is open draws whatever happens.
    await editor.closePages();
    await session().nodeRed.admin.deploy([]);
    assert.doesNotMatch(session().nodeRed.log(), /\[error\]/);
  });

  it('03: collects at the press of a button, says how far it is, and stops', async () => {
    const page = await open('03-train-on-your-own-data');
    await press(page, '1 Collect');
    await editor.waitForDebug(page, 'learning', /autoencoder: collecting 2000 windows/, 20_000);
    await editor.screenshot(page, 'example-03-collecting');
    await press(page, 'Stop collecting or training');
    await editor.waitForDebug(page, 'learning', /collecting was stopped/, 20_000);
    assert.deepEqual(page.problems, []);
  });

  it('04: replays the file that comes with the package, and finds the attack in it', async () => {
    const page = await open('04-replay-a-historian-csv');
    await press(page, 'Replay');
    await editor.waitForDebug(page, 'what the file says', /: attack/, 30_000);
    await editor.waitForDebug(page, 'alarms', /LIT101/, 30_000);
    await editor.screenshot(page, 'example-04-alarm');
    assert.deepEqual(page.problems, []);
  });

  it('06: an attack on one line is an alarm of that line alone', async () => {
    const page = await open('06-many-assets');
    await press(page, 'Attack on line A: LIT301 falls');
    await editor.waitForDebug(page, 'alarms of line A', /alarm in line A\. P3: LIT301/, 60_000);
    await editor.screenshot(page, 'example-06-alarm');
    assert.deepEqual(page.problems, []);
  });

  it('07: names the reading that is too late, and finds the attack in single readings', async () => {
    const page = await open('07-readings-by-time');
    await page.page.waitForTimeout(8000);
    await press(page, 'One reading, a minute late');
    await editor.waitForDebug(page, 'late readings', /LIT101, read at .*: late, by/, 20_000);
    await press(page, 'Start attack: LIT301 falls');
    await editor.waitForDebug(page, 'alarms', /LIT301/, 60_000);
    await editor.screenshot(page, 'example-07-alarm');
    assert.deepEqual(page.problems, []);
  });
});
