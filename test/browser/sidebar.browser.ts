import { strict as assert } from 'node:assert';
import type { Page } from 'playwright-core';
import * as editor from './editor';
import { editorSession } from './session';

/** The little of the editor's global that is called. */
declare const RED: {
  actions: { invoke(name: string): void };
  nodes: { eachNode(visit: (node: { id: string; type: string }) => void): void };
  view: { reveal: (id: string) => void };
};
declare const window: { revealed?: string[] };
declare const document: { activeElement: { getAttribute(name: string): string | null } | null };

/** What keeps people out of the sidebar; the looks of buttons are Node-RED's. */
const barriersOfSidebar = (page: Page): Promise<string[]> =>
  editor.barriersIn(page, '.swat-side', ['.swat-side .red-ui-button']);

const DETECTORS = ['swat-autoencoder', 'swat-iforest'];

describe('the sidebar SWaT', function () {
  this.timeout(90_000);
  const session = editorSession();

  it('says what to do where there is nothing, then shows the nodes of the flows live, each a way to its node', async () => {
    const open = await editor.openEditor(session());
    const { page } = open;
    const side = page.locator('.swat-side');
    await page.evaluate(() => RED.actions.invoke('swat:show-sidebar'));
    await side.getByText('There is no SWaT node in these flows yet.').waitFor();
    assert.deepEqual(await side.innerText().then((text) => text.match(/sidebar\.[\w.]+/g)), null, 'all is worded');
    assert.deepEqual(await barriersOfSidebar(page), []);
    await editor.screenshot(open, 'sidebar-empty');

    await editor.importExample(open, '01-quick-start');
    await page.mouse.click(700, 500);
    await side.locator('.swat-side-row').first().waitFor();
    assert.match(await side.locator('.swat-side-row').first().innerText(), /not deployed/);
    await editor.deploy(open);

    const idOf = (type: string): Promise<string> =>
      page.evaluate((wanted) => {
        let found = '';
        RED.nodes.eachNode(({ id, type: each }) => {
          if (each === wanted) found = id;
        });
        return found;
      }, type);
    for (const type of DETECTORS) {
      const row = side.locator(`.swat-side-row[data-node="${await idOf(type)}"]`);
      await row.getByText(/^version \d{8}-\d{6}/).waitFor();
      // The picture grows while windows come, without being asked for again.
      await row.locator('.swat-side-chart path[d*="L"]').waitFor({ state: 'attached', timeout: 60_000 });
      assert.match(await row.locator('.swat-side-ratio').innerText(), /^peak \d+\.\d\dx$/);
      assert.match(
        (await row.locator('svg').getAttribute('aria-label')) ?? '',
        /Score of the last two minutes: now [\d.]+/,
      );
    }
    assert.deepEqual(await side.innerText().then((text) => text.match(/sidebar\.[\w.]+/g)), null, 'all is worded');
    assert.deepEqual(await barriersOfSidebar(page), []);
    await editor.screenshot(open, 'sidebar-live');

    // By keyboard: the next node, and to it.
    const severity = await idOf('swat-severity');
    await page.evaluate(() => {
      window.revealed = [];
      const { reveal } = RED.view;
      RED.view.reveal = (id) => {
        window.revealed?.push(id);
        reveal(id);
      };
    });
    const [last] = DETECTORS.slice(-1);
    await side.locator(`.swat-side-row[data-node="${await idOf(last)}"]`).focus();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-node')), severity);
    // What is drawn every second leaves the keyboard where it is.
    await page.waitForTimeout(2500);
    await page.keyboard.press('Enter');
    assert.deepEqual(await page.evaluate(() => window.revealed), [severity]);
    assert.deepEqual(open.problems, []);
    await page.close();
  });

  it('has the last minutes at once, also in an editor that is opened later', async () => {
    const { nodeRed } = session();
    const open = await editor.openEditor(session(), 'dark');
    const { page } = open;
    await page.evaluate(() => RED.actions.invoke('swat:show-sidebar'));
    await page.locator('.swat-side-row .swat-side-ratio').first().waitFor();
    await page.waitForTimeout(1500);
    assert.deepEqual(await barriersOfSidebar(page), []);
    await editor.screenshot(open, 'sidebar-dark');
    const answer = (await (await fetch(`${nodeRed.url}/swat/sidebar`)).json()) as {
      nodes: { type: string; scores?: number[][] }[];
    };
    const scored = answer.nodes.filter(({ type }) => DETECTORS.includes(type));
    assert.equal(scored.length, DETECTORS.length);
    for (const { scores = [] } of scored)
      assert.ok(scores.length > 1 && scores.every(([time], at) => at === 0 || time > scores[at - 1][0]));
    assert.deepEqual(open.problems, []);
    await page.close();
  });
});
