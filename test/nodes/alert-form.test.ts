import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SparkplugPayload } from '../../lib/alarm/forms/sparkplug';
import { rebirthCommand } from '../../lib/sparkplug/encode';
import { SparkplugHost } from '../../lib/sparkplug/host';
import { sparkplugTopic } from '../../lib/sparkplug/topic';
import { AlarmFlow, LIT101, START, type Loose } from '../harness/alarm-flow';
import helper from '../harness/helper';

describe('swat-alert, form of events', () => {
  let flow: AlarmFlow;

  beforeEach(() => (flow = new AlarmFlow()));
  afterEach(() => flow.remove());

  const warning: Loose = {
    payload: {
      asset: 'plant1',
      time: START,
      finding: 'anomaly',
      level: 'WARNING',
      ratio: 1.7,
      tags: [LIT101],
      sentence: { code: 'anomaly-mean-above', params: { ...LIT101, place: 'P1', level: 'WARNING', ratio: 1.7 } },
    },
    label: 'kept',
  };
  const answered = (): boolean => flow.got.metric.some(({ payload }) => (payload as Loose).command !== undefined);

  it('opcua: output 1 has conditions; notifications, log and answers stay as they are', async () => {
    const before = Date.now();
    await flow.load({}, { form: 'opcua' });
    flow.send('alert', warning);
    await flow.until(() => flow.got.event.length === 1);
    flow.send('alert', { swat: { command: 'ack', asset: 'plant1', user: 'ann', comment: 'pump checked' } });
    await flow.until(() => flow.got.event.length === 2 && answered());

    const [raised, acknowledged] = flow.got.event.map(({ payload }) => payload as Loose);
    assert.equal(flow.got.event[0].label, 'kept');
    assert.deepEqual([raised['ActiveState/Id'], raised['AckedState/Id'], raised.Severity], [true, false, 500]);
    assert.match(String(raised.Message), /LIT101 mean is 823\.4 mm, expected about 512\.1 mm/);
    assert.equal(raised.Time, new Date(START).toISOString());
    assert.ok(Date.parse(String(raised.ReceiveTime)) >= before - 1 && Date.parse(String(raised.ReceiveTime)) <= Date.now() + 1); // prettier-ignore
    assert.deepEqual([acknowledged['AckedState/Id'], acknowledged.ClientUserId, acknowledged.Comment], [true, 'ann', 'pump checked']); // prettier-ignore
    assert.equal(acknowledged.ConditionId, raised.ConditionId);

    const [notification] = flow.got.notification.map(({ payload }) => payload as Loose);
    assert.equal(notification.event, 'raised');
    const [id, seq] = Buffer.from(String(raised.EventId), 'base64').toString('utf8').split('/');
    assert.equal(id, notification.id, 'the EventId names the alarm');
    await flow.unload();
    const log = readFileSync(join(flow.folder, 'swat', 'logs', 'alarms.log'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Loose); // prettier-ignore
    assert.deepEqual(log.map(({ event }) => event), ['raised', 'acknowledged']); // prettier-ignore
    assert.deepEqual([log[0].id, String(log[0].seq)], [id, seq]);
  });

  it('sparkplug: output 1 has metrics; what is sent again says so beside them, and is the same event', async () => {
    await flow.load({}, { form: 'sparkplug' });
    const state = ({ payload }: Loose): Loose => {
      const { properties, value } = (payload as SparkplugPayload).metrics[0];
      return { value, id: properties.id.value, seq: properties.seq.value };
    };
    // Stopped while it is on its way.
    let first: Loose | undefined;
    const gone = new Promise<void>((resolve, reject) => {
      helper.getNode('event').on('input', (message: Loose) => {
        first ??= state(message);
        flow.unload().then(resolve, reject);
      });
    });
    flow.send('alert', warning);
    await gone;
    flow.got.event.length = 0;
    await flow.load({}, { form: 'sparkplug' });
    await flow.until(() => flow.got.event.length === 1);
    const [again] = flow.got.event;
    assert.deepEqual(state(again), first);
    assert.equal(first?.value, 'unacknowledged');
    assert.equal(again.redelivered, true);
    const { metrics } = again.payload as SparkplugPayload;
    assert.deepEqual(metrics.find(({ name }) => name === 'plant1/alarm/process/Tag')?.value, 'LIT101');
  });

  it('sparkplug-bytes: births before data, a host that has missed them gets them again', async () => {
    const host = new SparkplugHost();
    const heard = (): Loose => {
      const values: Loose = {};
      for (const { topic, payload } of flow.got.event.splice(0)) {
        const parsed = sparkplugTopic(topic);
        assert.ok(parsed !== undefined && Buffer.isBuffer(payload), String(topic));
        const said = host.take(parsed, payload, 0);
        assert.ok(said.kind === 'metrics' && said.rebirth === undefined, JSON.stringify(said));
        for (const { name, value } of said.metrics) values[name.replace('plant1/alarm/process/', '')] = value;
      }
      return values;
    };
    const topics = (): unknown[] => flow.got.event.map(({ topic }) => topic);
    await flow.load({}, { form: 'sparkplug-bytes', edge: 'water/desk' });
    flow.send('alert', warning);
    await flow.until(() => flow.got.event.length === 2);
    assert.deepEqual(topics(), ['spBv1.0/water/NBIRTH/desk', 'spBv1.0/water/DBIRTH/desk/plant1']);
    assert.equal(flow.got.event[1].label, 'kept');
    const raised = heard();
    assert.deepEqual([raised.State, raised.Active, raised.Severity, raised.Ratio, raised.Tag], ['unacknowledged', true, 500, 1.7, 'LIT101']); // prettier-ignore
    assert.equal(Object.keys(raised).length, 14);
    flow.send('alert', { swat: { command: 'ack', asset: 'plant1', user: 'ann' } });
    await flow.until(() => flow.got.event.length === 1);
    assert.deepEqual(topics(), ['spBv1.0/water/DDATA/desk/plant1']);
    assert.equal(heard().State, 'acknowledged');
    for (const ask of [
      { topic: 'spBv1.0/water/NCMD/desk', payload: rebirthCommand(1) },
      { swat: { command: 'rebirth' } },
    ]) {
      flow.send('alert', ask);
      await flow.until(() => flow.got.event.length === 2);
      assert.deepEqual(topics(), ['spBv1.0/water/NBIRTH/desk', 'spBv1.0/water/DBIRTH/desk/plant1']);
      assert.equal(heard().State, 'acknowledged');
    }
    flow.send('alert', { topic: 'spBv1.0/water/NCMD/desk', payload: Buffer.from('no') });
    await flow.until(() => flow.codes().includes('sparkplug-payload'));
  });

  it('refuses an edge node that cannot be', async () => {
    await flow.load({}, { form: 'sparkplug-bytes', edge: 'water/#' });
    flow.send('alert', warning);
    await flow.until(() => flow.codes().includes('sparkplug-edge'));
  });

  it('refuses a form that there is not', async () => {
    await flow.load({}, { form: 'opc-da' });
    flow.send('alert', warning);
    await flow.until(() => flow.codes().includes('setting-choice'));
  });
});
