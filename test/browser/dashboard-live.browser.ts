import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { FlowNode } from '../harness/admin';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';
import { shot } from './dashboard-view';
import { launchBrowser } from './editor';
import { picture } from './picture';

/** Plant-seconds a second. */
const SPEED = 60;

describe('example 29, the screens on the running plant', function () {
  this.timeout(120_000);
  const userDir = createUserDir();
  let nodeRed: RunningNodeRed;
  let browser: Browser;
  let page: Page;
  /** What the page of someone else was sent. */
  const foreign: string[] = [];

  before(async () => {
    linkModule(userDir);
    const from = process.env.SWAT_NODE_RED ?? checkout;
    linkModule(userDir, 'node-red-dashboard', join(from, 'node_modules', 'node-red-dashboard'));
    const file = join(checkout, 'examples', '29-dashboard.json');
    const flows = JSON.parse(readFileSync(file, 'utf8')) as FlowNode[];
    const faster = flows.map((node) => {
      if (node.type === 'swat-source') return { ...node, factor: SPEED };
      return node.type === 'swat-alert' ? { ...node, actors: 'anyone' } : node;
    });
    nodeRed = await startNodeRed({ userDir, flows: faster });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const other = await browser.newPage();
    other.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => foreign.push(String(payload))));
    await Promise.all([page.goto(`${nodeRed.url}/ui/#!/0`), other.goto(`${nodeRed.url}/ui/#!/5`)]);
  });
  after(async () => {
    await browser.close();
    await nodeRed.kill();
    removeUserDir(userDir);
  });

  it('normal, then an attack that is told by its tag, its stage and an alarm', async () => {
    await page.getByText(/Score at \d+% of the threshold/).waitFor();
    await shot(page, 'dashboard-overview-normal');
    await page.goto(`${nodeRed.url}/ui/#!/4`);
    await page.getByLabel('Attack').selectOption('17');
    await page.getByLabel('Attack').selectOption('16');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('Enter your name first').waitFor();
    await page.getByLabel('Your name').fill('Ann');
    await page.getByRole('button', { name: 'Start' }).click();
    await page
      .getByText(/Attack 16/)
      .last()
      .waitFor();
    await page.goto(`${nodeRed.url}/ui/#!/0`);
    await page.locator('svg.mimic .guilty', { hasText: 'LIT301' }).waitFor({ timeout: 60_000 });
    const stage = page.getByRole('region', { name: 'P3 Ultrafiltration' });
    await stage.locator('.badge', { hasText: /WARNING|CRITICAL/ }).waitFor();
    await page
      .getByRole('region', { name: 'Alarms' })
      .getByText(/LIT301/)
      .waitFor();
    await shot(page, 'dashboard-overview-attack');
    await picture(page, 'dashboard-overview');
  });

  it('then the trend of it, which only this page was sent', async () => {
    await page.goto(`${nodeRed.url}/ui/#!/1`);
    await page.getByRole('button', { name: '15 min' }).click();
    await page.locator('.summary', { hasText: /Anomalies: 1\. Most to blame: .*LIT301/ }).waitFor();
    await page.locator('.reading', { hasText: 'P3 LIT301' }).waitFor();
    assert.ok((await page.locator('svg.chart .episode').count()) > 0);
    await shot(page, 'dashboard-trend-attack');
    await picture(page, 'dashboard-trend');
    assert.ok(foreign.length > 5);
    assert.deepEqual(foreign.filter((frame) => frame.includes('"command":"trend"')), []);
  }); // prettier-ignore

  it('the streams behind it, and the lost connection', async () => {
    await page.goto(`${nodeRed.url}/ui/#!/5`);
    await page.getByRole('row', { name: /swat\/window\/SWaT/ }).waitFor();
    await page.getByRole('listitem').filter({ hasText: 'swat-window' }).getByText('late', { exact: true }).waitFor();
    await shot(page, 'dashboard-streams');
    await picture(page, 'dashboard-streams');
    assert.doesNotMatch(nodeRed.log(), /\[error\]/);
    // A dashboard empties its pages when Node-RED ends in an orderly way: the last picture stays on top all the same.
    await nodeRed.stop();
    await page.getByText(/No news from Node-RED for \d+ s/).waitFor();
    await shot(page, 'dashboard-streams-lost');
    const rows = page.getByRole('row', { name: /swat\/window\/SWaT/ });
    assert.ok(await rows.evaluate((row) => {
      const { left, top } = row.getBoundingClientRect();
      return document.elementFromPoint(left + 2, top + 2)?.localName === 'swat-streams';
    })); // prettier-ignore
  });
});
