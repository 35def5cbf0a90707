import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import type { FlowNode } from '../harness/admin';
import { LIT101 } from '../harness/alarm-flow';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';
import { launchBrowser } from './editor';

type Loose = Readonly<Record<string, unknown>>;

const SECOND = 1000;
/** Event time of the first verdict. */
const START = Date.now();

/** The example with a plant that stands still, where a name is enough; what comes by HTTP is a message to `swat-alert`, whose alarms latch. */
function example(): FlowNode[] {
  const flows = JSON.parse(readFileSync(join(checkout, 'examples', '29-dashboard.json'), 'utf8')) as FlowNode[];
  const { id: alert, z } = flows.find(({ type }) => type === 'swat-alert')!;
  const at = { z, x: 900, y: 1100 };
  return [
    ...flows.map((node) => {
      if (node.type === 'swat-source') return { ...node, autostart: false };
      return node.id === alert ? { ...node, latch: true, maxShelve: 120, actors: 'anyone' } : node;
    }),
    {
      id: 'd0000000000000f1',
      ...at,
      type: 'http in',
      url: '/alert',
      method: 'post',
      wires: [['d0000000000000f2', 'd0000000000000f3']],
    },
    {
      id: 'd0000000000000f2',
      ...at,
      type: 'function',
      func: 'return { payload: msg.payload };',
      outputs: 1,
      wires: [[alert]],
    },
    { id: 'd0000000000000f3', ...at, type: 'http response', wires: [] },
  ];
}

describe('the alarm desk, in each state of an alarm', function () {
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
    page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
    await page.goto(`${nodeRed.url}/ui/#!/2`);
    await page.getByText('No open alarm.').waitFor();
    // A dashboard leaves a widget out of sight that had no height when it was measured.
    assert.equal(await page.locator('md-card').evaluate((card) => getComputedStyle(card).opacity), '1');
  });
  after(async () => {
    await browser.close();
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  const post = async (path: string, body: Loose): Promise<void> => {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`${nodeRed.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.ok(answer.ok, `${path} ${JSON.stringify(body)}: ${await answer.text()}`);
  };
  const { id: alert } = example().find(({ type }) => type === 'swat-alert')!;
  const command = (given: Loose): Promise<void> => post(`/swat-alert/${alert}/command`, { user: 'Bob', ...given });
  const verdict = (asset: string, second: number, level: 'NONE' | 'WARNING' | 'CRITICAL'): Promise<void> => {
    const params = { ...LIT101, place: LIT101.stage, level, ratio: 1.7 };
    const about =
      level === 'NONE'
        ? { finding: 'normal', ratio: 0.4, tags: [], sentence: { code: 'normal', params: {} } }
        : { finding: 'anomaly', ratio: 1.7, tags: [LIT101], sentence: { code: 'anomaly-mean-above', params } };
    return post('/alert', { asset, time: START + second * SECOND, level, ...about });
  };
  /** The alarm of an asset; by its whole name where another is called nearly so. */
  const row = (name: string | RegExp): Locator =>
    page.locator('swat-desk .alarm').filter({ has: page.locator('.title b', { hasText: name }) });
  const press = (name: string, button: string): Promise<void> =>
    row(name).getByRole('button', { name: button }).click();
  const screen = (name: string): Promise<unknown> =>
    page.screenshot({ path: join(checkout, '.work', 'screens', process.env.SWAT_SHOTS ?? 'local', `${name}.png`) });

  it('an alarm that latches stays, hollow, until it is acknowledged and unlatched', async () => {
    await verdict('line-1', 0, 'WARNING');
    await row('line-1').getByText('Active, unacknowledged').waitFor();
    await verdict('line-1', 1, 'NONE');
    await verdict('line-1', 40, 'NONE');
    await row('line-1').getByText('Latched, unacknowledged').waitFor();
    assert.equal(await row('line-1').getByRole('button', { name: 'Unlatch' }).count(), 0);
    assert.equal(await row('line-1').getAttribute('class'), 'alarm normal waiting');
    await press('line-1', 'Acknowledge');
    await page.getByText('Enter your name first').waitFor();
    await page.getByLabel('Your name').fill('Ann');
    // A double click is one: the second one would be refused.
    await row('line-1').getByRole('button', { name: 'Acknowledge' }).dblclick();
    await row('line-1').getByText('Latched, acknowledged').waitFor();
    await screen('desk-latched');
    assert.equal(await page.locator('swat-desk .told').count(), 0);
    await press('line-1', 'Unlatch');
    await page.getByText('No open alarm.').waitFor();
    await page.getByText(/^Alarms: 1 in the last hour, 1 in the last 10 minutes; most in any hour: 1 · acknowledged after \d+ s on average$/).waitFor(); // prettier-ignore
  });

  it('what is suppressed or out of service offers its end alone, and says who and why', async () => {
    await verdict('line-2', 0, 'WARNING');
    await command({ command: 'suppress', asset: 'line-2', comment: 'Backwash' });
    await command({ command: 'out-of-service', asset: 'line-3', comment: 'Overhaul' });
    await row('line-3').getByText('Out of service', { exact: true }).waitFor();
    assert.match(await row('line-2').innerText(), /Suppressed by design[^]*on hold since [\d:]+ [^]*By Bob[^]*Comment of Bob, [\d:]+: Backwash/); // prettier-ignore
    assert.match(await row('line-3').innerText(), /There is no alarm in line-3 now\.[^]*By Bob[^]*: Overhaul/);
    for (const [name, end] of [
      ['line-2', 'End suppression'],
      ['line-3', 'Return to service'],
    ] as const) {
      assert.deepEqual(await row(name).getByRole('button').allInnerTexts(), [end, 'Comment …']);
    }
    await page.getByText('0 open, 0 unacknowledged, 2 on hold').waitFor();
    await screen('desk-held');
    await press('line-2', 'End suppression');
    await row('line-2').getByText('Active, unacknowledged').waitFor();
    await press('line-3', 'Return to service');
    await row('line-3').waitFor({ state: 'detached' });
  });

  it('an alarm of communication is told apart from that of the process, which it mutes', async () => {
    await post('/alert', { event: 'communication-lost', asset: 'line-4', seconds: 75, lastTime: START });
    await row('No communication with line-4').getByText('No data from line-4 for 75 s.').waitFor();
    await verdict('line-4', 0, 'WARNING');
    await row(/^line-4, LIT101 \(P1\) first$/).getByText(/nobody is notified: No communication with line-4 mutes it/).waitFor(); // prettier-ignore
    await post('/alert', { event: 'communication-restored', asset: 'line-4', silentSeconds: 90 });
    await row('No communication with line-4').getByText('Latched, unacknowledged').waitFor();
    await row(/^line-4, LIT101/).getByText(/mutes it/).waitFor({ state: 'detached' }); // prettier-ignore
  });

  it('a silenced alarm says so; a shelved one how much time is left, with the date where that is another day', async () => {
    await command({ command: 'silence', matchers: 'asset=line-5', minutes: 3 * 24 * 60, comment: 'Pump test' });
    await verdict('line-5', 0, 'CRITICAL');
    await row('line-5')
      .getByText(/nobody is notified: silenced/)
      .waitFor();
    await page.getByText(/Silence until .*20\d\d, [\d:]+ \((3 d 0 h|2 d 23 h) left\): nobody is notified of alarms with asset = line-5 \(Bob: Pump test\)/).waitFor(); // prettier-ignore
    await command({ command: 'shelve', asset: 'line-2', minutes: 30 });
    await row('line-2')
      .getByText(/on hold since [\d:]+ .* until .*\((29|30) min left\)/)
      .waitFor();
    await command({ command: 'shelve', asset: 'line-2', oneShot: true });
    await row('line-2')
      .getByText(/until it returns to normal, at the latest .* \((119 min|2 h 0 min) left\)/)
      .waitFor();
    assert.deepEqual(await row('line-2').getByRole('button').allInnerTexts(), ['Shelve …', 'Unshelve', 'Comment …']);
  });

  it('ends a silence, asks for the words of a comment, and keeps the name', async () => {
    await page.getByRole('button', { name: 'End the silence' }).click();
    await page.getByText(/^Silence until/).waitFor({ state: 'detached' });
    await post('/alert', { nothing: 'of ours' });
    await press('line-5', 'Comment …');
    await page.locator('swat-desk form.form').getByRole('button', { name: 'Save' }).click();
    assert.equal(await page.getByLabel('Comment (goes into the journal)').evaluate((input: HTMLInputElement) => input.validity.valueMissing), true); // prettier-ignore
    await page.reload();
    await row('line-5').waitFor();
    assert.equal(await page.getByLabel('Your name').inputValue(), 'Ann');
    assert.equal(await page.locator('swat-desk .told').count(), 0);
  });

  for (const [width, height] of [
    [1600, 1000],
    [1024, 768],
    [390, 844],
  ] as const) {
    it(`is whole in a window of ${width} x ${height}`, async () => {
      await page.setViewportSize({ width, height });
      await page.locator('swat-desk .alarms').waitFor();
      const outside = await page.locator('swat-desk :is(.alarm, button, select, input, p)').evaluateAll((all, right) =>
        all.filter((each) => each.getBoundingClientRect().right > right).map((each) => each.outerHTML.slice(0, 120)), width); // prettier-ignore
      assert.deepEqual(outside, []);
      await screen(`desk-states-${width}`);
    });
  }

  it('has met no error', () => {
    assert.deepEqual(problems, []);
    assert.doesNotMatch(nodeRed.log(), /\[error\]/);
  });
});
