import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { FlowNode } from '../harness/admin';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';
import { cutOff, watch } from './desk';
import { launchBrowser } from './editor';

/** Plant-seconds a second. */
const SPEED = 30;
/** The longest that an alarm may be shelved, less than the longest choice that the desk has. */
const MOST_MINUTES = 240;
/** Colours of the dashboard's dark theme. */
const DARK = {
  'page-titlebar-backgroundColor': '#097479',
  'page-backgroundColor': '#111111',
  'page-sidebar-backgroundColor': '#333333',
  'group-textColor': '#0eb8c0',
  'group-borderColor': '#555555',
  'group-backgroundColor': '#333333',
  'widget-textColor': '#eeeeee',
  'widget-backgroundColor': '#097479',
  'widget-borderColor': '#333333',
};

/** The example, faster than life; the alarm stands for the rest of the test once it has been raised. */
function example(dark = false): FlowNode[] {
  const flows = JSON.parse(readFileSync(join(checkout, 'examples', '20-alarm-desk.json'), 'utf8')) as FlowNode[];
  return flows.map((node) => {
    if (node.type === 'swat-source') return { ...node, factor: SPEED };
    if (node.type === 'swat-alert') return { ...node, offDelay: 86_400, maxShelve: MOST_MINUTES };
    if (node.type !== 'ui_base' || !dark) return node;
    const theme = node.theme as { themeState: object };
    const colours: object[] = Object.entries(DARK).map(([name, value]) => ({ [name]: { value, edited: false } }));
    const themeState = colours.reduce((all, each) => ({ ...all, ...each }), theme.themeState);
    return { ...node, theme: { ...theme, name: 'theme-dark', themeState } };
  });
}

describe('the alarm desk', function () {
  this.timeout(180_000);
  const userDir = createUserDir();
  const problems: string[] = [];
  let nodeRed: RunningNodeRed;
  let browser: Browser;
  let page: Page;

  before(async () => {
    linkModule(userDir);
    const from = process.env.SWAT_NODE_RED ?? checkout;
    linkModule(userDir, 'node-red-dashboard', join(from, 'node_modules', 'node-red-dashboard'));
    nodeRed = await startNodeRed({ userDir, flows: example() });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    watch(page, problems);
    await page.goto(`${nodeRed.url}/ui`);
  });
  after(async () => {
    await browser.close();
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  const screen = (name: string): string =>
    join(checkout, '.work', 'screens', process.env.SWAT_SHOTS ?? 'local', `${name}.png`);
  const shot = (name: string): Promise<unknown> => page.screenshot({ path: screen(name) });
  const picture = async (name: string): Promise<void> => {
    if (process.env.SWAT_PICTURES === undefined) return;
    await page.screenshot({ path: join(checkout, 'docs', 'images', `${name}.png`) });
  };
  const alarm = () => page.locator('.swat-desk .alarm');
  const state = (text: string) => alarm().locator('.state', { hasText: text }).waitFor();
  const press = (name: string) => alarm().getByRole('button', { name, exact: true }).click();

  it('is empty and grey at first, and shows an alarm with its first tag and what to do', async () => {
    await page.getByText('No open alarm.').waitFor();
    assert.equal(await alarm().count(), 0);
    await page.getByText('0 open, 0 not acknowledged, 0 on hold').waitFor();
    await shot('alarm-desk-empty');
    await page.getByRole('button', { name: 'Start attack' }).click();
    await alarm().waitFor({ timeout: 60_000 });
    await alarm().locator('.mark', { hasText: 'high' }).waitFor();
    assert.match(await alarm().locator('.what').innerText(), /^SWaT, LIT301 \(P3\) first$/);
    assert.match(await alarm().locator('.why').innerText(), /LIT301 .* expected/);
    assert.match(await alarm().locator('.guidance').innerText(), /Cause\s+The level[^]*Consequence[^]*Response/);
    await state('Active, not acknowledged');
  });

  it('asks for a name before anything is done', async () => {
    await press('Acknowledge');
    await page.getByText('Enter your name first').waitFor();
    await state('Active, not acknowledged');
    await page.getByLabel('Your name').fill('Ann');
  });

  it('keeps a comment, acknowledges, shelves and unshelves', async () => {
    const comment = alarm().getByLabel('Comment');
    await comment.fill('Sight glass checked');
    await press('Comment');
    await alarm().getByText('Comment of Ann').waitFor();
    assert.equal(await comment.inputValue(), '');
    await shot('alarm-desk-alarm');
    await picture('alarm-desk');
    await press('Acknowledge');
    await state('Active, acknowledged');
    assert.equal(await alarm().getByRole('button', { name: 'Acknowledge' }).isEnabled(), false);

    await alarm().getByLabel('Shelve for').selectOption({ label: '2 h' });
    await comment.fill('Sensor is being changed');
    await press('Shelve');
    await state('Shelved');
    await alarm().getByText('by Ann: Sensor is being changed').waitFor();
    await page.getByText('0 open, 0 not acknowledged, 1 on hold').waitFor();
    await page.getByText('Shelved: 1').waitFor();
    await shot('alarm-desk-shelved');

    await press('Unshelve');
    await state('Active, not acknowledged');
    await page.getByText('Alarms in the last hour: 2').waitFor();
    const journal = page.locator('.swat-desk .foot table');
    await journal.locator('tr', { hasText: 'unshelved' }).waitFor();
    assert.match(
      await journal.innerText(),
      /unshelved\s+SWaT, LIT301\s+Ann[^]*shelved\s+SWaT, LIT301\s+Ann: Sensor is being changed/,
    );
  });

  it('shows a silence, and ends it', async () => {
    const { id } = example().find(({ type }) => type === 'swat-alert')!;
    const matchers = [{ label: 'asset', op: '=', value: 'SWaT' }];
    const body = JSON.stringify({ command: 'silence', matchers, minutes: 30, comment: 'Pump test' });
    const headers = { 'Content-Type': 'application/json' };
    assert.ok((await fetch(`${nodeRed.url}/swat-alert/${id}/command`, { method: 'POST', headers, body })).ok);
    await page.getByText(/Silence until [\d:]+ \(30 min left\): asset = SWaT.*Pump test/).waitFor();
    await page.getByText('Silences: 1').waitFor();
    assert.deepEqual(await cutOff(page), []);
    await page.getByRole('button', { name: 'End', exact: true }).click();
    await page.getByText('Silences: none').waitFor();
  });

  it('tells in words what is refused, on the page that asked', async () => {
    const other = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await other.goto(`${nodeRed.url}/ui`);
    await other.getByLabel('Your name').fill('Bob');
    const choices = await other.getByLabel('Shelve for').locator('option').allInnerTexts();
    assert.deepEqual(choices.slice(-2), ['4 h', 'until it returns'], 'no longer than the alert allows');
    await other.getByRole('button', { name: 'Acknowledge' }).dblclick();
    await state('Active, acknowledged');
    assert.equal(await other.locator('.told').count(), 0, 'a double click is one');
    await other.waitForTimeout(1500);
    // A page that does not know yet what another one has done.
    await other.getByRole('button', { name: 'Acknowledge' }).evaluate((button) => {
      button.removeAttribute('disabled');
      (button as HTMLButtonElement).click();
    });
    await other.locator('.told', { hasText: 'ack is not possible: the alarm of SWaT is acknowledged' }).waitFor();
    await other.screenshot({ path: screen('alarm-desk-refused') });
    assert.equal(await page.locator('.told').count(), 0);
    await other.close();
  });

  it('is the same after a reload, with the name, and after a restart of Node-RED', async () => {
    await state('Active, acknowledged');
    await page.reload();
    await state('Active, acknowledged');
    assert.equal(await page.getByLabel('Your name').inputValue(), 'Ann');
    await alarm().getByText('Comment of Ann').waitFor();
    assert.deepEqual(await cutOff(page), []);
    assert.deepEqual(problems, []);
    assert.doesNotMatch(nodeRed.log(), /\[error\]/);
    await page.goto('about:blank');
    await nodeRed.stop();

    nodeRed = await startNodeRed({ userDir, flows: example(true) });
    await page.goto(`${nodeRed.url}/ui`);
    await page.evaluate(() => localStorage.setItem('swat-desk-name', 'Ann'));
    await page.reload();
    await state('Active, acknowledged');
    await shot('alarm-desk-dark');
    assert.deepEqual(problems, []);
    assert.doesNotMatch(nodeRed.log(), /\[error\]/);
  });
});
