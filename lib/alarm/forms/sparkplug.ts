import { matchersText } from '../notify/matcher';
import { isPlainEvent } from '../plain-event';
import { conditionOf, SEVERITY } from './condition';
import type { FormContext, ToldEvent } from './told';

/** A value with its data type of Sparkplug B: DateTime is ms since 1970, Int64 a safe integer. */
export type SparkplugValue =
  | { readonly type: 'Boolean'; readonly value: boolean }
  | { readonly type: 'DateTime' | 'Double' | 'Int32' | 'Int64'; readonly value: number }
  | { readonly type: 'String'; readonly value: string };

export type SparkplugMetric = SparkplugValue & {
  readonly name: string;
  /** Event time, ms. */
  readonly timestamp: number;
  readonly properties: Readonly<Record<string, SparkplugValue>>;
};

/** A payload of Sparkplug B before it is encoded; who publishes it gives it its `seq`. */
export interface SparkplugPayload {
  /** When it goes out, ms. */
  readonly timestamp: number;
  readonly metrics: readonly SparkplugMetric[];
}

const flag = (value: boolean): SparkplugValue => ({ type: 'Boolean', value });
const words = (value: string): SparkplugValue => ({ type: 'String', value });
const whole = (value: number): SparkplugValue => ({ type: 'Int32', value });
const date = (value: number): SparkplugValue => ({ type: 'DateTime', value });

/** Of Sparkplug: the value is known, and now. */
const GOOD = whole(192);

/**
 * An alarm event as a payload of Sparkplug B. The metrics of an alarm are `<asset>/alarm/<kind>/State` and its like, always
 * all of them and with the same types, so that a birth certificate can have them; what tells one event from the next are
 * properties of `State`. Of a silence: one metric `silence`, of the asset where it is for one alone. Of what was recorded: one metric
 * `record`.
 */
export function sparkplugPayload(event: ToldEvent, context: FormContext): SparkplugPayload {
  const { now } = context;
  if (!isPlainEvent(event)) return { timestamp: now, metrics: alarmMetrics(event, context) };
  const { asset, time, matchers, text } = event;
  const [name, value, about] =
    matchers === undefined
      ? ['record', words(event.comment ?? ''), {}]
      : ['silence', flag(event.event === 'silenced'), { matchers: words(matchersText(matchers)) }];
  const properties = { ...occurrence(event), ...about, text: words(text) };
  const metrics = [{ name: asset === '' ? name : `${asset}/${name}`, timestamp: time, ...value, properties }];
  return { timestamp: now, metrics };
}

function alarmMetrics(event: ToldEvent, context: FormContext): SparkplugMetric[] {
  const { asset, kind, time, state, previous, level, priority, episode, ratio, onset, firstOut, model, text } = event;
  const { active, acked, shelving, suppressed, outOfService, latched, retain } = conditionOf(event, context);
  const metric = (name: string, value: SparkplugValue, more: SparkplugMetric['properties'] = {}): SparkplugMetric => ({
    name: `${asset}/alarm/${kind}/${name}`,
    timestamp: time,
    ...value,
    properties: { Quality: GOOD, ...more },
  });
  const about = {
    ...occurrence(event),
    previous: words(previous),
    episode: whole(episode),
    onset: date(onset.time),
    model: words(model),
  };
  return [
    metric('State', words(state), about),
    metric('Active', flag(active)),
    metric('Acknowledged', flag(acked)),
    metric('Shelving', words(shelving)),
    metric('Suppressed', flag(suppressed)),
    metric('OutOfService', flag(outOfService)),
    metric('Latched', flag(latched)),
    metric('Retain', flag(retain)),
    metric('Severity', whole(SEVERITY[level]), { engLow: whole(1), engHigh: whole(1000) }),
    metric('Level', words(level)),
    metric('Priority', words(priority)),
    metric('Ratio', { type: 'Double', value: ratio }),
    metric('Tag', words(firstOut?.tag ?? ''), firstOut === null ? {} : { stage: words(firstOut.stage) }),
    metric('Message', words(text)),
  ];
}

/** What happened, and what a person said; properties that there are. */
function occurrence({ id, seq, event, reason, user, comment, until, step }: ToldEvent): SparkplugMetric['properties'] {
  return {
    id: words(id),
    seq: { type: 'Int64', value: seq },
    event: words(event),
    ...(reason === undefined ? {} : { reason: words(reason) }),
    ...(user === undefined ? {} : { user: words(user) }),
    ...(comment === undefined ? {} : { comment: words(comment) }),
    ...(until === undefined ? {} : { until: date(until) }),
    ...(step === undefined ? {} : { step: whole(step) }),
  };
}
