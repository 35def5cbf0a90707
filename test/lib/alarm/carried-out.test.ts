import assert from 'node:assert/strict';
import { MOST_CARRIED_OUT } from '../../../lib/alarm/carried-out';
import { runAlarmCommand, type CommandOutcome } from '../../../lib/alarm/command';
import { AlarmDesk } from '../../../lib/alarm/desk';
import { SwatError } from '../../../lib/errors';
import { englishText } from '../../../lib/platform/catalogue';
import { verdict } from './verdicts';

const START = 1_700_000_000_000;
type Given = Record<string, unknown>;

const deskWithAlarm = (): { desk: AlarmDesk; id: string } => {
  const desk = new AlarmDesk({ alarm: {}, notify: {} }, () => undefined);
  return { desk, id: desk.verdict(verdict({ level: 'WARNING', time: START }), START)!.events[0].id };
};
const run = (desk: AlarmDesk, given: Given): CommandOutcome => runAlarmCommand(desk, { user: 'ann', ...given }, START);
const restarted = (desk: AlarmDesk): AlarmDesk => {
  const next = new AlarmDesk({ alarm: {}, notify: {} }, () => undefined);
  for (const key of desk.keys()) next.restore(key, JSON.parse(JSON.stringify(desk.full(key))));
  return next;
};
const fails = (code: string) => (error: unknown) => {
  assert.ok(error instanceof SwatError && error.code === code, String(error));
  return englishText(`errors.${code}`, error.details) !== undefined;
};

describe('a command that is sent again', () => {
  for (const given of [
    { command: 'comment', comment: 'on my way' },
    { command: 'ack' },
    { command: 'shelve', minutes: 5 },
    { command: 'out-of-service', comment: 'pump out' },
    { command: 'reset', asset: 'plant1' },
    { command: 'ack-all' },
    { command: 'silence', matchers: 'asset=plant1', minutes: 5 },
  ]) {
    it(`is answered and not done again, also by the next process: ${given.command}`, () => {
      const { desk, id } = deskWithAlarm();
      const sent = { ...given, ...('asset' in given || 'matchers' in given ? {} : { id }), commandId: 'c-1' };
      const first = run(desk, sent);
      assert.ok(first.delivery !== undefined && first.answer.repeated === undefined);
      const next = restarted(desk);
      for (const each of [desk, next]) {
        const { answer, delivery } = run(each, sent);
        assert.deepEqual([delivery, answer.repeated, answer.command], [undefined, true, given.command]);
        assert.deepEqual([answer.id, answer.asset], [first.answer.id, first.answer.asset]);
      }
      assert.deepEqual(next.list(), desk.list());
      assert.deepEqual(next.silences(), desk.silences());
    });
  }

  it('is done each time where it has no id, or another one', () => {
    const { desk, id } = deskWithAlarm();
    const told = [undefined, '', 'a', 'b', 7].map(
      (commandId) => run(desk, { command: 'comment', id, comment: 'x', commandId }).delivery?.events.length,
    );
    assert.deepEqual(told, [1, 1, 1, 1, 1]);
    assert.equal(run(desk, { command: 'comment', id, comment: 'x', commandId: '7' }).answer.repeated, true);
  });

  it('is refused where its id was that of another command', () => {
    const { desk, id } = deskWithAlarm();
    run(desk, { command: 'comment', id, comment: 'one', commandId: 'c' });
    run(desk, { command: 'silence', matchers: 'asset=a', commandId: 's' });
    for (const other of [
      { command: 'comment', id, comment: 'two', commandId: 'c' },
      { command: 'ack', id, comment: 'one', commandId: 'c' },
      { command: 'comment', asset: 'plant1', comment: 'one', commandId: 'c' },
      { command: 'silence', matchers: 'asset=b', commandId: 's' },
    ]) {
      assert.throws(() => run(desk, other), fails('command-id-used'));
    }
    for (const commandId of [{}, [], true, 'x'.repeat(129)]) {
      assert.throws(() => run(desk, { command: 'ack', id, commandId }), fails('command-id'));
    }
    assert.deepEqual(desk.list().map(({ state }) => state), ['unacknowledged']); // prettier-ignore
  });

  it('is done where it was refused before, and a question is answered each time', () => {
    const { desk, id } = deskWithAlarm();
    assert.throws(() => run(desk, { command: 'unshelve', id, commandId: 'c' }), fails('alarm-illegal'));
    run(desk, { command: 'shelve', id });
    assert.equal(run(desk, { command: 'unshelve', id, commandId: 'c' }).delivery?.events.length, 1);
    for (const count of [1, 0]) {
      assert.equal(run(desk, { command: 'list', commandId: 'l' }).answer.alarms?.length, count);
      run(desk, { command: 'reset' });
    }
  });

  it('is remembered among the last thousand', () => {
    const { desk, id } = deskWithAlarm();
    const comment = (n: number): CommandOutcome =>
      run(desk, { command: 'comment', id, comment: 'x', commandId: `c${n}` });
    for (let n = 0; n <= MOST_CARRIED_OUT; n += 1) comment(n);
    const next = restarted(desk);
    assert.equal([...next.keys()].filter((key) => key.startsWith('carried-out/')).length, MOST_CARRIED_OUT);
    assert.equal(run(next, { command: 'comment', id, comment: 'x', commandId: 'c1' }).answer.repeated, true);
    assert.equal(run(next, { command: 'comment', id, comment: 'x', commandId: 'c0' }).answer.repeated, undefined);
    assert.throws(() => next.restore('carried-out/c', { what: 1 }), fails('snapshot-corrupt'));
  });
});
