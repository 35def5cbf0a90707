import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AlarmFlow, LIT101, START, type Loose } from '../harness/alarm-flow';
import helper from '../harness/helper';

const verdict = (second: number, level: string, more: Loose = {}): Loose => ({
  payload: {
    asset: 'plant1',
    time: START + second * 1000,
    finding: level === 'NONE' ? 'normal' : 'anomaly',
    level,
    ratio: 1.7,
    tags: level === 'NONE' ? [] : [LIT101],
    sentence: { code: 'anomaly-mean-above', params: { ...LIT101, place: 'P1', level, ratio: 1.7 } },
    ...more,
  },
});

describe('commands to swat-alert', () => {
  let flow: AlarmFlow;

  before((done) => {
    helper.startServer(done);
  });
  after((done) => {
    helper.stopServer(done);
  });
  beforeEach(() => (flow = new AlarmFlow()));
  afterEach(() => flow.remove());

  const post = async (body: Loose, status = 200): Promise<Loose> =>
    (await helper.request().post('/swat-alert/alert/command').send(body).expect(status)).body as Loose;
  const happened = (): unknown[] => flow.events().map(({ event, state }) => `${event}: ${state}`);

  it('come from the editor, too: the answer says what was done once it is saved, and what happened goes out', async () => {
    await flow.load();
    flow.send('alert', verdict(1, 'WARNING'));
    await flow.until(() => flow.events().length === 1);
    const [{ id }] = flow.events();
    assert.deepEqual(await post({ command: 'shelve', id, minutes: 5, comment: 'valve is being changed' }), {
      ok: true,
      command: 'shelve',
      id,
    });
    assert.ok(existsSync(join(flow.folder, 'swat', 'state', 'swat-alert-alert.state')));
    const listed = (await post({ command: 'list' })).alarms as Loose[];
    const { comment, state } = listed[0].hold as Loose;
    assert.deepEqual([listed.length, state, comment], [1, 'shelved', 'valve is being changed']);
    assert.ok((listed[0].commands as string[]).includes('unshelve'));
    const shown = (await helper.request().get('/swat-alert/alert/alarms').expect(200)).body as Loose;
    assert.deepEqual([shown.deployed, shown.alarms, shown.silences, shown.shelve], [true, listed, [], { minutes: 60, most: 480 }]); // prettier-ignore
    assert.ok(Number.isInteger(listed[0].since), 'whole milliseconds');
    const none = await helper.request().get('/swat-alert/nobody/alarms').expect(200);
    assert.deepEqual(none.body, { deployed: false, alarms: [], silences: [] });
    await post({ command: 'unshelve', asset: 'plant1' });
    assert.match((await post({ command: 'unshelve', id }, 400)).error as string, /not possible.* unacknowledged. Possible now: ack, shelve/); // prettier-ignore
    assert.match((await post({ command: 'shelve', id, minutes: 900 }, 400)).error as string, /cannot be shelved for 900 min: more than 0 and at most 480/); // prettier-ignore
    assert.match((await post({ command: 'ack', asset: 'nowhere' }, 400)).error as string, new RegExp(`No alarm or asset here is called "nowhere"\\. Waiting for acknowledgement: ${id} \\(plant1\\)`)); // prettier-ignore
    assert.match((await post({ command: 'nonsense' }, 400)).error as string, /ack, ack-all, shelve/);
    await helper.request().post('/swat-alert/nobody/command').send({ command: 'list' }).expect(404);
    await flow.until(() => flow.events().length === 3);
    assert.deepEqual(happened(), ['raised: unacknowledged', 'shelved: shelved', 'unshelved: unacknowledged']);
    const told = flow.got.event.map(({ payload }) => (payload as Loose).text as string);
    assert.match(told[1], /shelved for 5 min\. Comment: valve is being changed$/);
    assert.match(told[2], /no longer shelved and stands: WARNING\. P1: LIT101 mean is 823\.4 mm/);
    const log = readFileSync(join(flow.folder, 'swat', 'logs', 'alarms.log'), 'utf8');
    assert.match(log, /"event":"shelved".*valve is being changed/);
  });

  it('hold an alarm over a restart, and end when the time is over that passed meanwhile', async () => {
    await flow.load();
    flow.send('alert', { swat: { command: 'shelve', asset: 'plant1', minutes: 0.02, user: 'ann' } });
    flow.send('alert', verdict(1, 'CRITICAL'));
    await flow.until(() => flow.events().length === 2);
    assert.deepEqual(happened(), ['shelved: shelved', 'raised: shelved']);
    assert.equal(flow.got.notification.length, 0);
    await flow.unload();
    flow.got.event.length = 0;
    await flow.load();
    await flow.until(() => flow.events().some(({ event }) => event === 'unshelved'));
    await flow.until(() => flow.got.notification.length === 1);
    const { event, level, key } = flow.got.notification[0].payload as Loose;
    assert.deepEqual([event, level], ['unshelved', 'CRITICAL']);
    assert.ok(typeof key === 'string');
    assert.equal(flow.events().at(-1)?.reason, 'expired');
  });

  it('make an alarm of lost communication, and pass other advisories by', async () => {
    await flow.load();
    const advisory = { event: 'advisory-raised', advisory: 'lost', why: 'asset', asset: 'plant1', time: START, since: START, seconds: 31 }; // prettier-ignore
    flow.send('alert', { payload: { ...advisory, advisory: 'stuck', tag: 'LIT101' } });
    flow.send('alert', { payload: advisory });
    flow.send('alert', { payload: { event: 'communication-restored', asset: 'plant1', silentSeconds: 40 } });
    await flow.until(() => flow.events().length === 2);
    assert.deepEqual(
      flow.events().map(({ event, kind, state, level, priority }) => [event, kind, state, level, priority]),
      [
        ['raised', 'communication', 'unacknowledged', 'WARNING', 'medium'],
        ['cleared', 'communication', 'returned-unacknowledged', 'WARNING', 'medium'],
      ],
    );
    assert.match((flow.got.event[0].payload as Loose).text as string, /No communication with plant1\. No data from plant1 for 31 s\./); // prettier-ignore
    assert.deepEqual(flow.errors, []);
  });

  it('use the settings: priority, latch, unanswered', async () => {
    await flow.load({}, { priorityWarning: 'high', raisedStages: 'P1', latch: true, offDelay: 0, escalateAfter: 0.02, escalateSteps: 1 }); // prettier-ignore
    flow.send('alert', verdict(1, 'WARNING'));
    await flow.until(() => flow.events().length === 2);
    flow.send('alert', verdict(2, 'NONE'));
    await flow.until(() => flow.events().length === 3);
    assert.deepEqual(happened(), ['raised: unacknowledged', 'unanswered: unacknowledged', 'latched: latched-unacknowledged']); // prettier-ignore
    assert.deepEqual(flow.events().map(({ priority }) => priority), ['critical', 'critical', 'critical']); // prettier-ignore
  });

  for (const [name, settings] of [
    ['a shelving without an end', { maxShelve: 0 }],
    ['a priority that there is not', { priorityInfo: 'urgent' }],
    ['a plant that is not there', { plant: 'gone' }],
  ] as const) {
    it(`is not misled by ${name}: a red ring, and an error for every message`, async () => {
      await flow.load({}, settings);
      flow.send('alert', verdict(1, 'WARNING'));
      await helper.request().post('/swat-alert/alert/command').send({ command: 'list' }).expect(404);
      assert.deepEqual(flow.events(), []);
    });
  }
});
