import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import type { FlowNode } from '../harness/admin';
import { LIT101 } from '../harness/alarm-flow';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';
import { barriersOf } from './axe';
import { launchBrowser } from './editor';

const PIN = '471108';
const JSON_TYPE = { 'Content-Type': 'application/json' };
/** What the dashboards themselves say in the console, and what a wrong PIN is answered with. */
const NOT_OURS = /\/ui\/loading\.html|^SideNav 'left' is not available!|401 \(Unauthorized\)/;

const DASHBOARDS = [
  {
    name: 'Dashboard 2.0',
    example: '30-dashboard-2',
    module: '@flowfuse/node-red-dashboard',
    from: join(checkout, 'test', 'dashboard'),
    pages: { desk: '/dashboard/alarm-desk', models: '/dashboard/models', drill: '/dashboard/drill' },
  },
  {
    name: 'node-red-dashboard',
    example: '29-dashboard',
    module: 'node-red-dashboard',
    from: process.env.SWAT_NODE_RED ?? checkout,
    pages: { desk: '/ui/#!/2', models: '/ui/#!/3', drill: '/ui/#!/4' },
  },
] as const;

for (const { name, example, module, from, pages } of DASHBOARDS) {
  describe(`the pages of operators on ${name}`, function () {
    this.timeout(120_000);
    const userDir = createUserDir();
    const problems: string[] = [];
    let nodeRed: RunningNodeRed;
    let browser: Browser;
    let page: Page;

    /** The example, its plant at rest; what is posted to /alert is a message to its swat-alert. */
    const flows = (more: object = {}): FlowNode[] => {
      const all = JSON.parse(readFileSync(join(checkout, 'examples', `${example}.json`), 'utf8')) as FlowNode[];
      const { id: alert, z } = all.find(({ type }) => type === 'swat-alert')!;
      const at = { z, x: 900, y: 900 };
      return [
        ...all.map((node) => (node.id === alert ? { ...node, offDelay: 86_400, ...more } : node)),
        { id: 'e1', ...at, type: 'http in', url: '/alert', method: 'post', wires: [['e2', 'e3']] },
        { id: 'e2', ...at, type: 'function', func: 'return { payload: msg.payload };', outputs: 1, wires: [[alert]] },
        { id: 'e3', ...at, type: 'http response', wires: [] },
      ];
    };
    const post = (path: string, body: object): Promise<Response> =>
      fetch(`${nodeRed.url}${path}`, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) });
    const open = async (path: string, on = page): Promise<void> => {
      await on.goto('about:blank');
      await on.goto(nodeRed.url + path);
    };
    const shot = async (what: string): Promise<void> => {
      const folder = join(checkout, '.work', 'screens', process.env.SWAT_SHOTS ?? 'local');
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await page.screenshot({ path: join(folder, `${example}-${what}-${width}.png`), fullPage: true });
      }
      await page.setViewportSize({ width: 1440, height: 900 });
    };
    /** Nothing serious for people who see, hear or point less well. */
    const accessible = async (element: string): Promise<void> => assert.deepEqual(await barriersOf(page, element), []);
    const button = (text: string, of: Page | Locator = page): Locator => of.getByRole('button', { name: text });
    const alarm = (): Locator => page.locator('swat-desk .alarm');

    before(async () => {
      linkModule(userDir);
      linkModule(userDir, module, join(from, 'node_modules', module));
      nodeRed = await startNodeRed({ userDir, flows: flows() });
      browser = await launchBrowser();
      page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
      page.on('console', (line) => {
        const told = `${line.text()} ${line.location().url}`;
        if (line.type() === 'error' && !NOT_OURS.test(told)) problems.push(told);
      });
    });
    after(async () => {
      await browser.close();
      await nodeRed.stop();
      removeUserDir(userDir);
    });

    it('only show before there is an operator, and say how one is added', async () => {
      const verdict = { asset: 'SWaT', time: Date.now(), finding: 'anomaly', level: 'CRITICAL', ratio: 2.4, tags: [LIT101], sentence: { code: 'anomaly-mean-above', params: { ...LIT101, place: 'P1', level: 'CRITICAL', ratio: 2.4 } } }; // prettier-ignore
      await open(pages.desk);
      await page.getByText('View only: no operator is set up yet. Add one in the dialog of swat-alert').waitFor();
      await page.getByText('No open alarm.').waitFor();
      await shot('desk-empty');
      assert.ok((await post('/alert', verdict)).ok);
      await alarm().getByText('SWaT, LIT101 (P1) first').waitFor();
      await alarm().getByText('LIT101 mean is 823.4 mm, expected about 512.1 mm').waitFor();
      await page.getByRole('cell', { name: 'raised CRITICAL' }).waitFor();
      assert.equal(await alarm().getByRole('button').count(), 0);
      await accessible('swat-desk');
    });

    it('let in who has name and PIN, and nobody else', async () => {
      const { hash } = (await (await post('/swat-alert/pin', { pin: PIN })).json()) as { hash: string };
      await nodeRed.admin.deploy(
        flows({ operators: [{ name: 'Ann', slot: 1 }], credentials: { pin1: hash }, maxShelve: 240 }),
      );
      await nodeRed.waitForLog(/Started flows[^]*Started flows/);
      await open(pages.desk);
      await button('Sign in').click();
      await page.getByLabel('Name').fill('ann');
      await page.getByLabel('PIN').fill('000000');
      await button('Sign in').click();
      await page.getByText('Name or PIN is wrong').waitFor();
      await shot('desk-sign-in');
      assert.equal(await alarm().getByRole('button').count(), 0);
      await page.getByLabel('PIN').fill(PIN);
      await button('Sign in').click();
      await page.getByText(/Signed in as Ann until [\d:]+/).waitFor();
      await shot('desk-alarm');
      await accessible('swat-desk');
    });

    it('shelve, comment, unshelve and acknowledge, with the operator in the history', async () => {
      await button('Shelve').click();
      const choices = await page.getByLabel('Shelve for').locator('option').allInnerTexts();
      assert.deepEqual(
        choices.slice(-2),
        ['4 h 0 min', 'until it returns to normal'],
        'no longer than the alert allows',
      );
      await page.getByLabel('Why (goes into the journal)').fill('Sensor is being changed');
      await page.locator('swat-desk form.form').getByRole('button', { name: 'Shelve' }).click();
      await alarm().getByText('Shelved', { exact: true }).waitFor();
      await button('Comment').click();
      await page.getByLabel('Comment (goes into the journal)').fill('Sight glass checked');
      await button('Save').click();
      await alarm()
        .getByText(/Comment of Ann.*Sight glass checked/)
        .waitFor();
      await button('Unshelve').click();
      await button('Acknowledge').click();
      await alarm().getByText('Active, acknowledged').waitFor();
      await page.getByRole('row', { name: /shelved .* Ann: Sensor is being changed/ }).waitFor();
      await page.getByLabel('What').selectOption({ label: 'acknowledged' });
      await page.getByRole('row', { name: /acknowledged CRITICAL SWaT, LIT101 Ann/ }).waitFor();
      assert.equal(await page.locator('swat-desk .history tbody tr').count(), 1);
    });

    it('tell what is refused on the page that asked alone', async () => {
      const other = await browser.newPage();
      await open(pages.desk, other);
      await other.locator('swat-desk .alarm').waitFor();
      await page.locator('swat-desk').evaluate((desk) => {
        const detail = { command: 'ack', id: 'nobody', session: 'none' };
        desk.dispatchEvent(new CustomEvent('swat-command', { detail }));
      });
      await page.getByText('You are signed out').waitFor();
      await button('Sign in').waitFor();
      assert.equal(await other.locator('swat-desk .told').count(), 0);
      await other.close();
    });

    it('show the versions of the models', async () => {
      await open(pages.models);
      await page.getByRole('heading', { name: 'Isolation forest' }).waitFor();
      await page.getByText('scores now (shipped with the package)').first().waitFor();
      await shot('models');
      await accessible('swat-models');
    });

    it('start an attack for an operator, and show the scoreboard to everybody', async () => {
      await open(pages.drill);
      await page.getByText('No attack has been scored yet').waitFor();
      assert.equal(await button('Start').count(), 0);
      await button('Sign in').click();
      await page.getByLabel('PIN').fill(PIN);
      await button('Sign in').click();
      await button('Start').click();
      await page.getByText(/Attack 16 \(LIT301 falls by 1 mm each second\) waits|Attack 16 is under way/).waitFor();
      await shot('drill');
      await accessible('swat-drill');
      await button('End the attack').click();
      await page.getByText('Normal operation of the simulated plant.').waitFor();
      await open(pages.desk);
      const done = page.getByRole('row', { name: /operator action SWaT Ann: Drill: (start attack 16|end the attack)/ });
      await done.nth(1).waitFor();
      assert.deepEqual(problems, []);
      assert.doesNotMatch(nodeRed.log(), /\[error\]|471108/);
    });
  });
}
