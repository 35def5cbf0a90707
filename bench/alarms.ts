import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { runAlarmCommand } from '../lib/alarm/command';
import { AlarmDesk, type Delivery } from '../lib/alarm/desk';
import type { AlarmVerdict } from '../lib/alarm/read-verdict';
import { toBytes } from '../lib/snapshot/json';
import { median, type Bench, type Report } from './harness';

/** Assets whose alarms come and go, each in its own second. */
const ASSETS = 5000;
const MINUTE_MS = 60_000;
const START = 1_700_000_000_000;

const tags = ['LIT101', 'FIT101', 'MV101', 'P101', 'FIT201'].map((tag, index) => ({
  tag,
  stage: 'P1',
  feature: 'mean' as const,
  share: 0.4 - index * 0.05,
  seen: 823.4,
  expected: 512.1,
  unit: 'mm',
}));

const verdict = (asset: string, level: AlarmVerdict['level'], time: number): AlarmVerdict => ({
  asset,
  time,
  finding: level === 'NONE' ? 'normal' : 'anomaly',
  level,
  ratio: level === 'NONE' ? 0.4 : 1.7,
  tags: level === 'NONE' ? [] : tags,
  sentence: { code: 'anomaly-mean-above', params: { place: 'P1', tag: 'LIT101', seen: 823.4, expected: 512.1 } },
  model: '20261124-1',
});

/**
 * Alarm events through the machine and the desk: raised, escalated, shelved, unshelved, acknowledged and cleared, each with
 * its notification, the state of what has changed as it is saved, and its delivery settled.
 */
class Load {
  events = 0;
  private now = START;
  private readonly dirty = new Set<string>();
  private readonly desk = new AlarmDesk(
    { alarm: { offDelayMs: 0 }, notify: { repeatMs: 15 * MINUTE_MS, limit: 1000, periodMs: MINUTE_MS } },
    (key) => this.dirty.add(key),
  );

  round(assets: number): void {
    for (let index = 0; index < assets; index += 1) {
      const asset = `plant/pump-${index}`;
      this.now += 10;
      const raised = this.desk.verdict(verdict(asset, 'WARNING', this.now), this.now);
      const id = raised?.events[0].id;
      this.told(raised);
      this.told(this.desk.verdict(verdict(asset, 'CRITICAL', this.now + 1), this.now));
      for (const command of ['shelve', 'unshelve', 'ack']) {
        this.told(runAlarmCommand(this.desk, { command, id, user: 'ann', comment: 'seen' }, this.now).delivery);
      }
      this.told(this.desk.verdict(verdict(asset, 'NONE', this.now + 2), this.now));
    }
    this.told(this.desk.tick(this.now));
  }

  /** Raises an alarm for each asset and leaves it standing. */
  stand(assets: number): void {
    for (let index = 0; index < assets; index += 1) {
      this.now += 1;
      this.told(this.desk.verdict(verdict(`standing-${index}`, 'WARNING', this.now), this.now));
    }
  }

  private told(delivery: Delivery | undefined): void {
    this.events += delivery?.events.length ?? 0;
    for (const key of this.dirty) {
      const state = this.desk.full(key);
      if (state !== undefined) toBytes(state);
    }
    this.dirty.clear();
    if (delivery !== undefined) this.desk.delivered(delivery.n);
    this.dirty.clear();
  }
}

function heapMb(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** How many alarm events a minute one core carries, and whether memory stays where it was. */
export const alarmsBench: Bench = {
  name: 'alarms',
  run(short: boolean): Report {
    const assets = short ? 50 : ASSETS;
    const rounds = short ? 3 : 7;
    const measure = (standing: number): { rates: number[]; grownMb: number } => {
      const load = new Load();
      load.stand(standing);
      load.round(assets);
      const rates: number[] = [];
      const before = heapMb();
      for (let round = 0; round < rounds; round += 1) {
        const [events, start] = [load.events, performance.now()];
        load.round(assets);
        rates.push(((load.events - events) * MINUTE_MS) / (performance.now() - start));
      }
      return { rates, grownMb: heapMb() - before };
    };
    const alone = measure(0);
    const many = measure(short ? 100 : 1000);
    return {
      how: `Each of ${assets} assets: raised, escalated, shelved, unshelved, acknowledged, cleared; with decisions on notifications and the saved form of all that changes, without the disk. Second figure: while ${short ? 100 : 1000} other alarms stand.`, // prettier-ignore
      figures: [
        median('alarm events a minute', '', alone.rates),
        median('with others that stand', '', many.rates),
        { name: 'heap grown meanwhile', value: Math.max(0, alone.grownMb), unit: 'MB' },
      ],
    };
  },
};
