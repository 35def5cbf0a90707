import { runAlarmCommand } from '../lib/alarm/command';
import { AlarmDesk, type Delivery } from '../lib/alarm/desk';
import { readInhibition } from '../lib/alarm/notify/inhibition';
import type { NotifySettings } from '../lib/alarm/notify/notifier';
import type { AlarmVerdict } from '../lib/alarm/read-verdict';
import { toBytes } from '../lib/snapshot/json';
import { collectGarbage } from '../test/harness/garbage';
import { median, type Bench, type Report } from './harness';

/** Assets whose alarms come and go, each in its own second. */
const ASSETS = 2000;
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

/** Rules of which some have a source that stands, and none mutes what comes. */
const RULES = Array.from({ length: 20 }, (_, index) => {
  const side = ['level=WARNING', `stage=P${index}`, `asset~standing-${index}*`, `plant=plant-${index}`][index % 4];
  return `${side} -> asset~other-${index}/*, kind=process : plant`;
});
const EVERYTHING: Partial<NotifySettings> = {
  inhibit: readInhibition(RULES.join('\n')),
  groupBy: 'stage',
  groupWaitMs: 10_000,
  groupIntervalMs: MINUTE_MS,
};

/**
 * Alarm events through the machine and the desk: raised, escalated, shelved, unshelved, acknowledged and cleared, each with
 * its notification, the state of what has changed as it is saved, and its delivery settled.
 */
class Load {
  events = 0;
  private now = START;
  private readonly dirty = new Set<string>();
  private readonly desk: AlarmDesk;

  constructor(notify: Partial<NotifySettings> = {}) {
    const usual = { repeatMs: 15 * MINUTE_MS, limit: 1000, periodMs: MINUTE_MS };
    this.desk = new AlarmDesk({ alarm: { offDelayMs: 0 }, notify: { ...usual, ...notify } }, (key) =>
      this.dirty.add(key),
    );
  }

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

  /** Silences that stand for a day and match nothing that comes: for one asset, for many, and by several labels. */
  silence(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const matchers = [
        `asset=other/pump-${index}`,
        `asset~other-${index}/*`,
        `asset~*-${index}-spare, level=CRITICAL`,
      ];
      this.told(
        runAlarmCommand(
          this.desk,
          { command: 'silence', matchers: matchers[index % 3], minutes: 1440, user: 'ann' },
          this.now,
        ).delivery,
      );
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
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** How many alarm events a minute one core carries, and whether memory stays where it was. */
export const alarmsBench: Bench = {
  name: 'alarms',
  run(short: boolean): Report {
    const assets = short ? 50 : ASSETS;
    const rounds = short ? 3 : 7;
    const standing = short ? 100 : 1000;
    const silences = short ? 90 : 900;
    const measure = (load: Load): { rates: number[]; grownMb: number } => {
      load.round(assets);
      const rates: number[] = [];
      const before = heapMb();
      let most = before;
      for (let round = 0; round < rounds; round += 1) {
        const { events } = load;
        const start = process.cpuUsage();
        load.round(assets);
        const { user, system } = process.cpuUsage(start);
        rates.push(((load.events - events) * MINUTE_MS * 1000) / (user + system));
        most = Math.max(most, heapMb());
      }
      return { rates, grownMb: most - before };
    };
    const alone = measure(new Load());
    const many = new Load();
    many.stand(standing);
    const withMany = measure(many);
    const full = new Load(EVERYTHING);
    full.stand(standing);
    full.silence(silences);
    const withAll = measure(full);
    return {
      how: `Each of ${assets} assets: raised, escalated, shelved, unshelved, acknowledged, cleared; with decisions on notifications and the saved form of all that changes, without the disk; more alarms than the limit, so that a storm is counted. A minute of processor time, so that others on the machine do not count. Second figure: while ${standing} other alarms stand. Third: with ${silences} silences, 20 inhibition rules and grouping by stage, too; the heap is that of this one.`, // prettier-ignore
      figures: [
        median('alarm events a minute', '', alone.rates),
        median('with others that stand', '', withMany.rates),
        median('with silences, rules and groups, too', '', withAll.rates),
        { name: 'heap grown at most meanwhile', value: withAll.grownMb, unit: 'MB' },
      ],
    };
  },
};
