import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStore } from '../../lib/model/store';
import { disk } from '../../lib/platform/files';
import * as editor from './editor';
import { picture } from './picture';
import { editorSession } from './session';

declare const RED: {
  nodes: { eachConfig(visit: (node: { id: string; type: string }) => void): void };
  editor: { editConfig(name: string, type: string, id: string): void };
};

/** The shipped autoencoder, made a little more sensitive, as an exported file. */
async function candidate(folder: string): Promise<string> {
  const reference = join(__dirname, '..', '..', '..', 'models');
  const store = createStore({ files: disk, folder, reference, product: '1' });
  const { artifact, report } = await store.load('autoencoder');
  const { calibration, settings } = artifact;
  const lower = { ...calibration, threshold: calibration.body[60] };
  const changed = { ...artifact, settings: { ...settings, seed: 99 }, calibration: lower };
  const version = await store.save(changed, report, Date.UTC(2026, 10, 25));
  const file = join(folder, 'candidate.tar');
  writeFileSync(file, await store.exportVersion('autoencoder', version));
  return file;
}

describe('the dialog of a model', function () {
  this.timeout(120_000);
  const session = editorSession();
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'swat-candidate-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('imports a version, compares it, runs it in shadow, arms it, deletes one, and shows who did what', async () => {
    const open = await editor.openEditor(session());
    const { page } = open;
    await editor.importExample(open, '01-quick-start');
    await editor.deploy(open);
    const show = async (): Promise<void> => {
      await page.evaluate(() => {
        let id = '';
        RED.nodes.eachConfig((node) => {
          if (node.type === 'swat-model') id = node.id;
        });
        RED.editor.editConfig('', 'swat-model', id);
      });
      await page.locator('#node-config-dialog-ok').waitFor();
      await page.waitForTimeout(400);
    };
    await show();
    const section = page.locator('[data-kind=autoencoder]');
    assert.ok(await section.getByRole('button', { name: 'Roll back' }).isDisabled());
    assert.match(await section.innerText(), /shipped with the package[^]*active/);
    // A kind without a loss says what held-out time lets expect, and each time has its zone.
    for (const kind of ['iforest', 'pca'])
      assert.match(await page.locator(`[data-kind=${kind}]`).innerText(), /[\d.]+ false alarms a day/);
    const made = page.locator('[data-kind=pca] time');
    assert.match(await made.innerText(), /\d:\d\d:\d\d.* (UTC|GMT|[A-Z]{3,4})/);
    assert.match((await made.getAttribute('title')) ?? '', /^2026-11-24T00:00:00.000Z$/);
    await page.locator('#swat-model-reason').fill('trial after the pump was changed');
    await page.locator('#swat-model-file').setInputFiles(await candidate(folder));
    const row = section.locator('[data-version^="20261125"]');
    await row.waitFor();

    // Windows must have come before scores can be compared.
    const overlap = section.locator('.swat-overlap');
    const press = (name: RegExp) => row.getByRole('button', { name }).click();
    for (let turn = 0; turn < 60; turn += 1) {
      await press(/^Compare/);
      await overlap.waitFor();
      if (/the last (1[5-9]|[2-9]\d|\d{3}) windows/.test(await overlap.innerText())) break;
      await page.waitForTimeout(1500);
    }
    assert.match(await overlap.innerText(), /Both scored the last \d+ windows/);
    assert.ok((await section.locator('.swat-compare svg polyline').count()) === 2);
    const compared = await section.locator('.swat-compare').innerText();
    assert.match(compared, /seed\s+\d+\s+99/);
    assert.match(compared, /learned from\s+many runs of the simulated plant/);
    assert.equal(compared.match(/threshold/g)?.length, 3, compared);
    await section.locator('.swat-compare').scrollIntoViewIfNeeded();
    assert.deepEqual(await editor.barriers(open), []);
    await editor.screenshot(open, 'model-compare');
    await section.locator('.swat-compare button', { hasText: 'Close' }).click();

    await press(/^Run in shadow/);
    const shadow = section.locator('.swat-shadow');
    await shadow.locator('b', { hasText: 'In shadow: 20261125' }).waitFor();
    await page.waitForTimeout(4000);
    await editor.cancelConfigDialog(open);
    await show();
    await shadow.locator('.swat-shadow-summary', { hasText: /\d+ windows, the same in/ }).waitFor();
    await page.locator('#swat-model-reason').fill('fewer missed events');
    assert.deepEqual(await editor.barriers(open), []);
    await editor.screenshot(open, 'model-shadow');
    await picture(editor.dialogOf(open), 'model-dialog');
    await shadow.getByRole('button', { name: 'Activate the candidate' }).click();
    await row.locator('b', { hasText: 'active' }).waitFor();

    await section.getByRole('button', { name: 'Roll back' }).click();
    await row.getByRole('button', { name: 'Delete' }).waitFor();
    await press(/^Run in shadow/);
    await row.getByText('in shadow', { exact: true }).waitFor();
    assert.equal(await row.getByRole('button', { name: /^Run in shadow/ }).count(), 0);
    await press(/^Delete/);
    const question = page.locator('.red-ui-notification', { hasText: 'runs in shadow' });
    await editor.screenshot(open, 'model-delete');
    await question.getByRole('button', { name: 'End the shadow and delete' }).click();
    await row.waitFor({ state: 'detached' });
    const history = page.locator('.swat-history');
    await history.locator('tr', { hasText: 'deleted' }).waitFor();
    await history.scrollIntoViewIfNeeded();
    const lines = (await history.locator('tr').allInnerTexts()).map((line) => line.replace(/\s+/g, ' '));
    ['deleted', 'shadow', 'shadow', 'rolled back', 'activated', 'shadow', 'imported'].forEach((word, at) =>
      assert.match(lines[at], new RegExp(`${word} · Autoencoder`)),
    );
    assert.match(lines[4], /fewer missed events/);
    assert.ok(!lines.slice(0, 4).join().includes('fewer missed events'), 'a reason is of one deed');
    assert.match(lines[6], /trial after the pump was changed/);
    assert.deepEqual(await editor.untranslated(open), []);
    assert.deepEqual(await editor.barriers(open), []);
    await editor.screenshot(open, 'model-history');
    await editor.cancelConfigDialog(open);
    assert.deepEqual(open.problems, []);
    await page.close();
  });
});
