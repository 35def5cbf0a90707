import assert from 'node:assert/strict';
import { Notifier } from '../../../lib/alarm/notify/notifier';
import type { AlarmVerdict } from '../../../lib/alarm/read-verdict';
import { book, feed, of } from './feed';
import { contribution } from './verdicts';

describe('the culprit of an alarm', () => {
  const blaming = (tag: string, ratio: number): Partial<AlarmVerdict> => ({
    tags: [contribution(tag)],
    ratio,
    sentence: { code: 'anomaly-mean-above', params: { tag } },
  });

  it('says why it stood at its peak once it is acknowledged or over, and what it began with where that differs', () => {
    const alarms = book();
    const raised = feed(alarms, 0, ['WARNING'], blaming('FIRST', 1.6));
    feed(alarms, 1, ['WARNING'], blaming('WORST', 1.9));
    feed(alarms, 2, ['WARNING'], blaming('LATER', 1.7));
    const [{ id, because }] = alarms.list();
    const acknowledged = alarms.act({ id }, { action: 'ack', by: { user: 'ann', comment: '' } }, 3000);
    const cleared = feed(alarms, 3, of('NONE', 61));
    assert.equal(because.params.tag, 'LATER');
    assert.deepEqual(
      [...raised, ...acknowledged, ...cleared].map((each) => [
        each.event,
        each.because.params.tag,
        each.began?.params.tag,
      ]),
      [
        ['raised', 'FIRST', undefined],
        ['acknowledged', 'WORST', 'FIRST'],
        ['cleared', 'WORST', 'FIRST'],
      ],
    );
  });

  it('says what it began with where the same tag went the other way: at its worst the plant may have been recovering', () => {
    const alarms = book();
    const saying = (code: string): Partial<AlarmVerdict> => ({ sentence: { code, params: { tag: 'LIT301' } } });
    feed(alarms, 0, ['WARNING'], { ...blaming('LIT301', 1.6), ...saying('anomaly-slope-falls') });
    feed(alarms, 1, ['WARNING'], { ...blaming('LIT301', 1.7), ...saying('anomaly-min-below') });
    const [same] = alarms.act({ id: alarms.list()[0].id }, { action: 'ack', by: { user: 'ann', comment: '' } }, 2000);
    feed(alarms, 2, ['WARNING'], { ...blaming('LIT301', 1.9), ...saying('anomaly-slope-rises-against') });
    const [cleared] = feed(alarms, 3, of('NONE', 61));
    assert.equal(same.began, undefined);
    assert.equal(cleared.because.code, 'anomaly-slope-rises-against');
    assert.equal(cleared.began?.code, 'anomaly-slope-falls');
  });

  it('stays what has a level while a window without one is unusual', () => {
    const alarms = book();
    feed(alarms, 0, ['WARNING'], blaming('FIRST', 1.6));
    feed(alarms, 1, ['NONE'], { ...blaming('BRIEF', 1.2), finding: 'anomaly' });
    assert.equal(alarms.list()[0].because.params.tag, 'FIRST');
  });

  it('names the tag of now when it escalates or comes back with another one', () => {
    const alarms = book();
    feed(alarms, 0, ['WARNING'], blaming('FIRST', 1.6));
    const [escalated] = feed(alarms, 1, ['CRITICAL'], blaming('SECOND', 3));
    feed(alarms, 2, of('NONE', 61));
    assert.equal(alarms.list()[0].because.params.tag, 'SECOND');
    const [again] = feed(alarms, 200, ['CRITICAL'], blaming('THIRD', 2.5));
    assert.deepEqual(
      [escalated, again].map(({ event, because, began, tags }) => [
        event,
        because.params.tag,
        began?.params.tag,
        tags[0].tag,
      ]),
      [
        ['escalated', 'SECOND', 'FIRST', 'SECOND'],
        ['re-raised', 'THIRD', undefined, 'THIRD'],
      ],
    );
    assert.deepEqual([again.onset.tags[0].tag, again.peak.tags[0].tag], ['THIRD', 'THIRD']);
    const notifier = new Notifier({ repeatMs: 1000, limit: 10, periodMs: 1000 }, () => undefined);
    notifier.consider(again, 201_000);
    assert.equal(notifier.due(201_000)[0].because.params.tag, 'THIRD');
    assert.equal(notifier.tick(alarms.list(), 300_000)[0].because.params.tag, 'THIRD');
  });
});
