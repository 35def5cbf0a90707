import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { FlowNode } from '../harness/admin';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';
import { closePages, launchBrowser } from './editor';

/** Plant-seconds a second: the episode of the demo takes about seven plant-minutes. The charts of the dashboard draw a few of them a second. */
const SPEED = 6;

describe('the demo dashboard', function () {
  this.timeout(300_000);
  const userDir = createUserDir();
  let nodeRed: RunningNodeRed;
  let browser: Browser;
  let page: Page;

  before(async () => {
    linkModule(userDir);
    const from = process.env.SWAT_NODE_RED ?? checkout;
    linkModule(userDir, 'node-red-dashboard', join(from, 'node_modules', 'node-red-dashboard'));
    const flows = JSON.parse(readFileSync(join(checkout, 'examples', '02-dashboard.json'), 'utf8')) as FlowNode[];
    const faster = flows.map((node) => (node.type === 'swat-source' ? { ...node, factor: SPEED } : node));
    nodeRed = await startNodeRed({ userDir, flows: faster });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${nodeRed.url}/ui`);
  });
  after(async () => {
    await closePages();
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  const shot = (name: string): Promise<unknown> =>
    page.screenshot({ path: join(checkout, '.work', 'screens', process.env.SWAT_SHOTS ?? 'local', `${name}.png`) });

  it('shows normal operation, then one alarm that names the tag, escalates and clears', async () => {
    await page.getByText('Normal', { exact: true }).or(page.getByText('● Normal')).first().waitFor();
    assert.equal(await page.locator('.swat-alarm').count(), 0);
    await page.getByText(/Score at \d+ % of the threshold/).waitFor();
    await shot('dashboard-normal');

    await page.getByRole('button', { name: 'Start attack' }).click();
    const alarm = page.locator('.swat-alarm');
    await alarm.locator('b', { hasText: /WARNING|CRITICAL/ }).waitFor({ timeout: 60_000 });
    await alarm.locator('b', { hasText: 'CRITICAL' }).waitFor({ timeout: 60_000 });
    assert.match(await alarm.innerText(), /active, not acknowledged[^]*P3: LIT301 .* expected/);
    assert.equal(await page.locator('.swat-tag.guilty .name').innerText(), 'LIT301');
    await shot('dashboard-attack');

    await alarm.getByRole('button', { name: 'Acknowledge' }).click();
    await alarm.getByText('active, acknowledged').waitFor();
    await alarm.getByText(/cleared ·/).waitFor({ timeout: 180_000 });
    assert.equal(await alarm.count(), 1);
    await shot('dashboard-cleared');
    assert.doesNotMatch(nodeRed.log(), /\[error\]/);
  });
});
