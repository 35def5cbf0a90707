import { DEFAULT_ALARM } from '../../../lib/alarm/defaults';
import { step, type Alarm, type AlarmInput, type Step } from '../../../lib/alarm/machine';
import type { AlarmSettings } from '../../../lib/alarm/settings';
import {
  isHold,
  type ALARM_ACTIONS,
  type AlarmState,
  type Transition,
  type Trigger,
} from '../../../lib/alarm/transitions';
import { verdict } from './verdicts';

export const MINUTE = 60_000;
export const SETTINGS: AlarmSettings = {
  ...DEFAULT_ALARM,
  onDelayMs: 10_000,
  offDelayMs: MINUTE,
  reAlarmMs: 30 * MINUTE,
  escalateMs: 5 * MINUTE,
};
const by = { user: 'ann', comment: '' };
export const act = (action: (typeof ALARM_ACTIONS)[number], more: object = {}): AlarmInput => ({ kind: 'action', action, by, ...more }); // prettier-ignore

/** An alarm that is led through its life, on a clock of its own. */
export class Life {
  alarm: Alarm = { asset: 'plant1', kind: 'process' };
  now = 0;
  last: Step = { alarm: this.alarm, changes: [] };

  constructor(readonly settings: AlarmSettings) {}

  do(input: AlarmInput): this {
    this.last = step(this.alarm, input, this.now, this.settings);
    this.alarm = this.last.alarm;
    return this;
  }

  say(level: 'NONE' | 'INFO' | 'WARNING' | 'CRITICAL'): this {
    return this.do({ kind: 'verdict', verdict: verdict({ level, time: this.now }) });
  }

  wait(ms: number): this {
    this.now += ms;
    return this.do({ kind: 'tick' });
  }

  raise(): this {
    return this.say('WARNING').wait(10_000);
  }

  calm(): this {
    this.now += 1000;
    return this.say('NONE').wait(MINUTE);
  }
}

/** The way into each state. `inAlarm`: what the process is to be underneath a hold. */
export function lead(state: AlarmState, inAlarm: boolean, settings: AlarmSettings): Life {
  const life = new Life(settings);
  if (isHold(state)) {
    if (inAlarm) life.raise();
    const action = {
      shelved: 'shelve',
      'suppressed-by-design': 'suppress',
      'out-of-service': 'out-of-service',
    } as const;
    return life.do(act(action[state], state === 'shelved' ? { until: life.now + 60 * MINUTE } : {}));
  }
  switch (state) {
    case 'normal':
      return life;
    case 'unacknowledged':
      return life.raise();
    case 'acknowledged':
      return life.raise().do(act('ack'));
    case 'returned-unacknowledged':
    case 'latched-unacknowledged':
      return life.raise().calm();
    case 'latched-acknowledged':
      return life.raise().calm().do(act('ack'));
  }
}

/**
 * An alarm before a transition of the table, with what that needs: underneath a hold a rise or a return is of an alarm, a
 * reset or comment is of something.
 */
export function before({ from, trigger, when }: Transition): Life {
  const inAlarm = when === 'in-alarm' || trigger === 'rise' || trigger === 'return';
  const life = lead(from, inAlarm, { ...SETTINGS, latch: when === 'latching' || from.startsWith('latched') });
  const needs = (trigger === 'reset' && (from === 'normal' || when === 'calm')) || (trigger === 'comment' && from === 'normal'); // prettier-ignore
  return needs ? life.say('INFO') : life;
}

/** Brings a trigger about. What does not happen by one input alone is led up to. */
export function pull(life: Life, trigger: Trigger): void {
  switch (trigger) {
    case 'watch':
      life.say('INFO');
      return;
    case 'watch-over':
      life.say('INFO').calm();
      return;
    case 'alarm':
      life.raise();
      return;
    case 'rise':
      life.say('CRITICAL');
      return;
    case 'return':
      life.calm();
      return;
    case 're-alarm':
      life.wait(30 * MINUTE);
      return;
    case 'unanswered':
      life.wait(5 * MINUTE);
      return;
    case 'expire':
      life.wait(60 * MINUTE);
      return;
    default:
      life.do(act(trigger));
  }
}
