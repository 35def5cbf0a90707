import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isActive } from '../../../../lib/alarm/episode';
import { alarmEvent, type AlarmEvent } from '../../../../lib/alarm/event';
import { SEVERITY } from '../../../../lib/alarm/forms/condition';
import { inForm } from '../../../../lib/alarm/forms/form';
import { opcuaEvent } from '../../../../lib/alarm/forms/opcua';
import { sparkplugPayload, type SparkplugPayload, type SparkplugValue } from '../../../../lib/alarm/forms/sparkplug';
import type { FormContext, ToldEvent } from '../../../../lib/alarm/forms/told';
import { readEvent } from '../../../../lib/alarm/restore';
import { recordEvent } from '../../../../lib/alarm/plain-event';
import { silenceEvent } from '../../../../lib/alarm/silence-event';
import { ALARM_ACTIONS, HOLD_STATES, isHold, TRANSITIONS, type AlarmState } from '../../../../lib/alarm/transitions';
import { act, before, Life, MINUTE, pull, SETTINGS } from '../life';

const SURROUNDINGS = { priority: SETTINGS.priority, guidanceOf: () => undefined };
const told = (event: AlarmEvent): ToldEvent => ({ ...event, text: `${event.event} of ${event.asset}`, why: 'LIT101' });

/** The events of what a life has just done, and what is known beside them. */
function eventsOf(life: Life, seq: number): { events: ToldEvent[]; context: FormContext } {
  const events = life.last.changes.map((change, index) =>
    told(alarmEvent(change, { seq: seq + index, time: life.now }, SURROUNDINGS)),
  );
  return { events, context: { now: life.now, latching: life.settings.latch } };
}

/** Active, acknowledged, shelving, suppressed, out of service, retained: of each state, as the standard has it. */
const STATES: Readonly<Record<AlarmState, (active: boolean) => readonly [boolean, boolean, string, boolean, boolean, boolean]>> = {
  normal: () => [false, true, 'Unshelved', false, false, false],
  unacknowledged: () => [true, false, 'Unshelved', false, false, true],
  acknowledged: () => [true, true, 'Unshelved', false, false, true],
  'returned-unacknowledged': () => [false, false, 'Unshelved', false, false, true],
  'latched-unacknowledged': () => [false, false, 'Unshelved', false, false, true],
  'latched-acknowledged': () => [false, true, 'Unshelved', false, false, true],
  shelved: (active) => [active, !active, 'TimedShelved', false, false, true],
  'suppressed-by-design': (active) => [active, !active, 'Unshelved', true, false, true],
  'out-of-service': (active) => [active, !active, 'Unshelved', false, true, true],
}; // prettier-ignore

const ofOpcua = (event: ToldEvent, context: FormContext): readonly unknown[] => {
  const fields = opcuaEvent(event, context);
  const ids = ['ActiveState', 'AckedState', 'SuppressedState', 'OutOfServiceState'].map((name) => fields[`${name}/Id`]);
  const shelving = (fields['ShelvingState/CurrentState'] as string).replaceAll(' ', '');
  return [ids[0], ids[1], shelving, ids[2], ids[3], fields.Retain];
};
const metricsOf = ({ metrics }: SparkplugPayload): Map<string, SparkplugPayload['metrics'][number]> =>
  new Map(metrics.map((metric) => [metric.name.split('/').at(-1)!, metric]));
const ofSparkplug = (event: ToldEvent, context: FormContext): readonly unknown[] => {
  const metrics = metricsOf(sparkplugPayload(event, context));
  return ['Active', 'Acknowledged', 'Shelving', 'Suppressed', 'OutOfService', 'Retain'].map((name) => metrics.get(name)?.value); // prettier-ignore
};

/** Whether a value is of the type that it says. */
function isTyped({ type, value }: SparkplugValue): boolean {
  switch (type) {
    case 'Boolean':
      return typeof value === 'boolean';
    case 'String':
      return typeof value === 'string';
    case 'Double':
      return Number.isFinite(value);
    case 'Int32':
      return Number.isInteger(value) && Math.abs(value) < 2 ** 31;
    case 'Int64':
    case 'DateTime':
      return Number.isSafeInteger(value);
  }
}

describe('alarms in the forms of OPC UA and Sparkplug', () => {
  for (const row of TRANSITIONS) {
    const { from, trigger, to, event, when } = row;
    it(`${from} - ${trigger} -> ${to}${when === undefined ? '' : ` (${when})`}: both tell the state after it`, () => {
      const life = before(row);
      pull(life, trigger);
      const { events, context } = eventsOf(life, 7);
      const found = events.find((each) => each.event === event)!;
      const expected = STATES[to](isActive(life.alarm.episode));
      assert.deepEqual(ofOpcua(found, context), expected);
      assert.deepEqual(ofSparkplug(found, context), expected);
    });
  }

  it('have an alarm latched from the moment it is active, where alarms latch, until it is unlatched', () => {
    const latching = new Life({ ...SETTINGS, latch: true });
    const plain = new Life(SETTINGS);
    const latched = (life: Life): unknown[] => {
      const { events, context } = eventsOf(life, 1);
      const [event] = events;
      const { value } = metricsOf(sparkplugPayload(event, context)).get('Latched')!;
      return [event.event, opcuaEvent(event, context)['LatchedState/Id'], value];
    };
    assert.deepEqual(latched(latching.raise()), ['raised', true, true]);
    assert.deepEqual(latched(latching.calm()), ['latched', true, true]);
    assert.deepEqual(latched(latching.do(act('ack'))), ['acknowledged', true, true]);
    assert.deepEqual(latched(latching.do(act('unlatch'))), ['unlatched', false, false]);
    assert.deepEqual(latched(plain.raise()), ['raised', false, false]);
    assert.deepEqual(latched(new Life({ ...SETTINGS, latch: true }).raise().do(act('suppress'))), ['suppressed', false, false]); // prettier-ignore
  });

  it('hold in any life what the standards ask for', () => {
    const moves = fc.oneof(
      fc.constantFrom(...ALARM_ACTIONS).map((action) => (life: Life) =>
        life.do(act(action, action === 'shelve' ? { until: life.now + 20 * MINUTE, oneShot: life.now % 2000 === 0 } : {})),
      ),
      fc.constantFrom('NONE' as const, 'INFO' as const, 'WARNING' as const, 'CRITICAL' as const).map((level) => (life: Life) => life.say(level)),
      fc.integer({ min: 1, max: 40 * 60 }).map((seconds) => (life: Life) => life.wait(seconds * 1000)),
    ); // prettier-ignore
    let count = 0;
    fc.assert(
      fc.property(fc.array(moves, { minLength: 20, maxLength: 60 }), fc.boolean(), (steps, latch) => {
        const life = new Life({ ...SETTINGS, latch });
        const ids = new Set<unknown>();
        let seq = 1;
        for (const move of steps) {
          const { events, context } = eventsOf(move(life), seq);
          for (const event of events) {
            const { state, active, until = 0 } = event;
            const fields = opcuaEvent(event, context);
            assert.equal(fields.Retain, state !== 'normal');
            assert.equal(fields['ActiveState/Id'], active);
            assert.equal(fields.SuppressedOrShelved, isHold(state));
            // A person can be asked to acknowledge what is, or was, active; never what is normal.
            if (state === 'normal') assert.equal(fields['AckedState/Id'], true);
            assert.ok(Number(fields.Severity) >= 1 && Number(fields.Severity) <= 1000);
            const left = Number(fields['ShelvingState/UnshelveTime']);
            assert.equal(left, state === 'shelved' ? until - context.now : 0);
            ids.add(fields.EventId);
            seq += 1;
            count += 1;
          }
        }
        assert.equal(ids.size, seq - 1);
      }),
      { numRuns: 300 },
    );
    assert.ok(count > 1000, `${count} events`);
  });
});

describe('an alarm event in the form of OPC UA', () => {
  const life = new Life(SETTINGS).raise();
  const { events, context } = eventsOf(life, 41);
  const fields = opcuaEvent({ ...events[0], user: 'ann', comment: 'seen' }, context);

  it('has all fields of its type', () => {
    const { id } = events[0];
    assert.equal(Buffer.from(fields.EventId as string, 'base64').toString('utf8'), `${id}/41`);
    assert.deepEqual(fields, {
      EventId: fields.EventId,
      EventType: 'i=2915',
      SourceNode: 'nsu=urn:secure-water:node-red-contrib-swat;s=plant1',
      SourceName: 'plant1',
      Time: '1970-01-01T00:00:10.000Z',
      ReceiveTime: '1970-01-01T00:00:10.000Z',
      Message: 'raised of plant1',
      Severity: 500,
      ConditionId: 'nsu=urn:secure-water:node-red-contrib-swat;s=plant1/process',
      ConditionName: 'process',
      ConditionClassId: 'i=11164',
      ConditionClassName: 'ProcessConditionClassType',
      BranchId: null,
      Retain: true,
      EnabledState: 'Enabled',
      'EnabledState/Id': true,
      Quality: { Code: 0, Symbol: 'Good' },
      Comment: 'seen',
      ClientUserId: 'ann',
      AckedState: 'Unacknowledged',
      'AckedState/Id': false,
      ConfirmedState: null,
      'ConfirmedState/Id': null,
      ActiveState: 'Active',
      'ActiveState/Id': true,
      InputNode: null,
      SuppressedState: 'Unsuppressed',
      'SuppressedState/Id': false,
      OutOfServiceState: 'In Service',
      'OutOfServiceState/Id': false,
      'ShelvingState/CurrentState': 'Unshelved',
      'ShelvingState/CurrentState/Id': 'i=2930',
      'ShelvingState/UnshelveTime': 0,
      SuppressedOrShelved: false,
      LatchedState: 'Unlatched',
      'LatchedState/Id': false,
    });
  });

  it('rises in severity with the level', () => {
    const { NONE, INFO, WARNING, CRITICAL } = SEVERITY;
    assert.ok(1 <= NONE && NONE < INFO && INFO < WARNING && WARNING < CRITICAL && CRITICAL <= 1000);
  });

  it('says that there is no communication while there is none', () => {
    const lost = opcuaEvent({ ...events[0], kind: 'communication' }, context);
    assert.deepEqual([lost.Quality, lost.ConditionName], [{ Code: 0x80310000, Symbol: 'BadNoCommunication' }, 'communication']); // prettier-ignore
    const back = opcuaEvent({ ...events[0], kind: 'communication', state: 'normal', active: false }, context);
    assert.deepEqual(back.Quality, { Code: 0, Symbol: 'Good' });
  });

  it('tells how long a one-shot shelving has left', () => {
    const once = eventsOf(life.do(act('shelve', { until: life.now + 90_000, oneShot: true })), 42);
    const shelved = opcuaEvent(once.events[0], once.context);
    assert.deepEqual([shelved['ShelvingState/CurrentState'], shelved['ShelvingState/CurrentState/Id'], shelved['ShelvingState/UnshelveTime']], ['One Shot Shelved', 'i=2933', 90_000]); // prettier-ignore
  });
});

describe('an alarm event in the form of Sparkplug', () => {
  it('has the same metrics with the same types whatever happens, and values of their types', () => {
    const seen = new Map<string, string>();
    for (const row of TRANSITIONS) {
      const life = before(row);
      pull(life, row.trigger);
      const { events, context } = eventsOf(life, 1);
      for (const event of events) {
        const { timestamp, metrics } = sparkplugPayload({ ...event, user: 'ann', comment: 'seen' }, context);
        assert.equal(timestamp, context.now);
        assert.equal(metrics.length, 14);
        for (const { name, properties, ...metric } of metrics) {
          assert.match(name, /^plant1\/alarm\/process\/[A-Z][A-Za-z]+$/);
          assert.equal(seen.get(name) ?? metric.type, metric.type);
          seen.set(name, metric.type);
          assert.ok([metric, ...Object.values(properties)].every(isTyped), JSON.stringify(metric));
          assert.equal(properties.Quality.value, 192);
        }
        const { value, properties } = metricsOf({ timestamp, metrics }).get('State')!;
        assert.deepEqual([value, properties.previous.value, properties.event.value, properties.seq.value, properties.user.value], [event.state, event.previous, event.event, event.seq, 'ann']); // prettier-ignore
      }
    }
    assert.equal(seen.size, 14);
  });
});

describe('a silence', () => {
  const context = { now: 5000, latching: false };
  const silence = {
    id: 's1',
    matchers: [{ label: 'asset', op: '=', value: 'plant1' }],
    from: 0,
    until: 60_000,
    user: 'ann',
    comment: 'works',
  } as const;

  it('is a plain event of OPC UA, as it is no condition', () => {
    const fields = opcuaEvent(told(silenceEvent('silenced', silence, 3, 1000)), context);
    assert.deepEqual([fields.EventType, fields.SourceName, 'Retain' in fields], ['i=2041', 'plant1', false]);
    const all = { ...silence, matchers: [] };
    assert.equal(opcuaEvent(told(silenceEvent('silenced', all, 3, 1000)), context).SourceNode, null);
  });

  it('is one metric of Sparkplug', () => {
    for (const [event, value] of [['silenced', true], ['unsilenced', false]] as const) {
      const { metrics } = sparkplugPayload(told(silenceEvent(event, silence, 3, 1000)), context);
      const [{ name, properties, ...metric }] = metrics;
      assert.deepEqual([name, metric], ['plant1/silence', { timestamp: 1000, type: 'Boolean', value }]);
      assert.deepEqual([properties.matchers.value, properties.until], ['asset=plant1', { type: 'DateTime', value: 60_000 }]); // prettier-ignore
      assert.ok(Object.values(properties).every(isTyped));
    }
  }); // prettier-ignore
});

describe('what a person did elsewhere', () => {
  const context = { now: 5000, latching: false };
  const event = told(recordEvent('plant1', { user: 'ann', comment: 'Drill: attack 16' }, 3, 1000));

  it('is a plain event of OPC UA, and one metric of Sparkplug', () => {
    assert.deepEqual([opcuaEvent(event, context).EventType, 'Retain' in opcuaEvent(event, context)], ['i=2041', false]);
    const [{ name, properties, ...metric }, ...others] = sparkplugPayload(event, context).metrics;
    assert.deepEqual([name, metric, others], ['plant1/record', { timestamp: 1000, type: 'String', value: 'Drill: attack 16' }, []]); // prettier-ignore
    assert.deepEqual([properties.user.value, properties.event.value], ['ann', 'recorded']);
    assert.ok(Object.values(properties).every(isTyped));
  });
});

describe('an alarm event that a version before saved', () => {
  it('is active as its state says', () => {
    const { events, context } = eventsOf(new Life(SETTINGS).raise(), 1);
    const { active, ...old } = events[0];
    const read = readEvent('out/1', { ...old });
    assert.equal(read.active, active);
    for (const state of HOLD_STATES) assert.equal(readEvent('out/1', { ...old, state }).active, false);
    assert.equal((inForm('opcua', told(read), context) as Record<string, unknown>)['ActiveState/Id'], true);
    assert.equal(inForm('swat', events[0], context), events[0]);
  });
});
