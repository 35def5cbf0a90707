import assert from 'node:assert/strict';
import { AlarmBook } from '../../../lib/alarm/book';
import type { AlarmEvent } from '../../../lib/alarm/event';
import { Notifier } from '../../../lib/alarm/notify';
import { verdict } from './verdicts';

const MINUTE = 60_000;
const SETTINGS = { repeatMs: 15 * MINUTE, limit: 10, periodMs: 10 * MINUTE };
const by = { user: '', comment: '' };
const raise = (book: AlarmBook, asset: string, now: number): AlarmEvent =>
  book.verdict(verdict({ asset, level: 'WARNING', time: now }), now)[0];
const alarms = (): AlarmBook => new AlarmBook({ annunciate: 'WARNING', offDelayMs: MINUTE });

describe('Notifier', () => {
  it('tells of news once, and never of INFO or of an acknowledgement', () => {
    const book = alarms();
    const notifier = new Notifier(SETTINGS);
    const [info] = book.verdict(verdict({ level: 'INFO' }), 0);
    assert.equal(notifier.consider(info, 0).decision, 'not-annunciated');
    const [raised] = book.verdict(verdict({ level: 'WARNING', time: 1000 }), 1000);
    const { decision, notification } = notifier.consider(raised, 1000);
    assert.equal(decision, 'due');
    assert.deepEqual([notification?.event, notification?.repeat, notification?.suppressed], ['raised', 0, 0]);
    assert.equal(notifier.consider(raised, 1001).decision, 'duplicate');
    const [acknowledged] = book.act({ id: raised.id }, { action: 'ack', by }, 2000);
    assert.equal(notifier.consider(acknowledged, 2000).decision, 'not-annunciated');
  });

  it('reminds of what is active and unacknowledged, at the interval', () => {
    const book = alarms();
    const notifier = new Notifier(SETTINGS);
    const raised = raise(book, 'a', 0);
    notifier.consider(raised, 0);
    assert.deepEqual(notifier.repeats(book.list(), 15 * MINUTE - 1), []);
    const [first] = notifier.repeats(book.list(), 15 * MINUTE);
    assert.deepEqual([first.repeat, first.sentence.code], [1, 'alarm-repeat']);
    assert.deepEqual(notifier.repeats(book.list(), 15 * MINUTE + 1), []);
    const [second] = notifier.repeats(book.list(), 30 * MINUTE);
    assert.equal(second.repeat, 2);
    assert.notEqual(second.key, first.key);
    book.act({ id: raised.id }, { action: 'ack', by }, 31 * MINUTE);
    assert.deepEqual(notifier.repeats(book.list(), 60 * MINUTE), []);
  });

  it('never reminds when told not to, nor of an alarm that has returned', () => {
    const book = alarms();
    const never = new Notifier({ ...SETTINGS, repeatMs: 0 });
    const notifier = new Notifier(SETTINGS);
    const raised = raise(book, 'a', 0);
    never.consider(raised, 0);
    notifier.consider(raised, 0);
    assert.deepEqual(never.repeats(book.list(), 1e9), []);
    book.verdict(verdict({ asset: 'a', time: 1000 }), 1000);
    book.tick(2 * MINUTE);
    assert.equal(book.list()[0].state, 'returned-unacknowledged');
    assert.deepEqual(notifier.repeats(book.list(), 1e9), []);
  });

  it('holds back what is over the limit, counts it, and says so in the next one', () => {
    const book = alarms();
    const notifier = new Notifier(SETTINGS);
    const decisions = Array.from({ length: 13 }, (_, i) => notifier.consider(raise(book, `a${i}`, 0), 0).decision);
    assert.deepEqual(decisions, [...Array<string>(10).fill('due'), ...Array<string>(3).fill('rate-limited')]);
    assert.equal(notifier.heldBack, 3);
    assert.equal(notifier.consider(raise(book, 'soon', MINUTE - 1), MINUTE - 1).decision, 'rate-limited');
    const later = notifier.consider(raise(book, 'later', MINUTE), MINUTE);
    assert.equal(later.notification?.suppressed, 4);
    const next = notifier.consider(raise(book, 'next', 2 * MINUTE), 2 * MINUTE);
    assert.equal(next.notification?.suppressed, 0);
  });

  it('reminds later of news that was held back', () => {
    const book = alarms();
    const notifier = new Notifier({ ...SETTINGS, limit: 1 });
    notifier.consider(raise(book, 'a', 0), 0);
    assert.equal(notifier.consider(raise(book, 'b', 1000), 1000).decision, 'rate-limited');
    assert.deepEqual(
      notifier.repeats(book.list(), 16 * MINUTE).map(({ asset, suppressed }) => [asset, suppressed]),
      [['a', 1]],
    );
    assert.deepEqual(
      notifier.repeats(book.list().slice(1), 31 * MINUTE + 1000).map(({ asset }) => asset),
      ['b'],
    );
  });

  it('is not confused by a clock that is set back', () => {
    const book = alarms();
    const notifier = new Notifier({ ...SETTINGS, limit: 1 });
    assert.equal(notifier.consider(raise(book, 'a', 1e12), 1e12).decision, 'due');
    assert.equal(notifier.consider(raise(book, 'b', 1e9), 1e9).decision, 'rate-limited');
    assert.deepEqual(notifier.repeats(book.list(), 1e9), []);
    assert.equal(notifier.repeats(book.list(), 1e9 + 15 * MINUTE).length, 1);
  });
});
