import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Heartbeat, type HeartbeatSettings, type Instant, type Pulse } from '../../../lib/alarm/heartbeat';
import type { AlarmVerdict } from '../../../lib/alarm/read-verdict';
import { SwatError } from '../../../lib/errors';

const SETTINGS: HeartbeatSettings = { silentMs: 10_000, behindMs: 0, need: 'every', stallMs: 5000, mostAssets: 3 };
const START = 1_800_000_000_000;
const at = (seconds: number, wall = seconds): Instant => ({
  steady: START + seconds * 1000,
  wall: START + wall * 1000,
});
const score = (ready: boolean): NonNullable<NonNullable<AlarmVerdict['scores']>['pca']> => ({
  score: 0.1,
  threshold: 1,
  ratio: 0.1,
  ready,
  model: 'm',
});
const verdict = (asset: string, seconds: number, more: Partial<AlarmVerdict> = {}): AlarmVerdict => ({
  asset,
  time: START + seconds * 1000,
  finding: 'normal',
  level: 'NONE',
  ratio: 0.1,
  tags: [],
  sentence: { code: 'normal', params: {} },
  model: 'm',
  scores: { pca: score(true) },
  ...more,
});
const why = ({ alive, reason }: Pulse): string | undefined => (alive ? 'alive' : reason);

describe('a heartbeat', () => {
  it('is alive while verdicts come, and tells what it is about', () => {
    const heart = new Heartbeat(SETTINGS);
    assert.equal(why(heart.pulse(at(0))), 'starting');
    heart.verdict(verdict('a', 1), at(1));
    heart.verdict(verdict('b', 1, { finding: 'anomaly', level: 'WARNING', scores: { pca: score(true), iforest: score(false) } }), at(1)); // prettier-ignore
    const pulse = heart.pulse(at(3, 3));
    assert.deepEqual(pulse, {
      alive: true,
      assets: { known: 2, watched: 2 },
      verdictAge: 2,
      dataAge: 2,
      detectors: { ready: 2, notReady: 1 },
      levels: { NONE: 1, INFO: 0, WARNING: 1, CRITICAL: 0 },
    });
  });

  const cases: readonly (readonly [string, string, (heart: Heartbeat) => Pulse])[] = [
    ['nothing new comes', 'silent', (heart) => heart.pulse(at(11.1))],
    ['windows come, and no verdicts', 'no-verdicts', (heart) => {
      heart.window('a', at(11));
      return heart.pulse(at(11.1));
    }],
    ['the same verdict comes again and again', 'silent', (heart) => {
      for (let second = 2; second < 12; second += 1) heart.verdict(verdict('a', 1), at(second));
      return heart.pulse(at(11.1));
    }],
    ['no detector is ready', 'not-ready', (heart) => {
      heart.verdict(verdict('a', 2, { scores: { pca: score(false), autoencoder: score(false) } }), at(2));
      return heart.pulse(at(2));
    }],
    ['no detector has spoken, whatever the verdict says', 'not-ready', (heart) => {
      heart.verdict(verdict('a', 2, { scores: {} }), at(2));
      return heart.pulse(at(2));
    }],
    ['the verdict says that it is not ready', 'not-ready', (heart) => {
      heart.verdict(verdict('a', 2, { finding: 'not-ready' }), at(2));
      return heart.pulse(at(2));
    }],
    ['data are bad', 'bad-data', (heart) => {
      heart.verdict(verdict('a', 2, { finding: 'bad-data' }), at(2));
      return heart.pulse(at(2));
    }],
    ['communication is lost, also where windows of bad data go on', 'communication-lost', (heart) => {
      heart.communication('a', true);
      heart.verdict(verdict('a', 2, { finding: 'bad-data' }), at(2));
      return heart.pulse(at(2));
    }],
    ['another asset is silent', 'silent', (heart) => {
      heart.verdict(verdict('b', 1), at(1));
      heart.verdict(verdict('a', 10), at(10));
      return heart.pulse(at(11.1));
    }],
    ['the event loop stood still, until the next verdict', 'stood-still', (heart) => {
      heart.look(at(2), 1000);
      heart.verdict(verdict('a', 2), at(2));
      return heart.look(at(8.5), 1000);
    }],
    ['the machine slept: only the clock on the wall went on', 'silent', (heart) => heart.pulse(at(2, 3600))],
  ]; // prettier-ignore
  for (const [what, reason, ends] of cases) {
    it(`is not alive when ${what}, and is again with the next good verdict`, () => {
      const heart = new Heartbeat(SETTINGS);
      heart.verdict(verdict('a', 1), at(1));
      assert.equal(why(heart.pulse(at(1.5))), 'alive');
      assert.equal(why(ends(heart)), reason);
      for (const asset of ['a', 'b']) heart.verdict(verdict(asset, 20), at(20, 3620));
      assert.equal(why(heart.pulse(at(20, 3620))), 'alive');
    });
  }

  it('looks at the age of the data where it is told to', () => {
    const heart = new Heartbeat({ ...SETTINGS, behindMs: 30_000 });
    heart.verdict(verdict('a', 0), at(31));
    assert.equal(why(heart.pulse(at(31))), 'behind');
    heart.verdict(verdict('a', 2), at(31));
    assert.equal(why(heart.pulse(at(31))), 'alive');
    heart.verdict(verdict('a', 62), at(31));
    const ahead = heart.pulse(at(31));
    assert.deepEqual([why(ahead), ahead.dataAge, ahead.dataAhead], ['ahead', 0, 31]);
    heart.verdict(verdict('a', 31.5), at(31));
    assert.deepEqual([why(heart.pulse(at(31))), heart.pulse(at(31)).dataAhead], ['alive', undefined]);
  });

  it('is content with one asset where that is enough, forgets one that is no more, and names the one that fails', () => {
    for (const [need, expected] of [['every', 'silent'], ['any', 'alive']] as const) {
      const heart = new Heartbeat({ ...SETTINGS, need });
      heart.verdict(verdict('gone', 1), at(1));
      heart.verdict(verdict('here', 12), at(12));
      const pulse = heart.pulse(at(12));
      assert.deepEqual([why(pulse), pulse.asset], [expected, need === 'every' ? 'gone' : undefined]);
      assert.deepEqual(pulse.assets, { known: 2, watched: 1, silent: 1 });
      assert.equal(heart.forget('gone'), 1);
      assert.equal(why(heart.pulse(at(12))), 'alive');
      assert.equal(heart.forget(), 1);
      assert.equal(why(heart.pulse(at(12))), 'starting');
    }
  }); // prettier-ignore

  it('keeps so many assets in mind and refuses more', () => {
    const heart = new Heartbeat(SETTINGS);
    for (const asset of ['a', 'b', 'c']) heart.verdict(verdict(asset, 1), at(1));
    assert.throws(() => heart.verdict(verdict('d', 1), at(1)), (cause) => cause instanceof SwatError && cause.code === 'heartbeat-assets'); // prettier-ignore
  });

  it('is never alive without a fresh, usable verdict of each asset, whatever happened before', () => {
    const step = fc.record({
      wait: fc.nat({ max: 15 }),
      asset: fc.constantFrom('a', 'b'),
      what: fc.constantFrom('good', 'same', 'bad', 'unready', 'window', 'lost', 'found', 'look'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const heart = new Heartbeat(SETTINGS);
        const last = new Map<string, { good: boolean; at: number; lost: boolean; time: number }>();
        let now = 0;
        for (const { wait, asset, what } of steps) {
          now += wait;
          const known = last.get(asset) ?? { good: false, at: -Infinity, lost: false, time: -1 };
          const tell = (good: boolean, time: number, more: Partial<AlarmVerdict> = {}): void => {
            heart.verdict(verdict(asset, time, more), at(now));
            const lost = known.lost && more.finding === 'bad-data';
            last.set(asset, { good, at: time === known.time ? known.at : now, lost, time });
          };
          if (what === 'good') tell(true, now);
          else if (what === 'same') {
            if (known.time >= 0) tell(true, known.time);
          } else if (what === 'bad') tell(false, now, { finding: 'bad-data' });
          else if (what === 'unready') tell(false, now, { scores: { pca: score(false) } });
          else if (what === 'look') heart.look(at(now), 1000);
          else {
            if (what === 'window') heart.window(asset, at(now));
            else heart.communication(asset, what === 'lost');
            last.set(asset, { ...known, lost: what === 'lost' || (what === 'window' && known.lost) });
          }
          const { alive } = heart.pulse(at(now));
          const mayBe = last.size > 0 && [...last.values()].every((each) => each.good && !each.lost && now - each.at <= 10); // prettier-ignore
          assert.ok(!alive || mayBe, `alive after ${what} of ${asset} at ${now}`);
        }
      }),
      { numRuns: 500 },
    );
  });
});
