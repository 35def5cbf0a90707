import { strict as assert } from 'node:assert';
import type { Browser, Locator, Page } from 'playwright-core';
import type { FlowNode } from '../harness/admin';
import { LIT101 } from '../harness/alarm-flow';
import { ALL_KEY, API_KEYS, API_PATH, apiFlow } from '../harness/api-flow';
import { eventually } from '../harness/eventually';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';
import { barriersOf } from './axe';
import { shot } from './dashboard-view';
import { launchBrowser } from './editor';
import { picture } from './picture';

/** What is posted to /alert is a message to the swat-alert of the flow. */
const DOOR: FlowNode[] = [
  { id: 'e1', z: 'flow-1', type: 'http in', url: '/alert', method: 'post', wires: [['e2', 'e3']] },
  { id: 'e2', z: 'flow-1', type: 'function', func: 'return { payload: msg.payload };', outputs: 1, wires: [['alert-1']] }, // prettier-ignore
  { id: 'e3', z: 'flow-1', type: 'http response', wires: [] },
];
const ANOMALY = { asset: 'SWaT', time: 1.8e12, finding: 'anomaly', level: 'CRITICAL', ratio: 2.4, tags: [LIT101], sentence: { code: 'anomaly-mean-above', params: { ...LIT101, place: 'P1', level: 'CRITICAL', ratio: 2.4 } } }; // prettier-ignore

describe('the page to try an API', function () {
  this.timeout(90_000);
  const userDir = createUserDir();
  const problems: string[] = [];
  let nodeRed: RunningNodeRed;
  let browser: Browser;
  let page: Page;

  before(async () => {
    linkModule(userDir);
    nodeRed = await startNodeRed({ userDir, flows: apiFlow({ perMinute: 0 }, DOOR), env: { SWAT_API_KEYS: API_KEYS } });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(nodeRed.url)) problems.push(`asks elsewhere: ${request.url()}`);
    });
  });
  after(async () => {
    await browser.close();
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  const card = (operation: string): Locator => page.locator(`#${operation}`);
  /** Sends what stands in an operation until such an answer comes; gives all that is told of it. */
  const sent = async (operation: string, wanted: RegExp): Promise<string> => {
    if ((await card(operation).getAttribute('open')) === null) await card(operation).locator('summary').click();
    let told = '';
    await eventually(
      async () => {
        await card(operation).getByRole('button', { name: 'Send' }).click();
        await card(operation).locator('.outcome').waitFor();
        told = await card(operation).locator('[aria-live]').innerText();
        return wanted.test(told);
      },
      () => `${operation}: ${told}`,
    );
    return told;
  };

  it('predicts, lists alarms and listens with a key, and says what is wrong without one', async () => {
    await page.goto(`${nodeRed.url}${API_PATH}/docs`);
    await card('predictNext').waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'en-US');
    await sent('alarms', /^401[^]*"code": "api-key-missing"/);
    await page.getByLabel(/^Key sent/).fill(ALL_KEY);

    await card('predictNext').locator('summary').click();
    assert.equal(await card('predictNext').getByLabel('asset').inputValue(), 'SWaT');
    const predicted = await sent('predictNext', /^200[^]*"verdicts": \[\s+\{\s+"asset": "SWaT"/);
    assert.ok(!predicted.includes(ALL_KEY), 'the command for a terminal does not show the key');
    await page.setViewportSize({ width: 960, height: 900 });
    await card('predictNext').evaluate((each) => each.scrollIntoView());
    await picture(page, 'api-page');

    const headers = { 'Content-Type': 'application/json' };
    assert.ok((await fetch(`${nodeRed.url}/alert`, { method: 'POST', headers, body: JSON.stringify(ANOMALY) })).ok);
    await sent('alarms', /^200[^]*P1: LIT101 mean is 823\.4 mm/);
    await sent('acknowledgeAlarm', /^200[^]*"ok": true/);

    await card('stream').locator('summary').click();
    await card('stream').getByRole('button', { name: 'Listen' }).click();
    await card('stream').getByText('verdict · SWaT').first().waitFor();
    await card('stream').getByRole('button', { name: 'Stop' }).click();
  });

  it('keeps nobody out, in light and dark, on a desk and on a phone', async () => {
    const wrong: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 900 });
        const view = `api-page-${colorScheme}-${width}`;
        if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)) wrong.push(`${view} is cut off`); // prettier-ignore
        wrong.push(...(await barriersOf(page)).map((each) => `${view}: ${each}`));
        await shot(page, view);
      }
    }
    assert.deepEqual([...wrong, ...problems], []);
  });
});
