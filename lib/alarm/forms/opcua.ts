import type { AlarmEvent } from '../event';
import { isPlainEvent } from '../plain-event';
import { conditionOf, SEVERITY, type Shelving } from './condition';
import type { FormContext, ToldEvent } from './told';

/** Fields of an event by their browse path, in the encoding of OPC UA JSON for readers without its types. */
export type OpcuaEvent = Readonly<Record<string, string | number | boolean | null | StatusCode>>;

interface StatusCode {
  readonly Code: number;
  readonly Symbol: string;
}

/** Of the nodes that stand for assets and their alarms. */
const NAMESPACE = 'urn:secure-water:node-red-contrib-swat';
// NodeIds of OPC 10000-6, Annex A (namespace 0).
const BASE_EVENT_TYPE = 'i=2041';
const ALARM_CONDITION_TYPE = 'i=2915';
const CONDITION_CLASSES = {
  process: { id: 'i=11164', name: 'ProcessConditionClassType' },
  communication: { id: 'i=11166', name: 'SystemConditionClassType' },
} as const;
const SHELVING: Readonly<Record<Shelving, { readonly id: string; readonly text: string }>> = {
  Unshelved: { id: 'i=2930', text: 'Unshelved' },
  TimedShelved: { id: 'i=2932', text: 'Timed Shelved' },
  OneShotShelved: { id: 'i=2933', text: 'One Shot Shelved' },
};
const GOOD: StatusCode = { Code: 0, Symbol: 'Good' };
const NO_COMMUNICATION: StatusCode = { Code: 0x80310000, Symbol: 'BadNoCommunication' };

/**
 * An alarm event as an event of OPC UA: of the AlarmConditionType (OPC 10000-9, 5.8.2) with all fields that it inherits; of a
 * silence or of what was recorded, which is no condition, a BaseEventType. Fields are named by their browse path (`ActiveState/Id`). NodeIds and
 * texts are strings, times ISO 8601, the ByteString `EventId` is base64: of the UTF-8 text `<id>/<seq>`.
 *
 * The condition is the alarm of an asset of one kind: it has no branches, and nothing to confirm.
 */
export function opcuaEvent(event: ToldEvent, context: FormContext): OpcuaEvent {
  return isPlainEvent(event)
    ? baseOf(event, BASE_EVENT_TYPE, context)
    : { ...baseOf(event, ALARM_CONDITION_TYPE, context), ...conditionFields(event, context) };
}

function baseOf({ id, seq, asset, time, level, text }: ToldEvent, type: string, { now }: FormContext): OpcuaEvent {
  return {
    EventId: Buffer.from(`${id}/${seq}`, 'utf8').toString('base64'),
    EventType: type,
    SourceNode: asset === '' ? null : nodeId(asset),
    SourceName: asset,
    Time: new Date(time).toISOString(),
    ReceiveTime: new Date(now).toISOString(),
    Message: text,
    Severity: SEVERITY[level],
  };
}

function conditionFields(event: AlarmEvent, context: FormContext): OpcuaEvent {
  const { asset, kind, comment = '', user = '', until } = event;
  const { active, acked, shelving, suppressed, outOfService, latched, retain } = conditionOf(event, context);
  const conditionClass = CONDITION_CLASSES[kind];
  return {
    ConditionId: nodeId(`${asset}/${kind}`),
    ConditionName: kind,
    ConditionClassId: conditionClass.id,
    ConditionClassName: conditionClass.name,
    BranchId: null,
    Retain: retain,
    ...twoState('EnabledState', true, 'Enabled', 'Disabled'),
    Quality: kind === 'communication' && active ? NO_COMMUNICATION : GOOD,
    Comment: comment,
    ClientUserId: user,
    ...twoState('AckedState', acked, 'Acknowledged', 'Unacknowledged'),
    ConfirmedState: null,
    'ConfirmedState/Id': null,
    ...twoState('ActiveState', active, 'Active', 'Inactive'),
    InputNode: null,
    ...twoState('SuppressedState', suppressed, 'Suppressed', 'Unsuppressed'),
    ...twoState('OutOfServiceState', outOfService, 'Out of Service', 'In Service'),
    'ShelvingState/CurrentState': SHELVING[shelving].text,
    'ShelvingState/CurrentState/Id': SHELVING[shelving].id,
    'ShelvingState/UnshelveTime':
      shelving === 'Unshelved' || until === undefined ? 0 : Math.max(0, until - context.now),
    SuppressedOrShelved: suppressed || outOfService || shelving !== 'Unshelved',
    ...twoState('LatchedState', latched, 'Latched', 'Unlatched'),
  };
}

function twoState(name: string, id: boolean, yes: string, no: string): OpcuaEvent {
  return { [name]: id ? yes : no, [`${name}/Id`]: id };
}

function nodeId(name: string): string {
  return `nsu=${NAMESPACE};s=${name}`;
}
