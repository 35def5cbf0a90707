/**
 * States of an alarm, after ISA-18.2. `normal` is also the state of an episode below the annunciation level. Of the latched
 * ones the process has returned to normal, but a person is to say so; the last three are holds.
 */
export const ALARM_STATES = [
  'normal',
  'unacknowledged',
  'acknowledged',
  'returned-unacknowledged',
  'latched-unacknowledged',
  'latched-acknowledged',
  'shelved',
  'suppressed-by-design',
  'out-of-service',
] as const;
export type AlarmState = (typeof ALARM_STATES)[number];

/** A person or the plant's logic keeps the alarm from being annunciated; the process goes on underneath. */
export const HOLD_STATES = ['shelved', 'suppressed-by-design', 'out-of-service'] as const;
export type HoldState = (typeof HOLD_STATES)[number];

/** What happened to an alarm. `info` and `info-ended` frame an episode that never reached the annunciation level. */
export const ALARM_EVENTS = [
  'raised',
  'escalated',
  're-raised',
  're-alarmed',
  'unanswered',
  'acknowledged',
  'cleared',
  'latched',
  'unlatched',
  'reset',
  'info',
  'info-ended',
  'shelved',
  'unshelved',
  'suppressed',
  'unsuppressed',
  'out-of-service',
  'returned-to-service',
  'commented',
] as const;
export type AlarmEventName = (typeof ALARM_EVENTS)[number];

/** What people (or logic) do to one alarm. */
export const ALARM_ACTIONS = [
  'ack',
  'shelve',
  'unshelve',
  'suppress',
  'unsuppress',
  'out-of-service',
  'return-to-service',
  'unlatch',
  'comment',
  'reset',
] as const;
export type AlarmAction = (typeof ALARM_ACTIONS)[number];

/**
 * What happens by itself: `watch` an anomaly that is no alarm (yet), `watch-over` its end; `alarm` the annunciation level,
 * for the on-delay; `rise` a higher level; `return` calm for the off-delay; `re-alarm` and `unanswered` time without an end,
 * without an acknowledgement; `expire` the end of the time or of the alarm that a shelving was for.
 */
export const OCCURRENCES = [
  'watch',
  'watch-over',
  'alarm',
  'rise',
  'return',
  're-alarm',
  'unanswered',
  'expire',
] as const;
export type Occurrence = (typeof OCCURRENCES)[number];
export type Trigger = Occurrence | AlarmAction;

/** What else decides: whether alarms latch (else plain), and whether the process is in alarm underneath a hold (else calm). */
export type Guard = 'latching' | 'plain' | 'in-alarm' | 'calm';
export interface Facts {
  readonly latching: boolean;
  readonly inAlarm: boolean;
}

export interface Transition {
  readonly from: AlarmState;
  readonly trigger: Trigger;
  readonly to: AlarmState;
  readonly event: AlarmEventName;
  readonly when?: Guard;
}

type Row = readonly [trigger: Trigger, to: AlarmState, event: AlarmEventName, when?: Guard];

const HOLD_ROWS: readonly Row[] = [
  ['shelve', 'shelved', 'shelved'],
  ['suppress', 'suppressed-by-design', 'suppressed'],
  ['out-of-service', 'out-of-service', 'out-of-service'],
];
/** The end of a hold: what is in alarm underneath is annunciated again. */
const ends = (trigger: Trigger, event: AlarmEventName): Row[] => [
  [trigger, 'unacknowledged', event, 'in-alarm'],
  [trigger, 'normal', event, 'calm'],
];
/** What goes on underneath a hold. */
const beneath = (state: HoldState): Row[] => [
  ['watch', state, 'info'],
  ['watch-over', state, 'info-ended'],
  ['alarm', state, 'raised'],
  ['rise', state, 'escalated'],
  ['return', state, 'cleared'],
  ['reset', state, 'cleared', 'in-alarm'],
  ['reset', state, 'info-ended', 'calm'],
  ['comment', state, 'commented'],
];

const ROWS: Readonly<Record<AlarmState, readonly Row[]>> = {
  normal: [
    ['watch', 'normal', 'info'],
    ['watch-over', 'normal', 'info-ended'],
    ['alarm', 'unacknowledged', 'raised'],
    ['reset', 'normal', 'info-ended'],
    ['comment', 'normal', 'commented'],
    ...HOLD_ROWS,
  ],
  unacknowledged: [
    ['rise', 'unacknowledged', 'escalated'],
    ['ack', 'acknowledged', 'acknowledged'],
    ['unanswered', 'unacknowledged', 'unanswered'],
    ['return', 'returned-unacknowledged', 'cleared', 'plain'],
    ['return', 'latched-unacknowledged', 'latched', 'latching'],
    ['reset', 'normal', 'cleared'],
    ['comment', 'unacknowledged', 'commented'],
    ...HOLD_ROWS,
  ],
  acknowledged: [
    ['rise', 'unacknowledged', 'escalated'],
    ['re-alarm', 'unacknowledged', 're-alarmed'],
    ['return', 'normal', 'cleared', 'plain'],
    ['return', 'latched-acknowledged', 'latched', 'latching'],
    ['reset', 'normal', 'cleared'],
    ['comment', 'acknowledged', 'commented'],
    ...HOLD_ROWS,
  ],
  'returned-unacknowledged': [
    ['alarm', 'unacknowledged', 're-raised'],
    ['ack', 'normal', 'acknowledged'],
    ['reset', 'normal', 'reset'],
    ['comment', 'returned-unacknowledged', 'commented'],
    ...HOLD_ROWS,
  ],
  'latched-unacknowledged': [
    ['alarm', 'unacknowledged', 're-raised'],
    ['ack', 'latched-acknowledged', 'acknowledged'],
    ['unanswered', 'latched-unacknowledged', 'unanswered'],
    ['reset', 'normal', 'reset'],
    ['comment', 'latched-unacknowledged', 'commented'],
    ...HOLD_ROWS,
  ],
  'latched-acknowledged': [
    ['alarm', 'unacknowledged', 're-raised'],
    ['unlatch', 'normal', 'unlatched'],
    ['reset', 'normal', 'reset'],
    ['comment', 'latched-acknowledged', 'commented'],
    ...HOLD_ROWS,
  ],
  shelved: [
    ...ends('unshelve', 'unshelved'),
    ...ends('expire', 'unshelved'),
    ...beneath('shelved'),
    // Shelved anew: for another time.
    ...HOLD_ROWS,
  ],
  'suppressed-by-design': [
    ...ends('unsuppress', 'unsuppressed'),
    ...beneath('suppressed-by-design'),
    ['out-of-service', 'out-of-service', 'out-of-service'],
  ],
  'out-of-service': [...ends('return-to-service', 'returned-to-service'), ...beneath('out-of-service')],
};

/** The table of the alarm state machine: every transition there is, each a named event. */
export const TRANSITIONS: readonly Transition[] = ALARM_STATES.flatMap((from) =>
  ROWS[from].map(([trigger, to, event, when]) => ({
    from,
    trigger,
    to,
    event,
    ...(when === undefined ? {} : { when }),
  })),
);

const byState = new Map<AlarmState, Transition[]>(
  ALARM_STATES.map((state) => [state, TRANSITIONS.filter(({ from }) => from === state)]),
);

/** The transition of a trigger in a state; `undefined` where there is none. */
export function transition(from: AlarmState, trigger: Trigger, facts: Facts): Transition | undefined {
  return byState.get(from)?.find((row) => row.trigger === trigger && holds(row.when, facts));
}

/** The actions that are legal in a state. */
export function legalActions(state: AlarmState): AlarmAction[] {
  return ALARM_ACTIONS.filter((action) => byState.get(state)?.some(({ trigger }) => trigger === action));
}

export function isHold(state: AlarmState): state is HoldState {
  return HOLD_STATES.some((each) => each === state);
}

function holds(when: Guard | undefined, { latching, inAlarm }: Facts): boolean {
  switch (when) {
    case undefined:
      return true;
    case 'latching':
      return latching;
    case 'plain':
      return !latching;
    case 'in-alarm':
      return inAlarm;
    case 'calm':
      return !inAlarm;
  }
}
