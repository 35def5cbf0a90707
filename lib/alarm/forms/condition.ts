import type { AlarmEvent } from '../event';
import { isHold, type AlarmState } from '../transitions';
import type { Level } from '../verdict';
import type { FormContext } from './told';

/** How a person has put an alarm aside for a while. */
export type Shelving = 'Unshelved' | 'TimedShelved' | 'OneShotShelved';

/** A state of ISA-18.2 as the independent states that OPC UA Part 9 and others have. */
export interface Condition {
  /** The process is in alarm, also underneath a hold. */
  readonly active: boolean;
  /** Nobody is asked to acknowledge it; underneath a hold false while the process is in alarm, which a person is asked after it. */
  readonly acked: boolean;
  readonly shelving: Shelving;
  readonly suppressed: boolean;
  readonly outOfService: boolean;
  /** It stays until a person ends it, or will, as alarms latch. */
  readonly latched: boolean;
  /** It is in the list of alarms: anything but normal. */
  readonly retain: boolean;
}

type Facets = Pick<Condition, 'active' | 'acked'>;

/** What each state says of the process and of people; a hold says neither. */
const FACETS: Readonly<Record<Exclude<AlarmState, 'shelved' | 'suppressed-by-design' | 'out-of-service'>, Facets>> = {
  normal: { active: false, acked: true },
  unacknowledged: { active: true, acked: false },
  acknowledged: { active: true, acked: true },
  'returned-unacknowledged': { active: false, acked: false },
  'latched-unacknowledged': { active: false, acked: false },
  'latched-acknowledged': { active: false, acked: true },
};

/** The state of an alarm after an event, taken apart. */
export function conditionOf(
  { state, active, oneShot }: Pick<AlarmEvent, 'state' | 'active' | 'oneShot'>,
  { latching }: Pick<FormContext, 'latching'>,
): Condition {
  const facets = isHold(state) ? { active, acked: !active } : FACETS[state];
  return {
    ...facets,
    shelving: state !== 'shelved' ? 'Unshelved' : oneShot === true ? 'OneShotShelved' : 'TimedShelved',
    suppressed: state === 'suppressed-by-design',
    outOfService: state === 'out-of-service',
    // Underneath a hold nothing latches.
    latched: state.startsWith('latched') || (latching && facets.active && !isHold(state)),
    retain: state !== 'normal',
  };
}

/** Severity of OPC UA, 1 to 1000, in the middle of its bands of low, medium and high; 1 where there is no anomaly. */
export const SEVERITY: Readonly<Record<Level, number>> = { NONE: 1, INFO: 200, WARNING: 500, CRITICAL: 850 };
