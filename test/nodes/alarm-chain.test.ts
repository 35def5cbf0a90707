import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlarmEvent } from '../../lib/alarm/event';
import type { Verdict } from '../../lib/alarm/verdict';
import { AlarmFlow, score, scored } from '../harness/alarm-flow';

describe('swat-severity and swat-alert in a row', () => {
  let flow: AlarmFlow;

  beforeEach(() => (flow = new AlarmFlow()));
  afterEach(() => flow.remove());

  it('makes one alarm of one episode: raised, escalated, cleared', async () => {
    await flow.load();
    const ratios = [...Array<number>(20).fill(0.4), ...Array<number>(15).fill(1.7), ...Array<number>(20).fill(3.2)];
    for (let i = 0; i < 100; i += 1) ratios.push(0.3);
    ratios.forEach((ratio, second) =>
      flow.send('severity', scored(second, { autoencoder: score(ratio), iforest: score(0.5) })),
    );
    await flow.until(() => flow.got.verdict.length === ratios.length && flow.events().length >= 3);
    assert.deepEqual(
      flow.events().map(({ event, level, state }) => [event, level, state]),
      [
        ['raised', 'WARNING', 'unacknowledged'],
        ['escalated', 'CRITICAL', 'unacknowledged'],
        ['cleared', 'CRITICAL', 'returned-unacknowledged'],
      ],
    );
    assert.equal(new Set(flow.events().map(({ id }) => id)).size, 1);
    assert.equal(flow.events()[0].tags[0].tag, 'LIT101');
    assert.deepEqual(
      flow.got.change.map((message) => [message.from, (message.payload as Verdict).level]),
      [
        ['NONE', 'WARNING'],
        ['WARNING', 'CRITICAL'],
        ['CRITICAL', 'NONE'],
      ],
    );
    assert.equal(flow.got.notification.length, 3);
    assert.equal(flow.got.notification[0].topic, 'plant1/WARNING');
    assert.match(flow.events()[1].sentence.code, /escalated/);
    assert.equal(
      (flow.got.event[1].payload as { text: string }).text,
      'Alarm in plant1 is now CRITICAL. P1: LIT101 mean is 823.4 mm, expected about 512.1 mm (CRITICAL, 3.2x the threshold).',
    );
    const cleared = flow.got.event[2].payload as { text: string; why: string };
    assert.equal(cleared.why, 'P1: LIT101 mean is 823.4 mm, expected about 512.1 mm.');
    assert.match(
      cleared.text,
      /^CRITICAL alarm in plant1 is over after \d\.\d+ min\. It was: P1: LIT101 mean is 823\.4 mm/,
    );
    const verdicts = flow.got.verdict.map((message) => (message.payload as Verdict).text);
    assert.equal(
      verdicts[20],
      'Unusual so far (P1: LIT101 mean is 823.4 mm, expected about 512.1 mm; 1.7x the threshold): no alarm until it lasts.',
    );
    assert.equal(verdicts[55], 'plant1: values are normal again; CRITICAL is held until the last windows are calm.');
    assert.equal(verdicts.at(-1), 'Normal.');
    await flow.unload();
    const lines = readFileSync(join(flow.folder, 'swat', 'logs', 'alarms.log'), 'utf8')
      .trim()
      .split('\n');
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as AlarmEvent).event),
      ['raised', 'escalated', 'cleared'],
    );
  });
});
