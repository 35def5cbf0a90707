import { strict as assert } from 'node:assert';
import { NOW } from './dashboard-payloads';
import { looks, openView, shot, type View } from './dashboard-view';
import { picture } from './picture';
import { editorSession } from './session';

const MINUTE = 60_000;
const ACTORS = { who: 'operators', node: 'a1', pins: true, proxy: false };
const RATE = { now: 3, mean: 1, peak: 4 };

/** An alarm as `list` answers it. */
function alarm(id: string, more: object): object {
  return {
    id, asset: 'SWaT', kind: 'process', state: 'unacknowledged', since: NOW - 3 * MINUTE, level: 'CRITICAL', priority: 'high',
    firstOut: { tag: 'LIT301', stage: 'P3', time: NOW - 3 * MINUTE },
    why: 'P3: LIT301 falls 1.00 mm per sample, expected to be steady.', text: 'CRITICAL alarm in SWaT.',
    guidance: { tag: 'LIT301', cause: 'The level transmitter is spoofed or its reference leg is blocked.', consequence: 'The feed tank overflows or P301 runs dry.', response: 'Compare with the sight glass; stop P301 by hand below 250 mm.' },
    commands: ['ack', 'shelve', 'comment'], ...more,
  }; // prettier-ignore
}

const LIST = {
  ok: true, command: 'list', actors: ACTORS, shelve: { minutes: 60, most: 480 },
  alarms: [
    alarm('one', {}),
    alarm('two', { asset: 'line-2', state: 'acknowledged', level: 'WARNING', priority: 'medium', guidance: undefined, notice: 'inhibited', by: 'one', commands: ['shelve', 'comment'] }),
    alarm('three', { asset: 'line-3', state: 'shelved', level: 'CRITICAL', hold: { state: 'shelved', since: NOW - 10 * MINUTE, until: NOW + 50 * MINUTE, user: 'Ann', comment: 'Sensor is being changed' }, commands: ['unshelve', 'comment'], guidance: undefined }),
    alarm('four', { asset: 'line-4', state: 'returned-unacknowledged', guidance: undefined, note: { user: 'Bob', comment: 'Sight glass checked', at: NOW - MINUTE } }),
  ],
}; // prettier-ignore
const METRICS = { ok: true, command: 'metrics', metrics: { perHour: RATE, per10Min: { ...RATE, now: 12 }, flood: { now: true, count: 1, ms: 1, share: 0 }, timeToAcknowledge: { count: 2, meanS: 41 } } }; // prettier-ignore
const SILENCES = { ok: true, command: 'silences', silences: [{ id: 's1', matchers: [{ label: 'asset', op: '=', value: 'line-5' }], from: NOW - MINUTE, until: NOW + 30 * MINUTE, user: 'Bob', comment: 'Pump test' }] }; // prettier-ignore
const RECORD = { logged: NOW - MINUTE, asset: 'SWaT', tag: 'LIT301', level: 'CRITICAL', user: '', comment: '' };
const JOURNAL = {
  ok: true, command: 'journal',
  records: [
    { ...RECORD, n: 3, event: 'shelved', asset: 'line-3', user: 'Ann', comment: 'Sensor is being changed' },
    { ...RECORD, n: 2, event: 'recorded', tag: '', level: 'NONE', user: 'Ann', comment: 'Drill: start attack 16 (LIT301 falls by 1 mm each second)' },
    { ...RECORD, n: 1, event: 'raised' },
  ],
}; // prettier-ignore

const VERSION = { version: '20261120-080000-a1b2c3', active: false, created: NOW - 8 * 24 * 60 * MINUTE, origin: 'trained', rows: 86_400, expected: { perDay: 0.21 } }; // prettier-ignore
const VERSIONS = [{ ...VERSION, version: 'reference', active: true, origin: 'reference' }, VERSION, { ...VERSION, version: '20261118-080000-0f9e8d', problem: 'damaged' }]; // prettier-ignore
const DRIFT = { state: 'drifted', found: [{ of: 'input', tags: ['AIT201', 'AIT203'], since: NOW - 60 * MINUTE }] };
const MODELS = [
  { ok: true, command: 'versions', kind: 'autoencoder', learning: 'training', versions: VERSIONS, drift: DRIFT, baseline: { state: 'off' } },
  { event: 'training', kind: 'autoencoder', epoch: 4, fraction: 0.4, secondsLeft: 95 },
  { ok: true, command: 'versions', kind: 'pca', learning: 'idle', versions: [], drift: { state: 'unknown', reason: 'no-model' }, baseline: { state: 'frozen', tag: 'LIT101', by: 1.2, travel: 30 } },
]; // prettier-ignore
const RESULT = { attack: 16, title: 'LIT301 falls by 1 mm each second', started: NOW - 20 * MINUTE, detected: true, delayS: 43, named: 'LIT301', stage: 'P3' }; // prettier-ignore
const BOARD = {
  event: 'asked', time: NOW,
  totals: { attacks: 2, detected: 1, stageNamed: 1, medianDelayS: 43, falseAlarms: 0, normalHours: 1.42 },
  results: [RESULT, { ...RESULT, attack: 11, title: 'FIT401 shows 0', started: NOW - 9 * MINUTE, detected: false, delayS: null, named: null }],
}; // prettier-ignore
const ANYONE = { ok: true, command: 'list', alarms: [], actors: { ...ACTORS, who: 'anyone' } };
const UNDER_WAY = { ...BOARD, plant: { event: 'attack-started', attack: 16, title: 'LIT301 falls by 1 mm each second', drill: false, factor: 10 } }; // prettier-ignore

/** Fills in the form of the desk, whose question is answered without a Node-RED. */
async function signIn(page: View['page']): Promise<void> {
  await page.route('**/swat/operator', (route) =>
    route.fulfill({ json: { user: 'Ann', known: 'pin', until: NOW + 60 * MINUTE, session: 's' } }),
  );
  await page.getByLabel('Name').fill('Ann');
  await page.getByLabel('PIN').fill('471108');
  const answer = page.waitForResponse('**/swat/operator');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await answer;
  await page.clock.runFor(100);
}

describe('the screens on which operators act', function () {
  this.timeout(120_000);
  const session = editorSession();
  const view = (tag: string, locale?: string) => {
    const { browser, nodeRed } = session();
    return openView(browser, nodeRed.url, tag, locale);
  };

  it('the desk: a flood, what stands, is over, muted or on hold, the forms, and a lost connection', async () => {
    const { page, show, asked, problems } = await view('swat-desk');
    for (const payload of [LIST, METRICS, SILENCES, JOURNAL]) await show(payload);
    await page.getByText('A flood of alarms: 12 in 10 minutes.').waitFor();
    assert.equal(await page.locator('.alarm button').count(), 0);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.clock.runFor(100);
    assert.deepEqual(await looks(page, 'desk-sign-in'), []);
    await signIn(page);
    const row = (name: string) => page.locator('.alarm').filter({ hasText: name });
    await row('line-2').getByText('SWaT, LIT301 (P3) first mutes it').waitFor();
    assert.equal(await row('line-3').getAttribute('class'), 'alarm held ');
    assert.equal(await row('line-4').getAttribute('class'), 'alarm normal waiting');
    await row('line-4').getByRole('button', { name: 'Comment' }).click();
    await page.clock.runFor(100);
    await shot(page, 'desk-comment');
    await show(LIST);
    await row('line-2').getByRole('button', { name: 'Shelve' }).click();
    await page.clock.runFor(100);
    assert.deepEqual(await looks(page, 'desk-shelve'), []);
    await page.getByRole('button', { name: 'End the silence' }).click();
    const { commandId, ...command } = (await asked()).find((each) => each.command === 'unsilence')!;
    assert.deepEqual(command, { command: 'unsilence', id: 's1', session: 's' });
    assert.match(String(commandId), /^[0-9a-f]{24}$/);
    await page.clock.runFor(9000);
    await page.getByText(/No news from Node-RED for \d+ s/).waitFor();
    assert.equal(await page.locator('.alarm button').count(), 0, 'nothing is done that nobody would hear of');
    assert.deepEqual(problems, []);
    await page.close();
  });

  it('the models, in German: a training under way, what has drifted, versions', async () => {
    const { page, show, problems } = await view('swat-models', 'de-DE');
    for (const payload of MODELS) await show(payload);
    await page.getByText(/Trainiert, Epoche 4: 40/).waitFor();
    assert.equal(await page.locator('progress').evaluate((bar: HTMLProgressElement) => bar.value), 0.4);
    assert.deepEqual(await looks(page, 'models-training-de'), []);
    assert.deepEqual(problems, []);
    await page.close();
  });

  it('the drill, in Chinese: an attack that began before the page was opened is not replaced, and what is chosen is started', async () => {
    const { page, show, asked, problems } = await view('swat-drill', 'zh-CN');
    for (const payload of [ANYONE, UNDER_WAY]) await show(payload);
    const button = (key: string) => page.locator(`[data-command=${key}]`);
    assert.deepEqual([await button('start').isDisabled(), await button('stop').isDisabled()], [true, false]);
    assert.deepEqual(await looks(page, 'drill-zh'), []);
    await show({ ...BOARD, plant: { event: 'started', drill: false, factor: 10 } });
    await page.locator('input.name').fill('Ann');
    await page.locator('input.name').blur();
    await page.locator('select').selectOption('28');
    await button('start').click();
    const { commandId, comment, ...command } = (await asked()).find((each) => each.command === 'attack')!;
    assert.deepEqual(command, { command: 'attack', id: 28, user: 'Ann' });
    assert.match(String(comment), /28/);
    assert.match(String(commandId), /^[0-9a-f]{24}$/);
    await page.clock.runFor(100);
    assert.equal(await button('start').isDisabled(), true, 'a double click is one');
    assert.deepEqual(problems, []);
    await page.close();
  });

  for (const [tag, payloads, name, told] of [
    ['swat-desk', [LIST, SILENCES, JOURNAL], 'alarm-desk', /^Active, acknowledged/],
    ['swat-models', MODELS, 'dashboard-models', /Training, epoch 4: 40/],
    ['swat-drill', [ANYONE, UNDER_WAY], 'dashboard-drill', /Attack 16 is under way/],
  ] as const)
    it(`${tag} as the docs show it`, async () => {
      const { page, show, problems } = await view(tag);
      await page.setViewportSize({ width: 1100, height: 900 });
      for (const payload of payloads) await show(payload);
      if (tag === 'swat-desk') {
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.clock.runFor(100);
        await signIn(page);
      }
      await page.getByText(told).waitFor();
      await picture(page.locator('main'), name);
      assert.deepEqual(problems, []);
      await page.close();
    });
});
