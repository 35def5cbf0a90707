import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { eventually } from '../harness/eventually';
import { createUserDir } from '../harness/user-dir';
import * as editor from './editor';
import { guideFlow, writeFaultyCsv } from './guide-flow';
import { picture } from './picture';
import { editorSession } from './session';

declare const RED: { editor: { editConfig(name: string, type: string, id: string): void } };

/** The five steps with the states that are shown. */
async function steps(page: Page): Promise<string[]> {
  const tabs = page.locator('.swat-step');
  return tabs.evaluateAll((all) =>
    all.map((tab) => [...tab.querySelectorAll('.swat-title, .swat-state')].map(({ textContent }) => textContent).join(' ')),
  ); // prettier-ignore
}

/** Waits until a step has the state. */
async function step(page: Page, name: string, state: string, patience = 60_000): Promise<void> {
  await page.locator(`.swat-step[data-step="${name}"].swat-${state}`).waitFor({ timeout: patience });
}

const panel = (page: Page, name: string) => page.locator(`#swat-step-${name}`);

/** What stands out of its box, so that a reader sees only a part of it. */
async function cutOff(page: Page): Promise<string[]> {
  return page.locator('#swat-detector-guide *:visible').evaluateAll((all) =>
    all
      .filter((each) => each instanceof HTMLElement && !['INPUT', 'SELECT'].includes(each.tagName))
      .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0 && getComputedStyle(each).display !== 'inline')
      .map((each) => `${each.getAttribute('class') ?? each.tagName}: ${each.innerHTML.slice(0, 80)}`),
  ); // prettier-ignore
}

describe('the guided path in the dialog of a detector', function () {
  this.timeout(180_000);
  const session = editorSession();
  const data = createUserDir();
  after(() => rmSync(data, { recursive: true, force: true }));

  it('leads from a CSV with faults to a version in force', async () => {
    const file = await writeFaultyCsv(data);
    await session().nodeRed.admin.deploy(guideFlow());
    const open = await editor.openEditor(session());
    const { page } = open;
    const dialog = () => editor.openDialog(open, 'detector');

    await dialog();
    await step(page, 'collect', 'now');
    assert.deepEqual(await steps(page), ['Collect now', 'Check next', 'Train later', 'Validate later', 'Arm later']);
    await page.getByLabel('a CSV file').check();
    // A name that the server would not take is changed, and that is said.
    await page
      .locator('#swat-file')
      .setInputFiles({ name: 'Übung.csv', mimeType: 'text/csv', buffer: readFileSync(file) });
    await panel(page, 'collect')
      .getByText(/^Übung\.csv .* is there\. It was kept as _bung\.csv:/)
      .waitFor();
    await page.locator('.swat-upload', { hasText: '_bung.csv' }).getByRole('button').click();
    await page.locator('.swat-upload').waitFor({ state: 'detached' });
    await page.locator('#swat-file').setInputFiles(file);
    await page.locator('.swat-upload', { hasText: 'plant.csv' }).waitFor();
    await step(page, 'check', 'now');
    // A drop beside the dashed box is one too, and what is no table makes no step done.
    await panel(page, 'collect')
      .locator('p')
      .first()
      .evaluate((place) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['Ask for 2 seals, please.\n'], 'notes.txt'));
        place.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      });
    const refused = page.locator('.red-ui-notification', { hasText: 'notes.txt does not begin like a table' });
    await refused.waitFor();
    await refused.click();
    assert.deepEqual(await page.locator('.swat-upload').count(), 1);
    await page.locator('.swat-step[data-step="train"]').click();
    assert.match(await panel(page, 'train').locator('.swat-summary').innerText(), /^Learns from plant\.csv\.$/);
    await panel(page, 'train').getByText('were not checked yet').waitFor();
    await page.locator('.swat-step[data-step="check"]').click();
    await panel(page, 'check').locator('.primary', { hasText: 'Check the data' }).waitFor();
    await editor.screenshot(open, 'guide-2-before');
    await page.locator('.swat-step[data-step="collect"]').click();
    await editor.screenshot(open, 'guide-1-collect');
    await picture(editor.dialogOf(open), 'training-1-collect');
    assert.deepEqual(await cutOff(page), []);
    assert.deepEqual(await editor.barriers(open), []);

    await page.locator('#swat-detector-check').click();
    await step(page, 'check', 'done');
    const check = panel(page, 'check');
    assert.match(await check.locator('.swat-summary').innerText(), /9,900 samples of plant\.csv, one each 1 s/);
    const findings = await check.locator('.swat-finding').allInnerTexts();
    assert.ok(!findings.some((finding) => finding.includes('standard deviation')), findings.join('\n'));
    const kinds = findings.map((finding) => finding.replaceAll(/[^a-z]/gi, '').slice(0, 40));
    assert.equal(new Set(kinds).size, kinds.length, findings.join('\n'));
    assert.ok(
      findings.some((finding) => /Warning[^]*LIT401/.test(finding)),
      findings.join('\n'),
    );
    assert.match(await check.locator('.swat-tags .swat-tag', { hasText: 'LIT401' }).innerText(), /stuck for/);
    assert.equal(await check.locator('.swat-tags .swat-tag').count(), 51);
    await editor.screenshot(open, 'guide-2-check');
    await picture(editor.dialogOf(open), 'training-2-check');
    assert.deepEqual(await cutOff(page), []);
    assert.deepEqual(await editor.barriers(open), []);
    await check.getByPlaceholder('Search tags').fill('fit1');
    assert.deepEqual(await check.locator('.swat-tags .swat-tag:visible b').allInnerTexts(), ['FIT101']);
    await check.getByPlaceholder('Search tags').fill('');
    await check.locator('.swat-tags').scrollIntoViewIfNeeded();
    await picture(editor.dialogOf(open), 'training-2-tags');
    for (const each of await check.locator('summary').all()) await each.scrollIntoViewIfNeeded();
    await check.locator('summary', { hasText: 'Which tags move together' }).click();
    await check.locator('summary', { hasText: 'Gaps' }).click();
    await check.locator('summary', { hasText: 'actuators' }).click();
    await check.locator('.swat-map').scrollIntoViewIfNeeded();
    await check.locator('.swat-map').hover();
    await editor.screenshot(open, 'guide-2-check-more');

    await check.locator('.swat-finding', { hasText: 'LIT401' }).getByRole('button').first().click();
    await check.locator('.swat-cured').first().waitFor();
    await check.locator('.swat-chip, .swat-range').first().waitFor();
    await check.locator('.swat-chips').scrollIntoViewIfNeeded();
    await editor.screenshot(open, 'guide-2-left-out');

    await check.getByRole('button', { name: 'Go on: train' }).click();
    await panel(page, 'train').locator('#swat-detector-train').click();
    const anyway = panel(page, 'train').getByRole('button', { name: 'Train all the same' });
    if (await anyway.isVisible()) await anyway.click();
    await page.locator('#swat-detector-curve svg').waitFor();
    await editor.screenshot(open, 'guide-3-train');
    await picture(editor.dialogOf(open), 'training-3-train');
    // The dialog may be closed meanwhile: the running node knows.
    await editor.cancelDialog(open);
    await dialog();
    await step(page, 'train', 'done');
    await page.locator('.swat-step[data-step="validate"]').click();
    const validate = panel(page, 'validate');
    await validate.locator('.swat-headline').waitFor();
    assert.match(await validate.locator('.swat-headline').innerText(), /false alarms? .*held-out time.* a day/i);
    await validate.locator('svg.swat-score').waitFor();
    await editor.screenshot(open, 'guide-4-validate');
    await picture(editor.dialogOf(open), 'training-4-validate');
    assert.deepEqual(await cutOff(page), []);
    assert.deepEqual(await editor.barriers(open), []);
    await validate.locator('.swat-shares').scrollIntoViewIfNeeded();
    await editor.screenshot(open, 'guide-4-validate-more');

    await validate.getByRole('button', { name: 'Looks right: go on' }).click();
    await step(page, 'arm', 'now');
    await page.locator('#swat-reason').fill('first model of this plant');
    await editor.screenshot(open, 'guide-5-arm');
    await picture(editor.dialogOf(open), 'training-5-arm');
    assert.deepEqual(await cutOff(page), []);
    assert.deepEqual(await editor.barriers(open), []);
    await page.locator('#swat-detector-arm').click();
    await step(page, 'arm', 'done');
    await page.waitForTimeout(500);
    await editor.screenshot(open, 'guide-5-armed');
    assert.deepEqual(await steps(page), ['Collect done', 'Check done', 'Train done', 'Validate done', 'Arm done']);
    const { url } = session().nodeRed;
    const trail = (await (await fetch(`${url}/swat-model/model/history`)).json()) as {
      entries: { action: string; reason: string }[];
    };
    assert.ok(
      trail.entries.some(({ action, reason }) => action === 'activate' && reason === 'first model of this plant'),
    );
    await editor.cancelDialog(open);

    // The dialog of the model shows the kind that has versions, and says why there is no way back.
    await page.evaluate(() => RED.editor.editConfig('', 'swat-model', 'model'));
    await page.locator('[data-kind=autoencoder]').waitFor();
    assert.equal(await page.locator('[data-kind]').count(), 1);
    const back = page.locator('[data-kind=autoencoder]').getByRole('button', { name: 'Roll back' });
    assert.deepEqual(
      [await back.isDisabled(), await back.getAttribute('title')],
      [true, 'No other version was in force before this one.'],
    );
    await editor.cancelConfigDialog(open);
    // The upload that was refused.
    assert.deepEqual(
      open.problems.filter((problem) => !problem.includes('notes.txt')),
      [],
    );
    await page.close();
  });

  for (const work of ['train', 'check'] as const) {
    it(`takes up a ${work} that began in another dialog, whatever answers first`, async () => {
      const file = await writeFaultyCsv(data, `${work}.csv`);
      await session().nodeRed.admin.deploy(guideFlow());
      const open = await editor.openEditor(session());
      const { page } = open;
      await editor.openDialog(open, 'detector');
      await page.getByLabel('a CSV file').check();
      await page.locator('#swat-file').setInputFiles(file);
      await page.locator('.swat-upload', { hasText: `${work}.csv` }).waitFor();
      await editor.cancelDialog(open);

      // The dialog is opened while the file is still read; of its questions, that for the report is answered last.
      const held: (() => void)[] = [];
      let isHeld = true;
      await page.route('**/swat-autoencoder/detector/report', async (route) => {
        const answer = await route.fetch();
        if (isHeld) await new Promise<void>((go) => void held.push(go));
        await route.fulfill({ response: answer });
      });
      const exclude = { tags: ['FIT101'], ranges: [] };
      const given = { command: work, file: `${work}.csv`, stride: 10, exclude };
      await session().nodeRed.admin.command('swat-autoencoder', 'detector', given);
      const listed = page.waitForResponse('**/swat-model/model/versions');
      await editor.openDialog(open, 'detector');
      await listed;
      await eventually(() => held.length > 0, 'the report was asked for');
      isHeld = false;
      // The oldest answer comes last.
      for (const go of held.reverse()) go();
      await step(page, work, 'done');
      assert.equal(await page.locator('.swat-step[data-step="collect"].swat-done').count(), 1);
      await page.locator('.swat-step[data-step="check"]').click();
      assert.equal((await page.locator('.swat-chip').first().innerText()).trim(), 'FIT101');
      await editor.cancelDialog(open);
      assert.deepEqual(open.problems, []);
      await page.close();
    });
  }

  it('says to deploy first, fits a narrow dialog in the dark, takes the keyboard, and reads no tag as HTML', async () => {
    const open = await editor.openEditor(session(), 'dark');
    const { page } = open;
    await page.setViewportSize({ width: 1000, height: 900 });
    const id = await editor.dragFromPalette(open, 'swat-autoencoder', 400, 300);
    await editor.openDialog(open, id);
    await page.locator('#swat-detector-deploy', { hasText: 'Deploy first' }).waitFor();
    await page.locator('.swat-step').first().focus();
    for (const step of ['check', 'train', 'validate', 'arm', 'collect']) {
      await page.keyboard.press('ArrowRight');
      assert.equal(await page.locator('.swat-step:focus').getAttribute('data-step'), step);
      await panel(page, step).waitFor();
      assert.deepEqual(await editor.untranslated(open), []);
      assert.deepEqual(await cutOff(page), []);
      assert.deepEqual(await editor.barriers(open), []);
      await editor.screenshot(open, `guide-narrow-${step}`);
    }
    const bad = '<img src=x onerror="document.title=1">';
    await page.locator('.swat-step[data-step="check"]').click();
    await page.getByPlaceholder('Tag, or several with commas').fill(bad);
    await page.keyboard.press('Enter');
    assert.equal(
      await page
        .locator('.swat-chip')
        .innerText()
        .then((text) => text.trim()),
      bad,
    );
    assert.equal(await page.locator('#swat-detector-guide img').count(), 0);
    await editor.cancelDialog(open);
    assert.deepEqual(
      open.problems.filter((problem) => !problem.includes('404')),
      [],
    );
    await page.close();
  });
});
