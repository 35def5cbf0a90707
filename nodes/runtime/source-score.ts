import type { NodeAPI } from 'node-red';
import { isTime } from '../../lib/alarm/restore';
import { readAlarm, Scoreboard, type AttackScore } from '../../lib/alarm/scoreboard';
import { together } from '../../lib/alarm/together';
import { isRecord } from '../../lib/record';
import { stageOf } from '../../lib/plant/swat';
import type { PlayerEvent } from '../../lib/stream/player-event';
import { words } from './words';

/** The scoreboard of a `swat-source`: its own attacks against the alarms that are wired back to it. */
export class SourceScore {
  private board = new Scoreboard(stageOf);
  private time: number | undefined;
  /** Grows whenever the attacks that are scored may have changed. */
  version = 0;

  constructor(
    private readonly RED: Pick<NodeAPI, '_'>,
    private readonly asset: string,
  ) {}

  /** Hears of everything that the source tells; a start begins a new board. */
  event(event: PlayerEvent): void {
    switch (event.event) {
      case 'started':
        this.board = new Scoreboard(stageOf);
        this.time = undefined;
        this.version += 1;
        break;
      case 'attack-waiting':
      case 'attack-started':
      case 'attack-visible':
      case 'attack-ended':
        this.board.attack(event);
        break;
      default:
        break;
    }
  }

  /** Takes a payload that is an alarm event; one of another asset counts for nothing. False for anything else. */
  alarm(payload: unknown): boolean {
    const alarm = readAlarm(payload);
    if (alarm?.asset === this.asset) {
      this.board.alarm(alarm);
      this.version += 1;
    }
    return alarm !== undefined;
  }

  /** Event time has come this far: what is to be told of attacks that are scored now. */
  frame(time: number): object[] {
    this.time = time;
    const scored = this.board.tick(time);
    if (scored.length > 0) this.version += 1;
    return scored.map((score) => this.payload('scored', score));
  }

  /** The attacks that are scored, and what is remembered beside them: plain data. */
  get results(): AttackScore[] {
    return this.board.results();
  }

  get saved(): object {
    return { ...this.board.saved(), latest: this.time ?? null };
  }

  /** Takes back what {@link saved} gave. @throws SwatError `snapshot-corrupt` */
  restore(saved: unknown): void {
    this.board.restore(saved);
    const latest = isRecord(saved) ? saved.latest : undefined;
    this.time = isTime(latest) ? latest : undefined;
  }

  /** Takes back the {@link results}. @throws SwatError `snapshot-corrupt` */
  restoreResults(saved: unknown): void {
    this.board.restoreResults(saved);
  }

  /** How it stands, with every attack that is kept. */
  standing(): object {
    return { ...this.payload('asked'), results: this.board.results() };
  }

  private payload(event: 'scored' | 'asked', score?: AttackScore): object {
    const totals = this.board.totals();
    const text = together([...(score === undefined ? [] : [this.outcome(score)]), this.soFar(totals)]);
    const { asset, time } = this;
    return { event, asset, time: time ?? null, ...(score === undefined ? {} : { attack: score }), totals, text };
  }

  private outcome(score: AttackScore): string {
    const { attack, detected, delayS, named, stage, stages, stageNamed, firstDifference } = score;
    const title = words(this.RED, `attacks.${attack}`);
    const say = (code: string, params = {}): string =>
      words(this.RED, `sentences.score-${code}`, { attack, title, ...params });
    if (!detected) return say(firstDifference === null ? 'traceless' : 'missed');
    return say(stageNamed ? 'detected' : 'detected-elsewhere', {
      seconds: delayS ?? 0,
      tag: named ?? '?',
      stage: stage ?? '?',
      stages: stages.join(', '),
    });
  }

  private soFar({
    attacks,
    detected,
    medianDelayS,
    falseAlarms,
    normalHours,
  }: ReturnType<Scoreboard['totals']>): string {
    return words(this.RED, detected > 0 ? 'sentences.score-total' : 'sentences.score-total-none', {
      attacks,
      detected,
      median: medianDelayS ?? 0,
      alarms: falseAlarms,
      hours: Number(normalHours.toFixed(1)),
    });
  }
}
