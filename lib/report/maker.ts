import { join } from 'node:path';
import { SwatError } from '../errors';
import type { DataQuality, HistoryReader, Trend, TrendQuery } from '../history/reader';
import type { Journal } from '../journal/journal';
import { threadsWith, type StartThread, type Thread } from '../platform/threads';
import { breathing, systemTimers } from '../platform/timers';
import { gather } from './gather';
import type { AuditLine } from './material';
import { shownAssets } from './past';
import type { FromReport, ToReport } from './protocol';
import type { FinishedReport, ReportRequest } from './request';

const SCRIPT = join(__dirname, 'report-worker.js');
const HEAP_MB = 512;
/** A report that takes longer is given up, ms. */
const LIMIT_MS = 120_000;
/** Reports that wait for their turn, at most. */
const MOST_WAITING = 10;
/** Records that go over at once. */
const PART = 100;

/** Where a report is made from. */
export interface ReportSources {
  readonly journal: Pick<Journal, 'query'>;
  readonly history: Pick<HistoryReader, 'trend' | 'assets' | 'quality'> | undefined;
  /** What is known of the models up to a time, oldest first. */
  readonly audits: (to: number) => Promise<readonly AuditLine[]>;
}

/** Makes reports, one after the other, each in a thread of its own with a bound on memory and time. */
export class ReportMaker {
  private turn: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private closed = false;
  private cancel: (() => Promise<void>) | undefined;

  constructor(
    private readonly start: StartThread = threadsWith(HEAP_MB),
    private readonly limitMs = LIMIT_MS,
  ) {}

  /**
   * @throws SwatError `report-busy` {most}, `report-late` {seconds}, `report-gone` {detail}, `report-cancelled`, and what the
   * journal and the renderers throw
   */
  make(request: ReportRequest, sources: ReportSources): Promise<FinishedReport> {
    if (this.waiting >= MOST_WAITING) return Promise.reject(new SwatError('report-busy', { most: MOST_WAITING }));
    this.waiting += 1;
    const made = this.turn.then(() => this.one(request, sources));
    this.turn = made.then(
      () => undefined,
      () => undefined,
    );
    return made.finally(() => (this.waiting -= 1));
  }

  /** Gives up what is being made and what waits. Never rejects. */
  async close(): Promise<void> {
    this.closed = true;
    await this.cancel?.();
    await this.turn;
  }

  private async one(request: ReportRequest, { journal, history, audits }: ReportSources): Promise<FinishedReport> {
    const cancelled = (): SwatError => new SwatError('report-cancelled');
    if (this.closed) throw cancelled();
    let settle: (outcome: FinishedReport | SwatError) => void = () => undefined;
    const outcome = new Promise<FinishedReport | SwatError>((resolve) => (settle = resolve));
    const thread = this.start(SCRIPT, undefined, [], {
      message: (value) => void this.heard(value as FromReport, thread, history, settle),
      ended: (cause) => settle(new SwatError('report-gone', { detail: cause?.message ?? 'exit' })),
    });
    const stop = systemTimers.after(this.limitMs, () =>
      settle(new SwatError('report-late', { seconds: this.limitMs / 1000 })),
    );
    this.cancel = () => {
      settle(cancelled());
      return thread.end(0);
    };
    this.feed(thread, request, { journal, history, audits }).catch((cause: unknown) =>
      settle(cause instanceof SwatError ? cause : new SwatError('report-failed', { detail: String(cause) })),
    );
    const result = await outcome;
    stop();
    this.cancel = undefined;
    await thread.end(result instanceof SwatError ? 0 : GRACE_MS);
    if (result instanceof SwatError) throw result;
    return result;
  }

  private async feed(
    thread: Thread,
    request: ReportRequest,
    { journal, history, audits }: ReportSources,
  ): Promise<void> {
    const say = (message: ToReport): void => thread.post(message);
    const { records, ...rest } = await gather(journal, request);
    const breath = breathing();
    for (let at = 0; at < records.length; at += PART) {
      say({ say: 'records', records: records.slice(at, at + PART) });
      await breath();
    }
    const kept = await history?.assets();
    const names = kept?.assets.map(({ asset }) => asset);
    const quality: DataQuality[] = [];
    for (const asset of shownAssets(names ?? [], request.asset)) {
      const found = await history?.quality(asset, request).catch(() => undefined);
      if (found !== undefined) quality.push(found);
    }
    say({
      say: 'make',
      request,
      material: { ...rest, audits: await audits(request.to) },
      kept: names,
      quality,
    });
  }

  private async heard(
    message: FromReport,
    thread: Thread,
    history: ReportSources['history'],
    settle: (outcome: FinishedReport | SwatError) => void,
  ): Promise<void> {
    switch (message.say) {
      case 'finished':
        settle(message.report);
        break;
      case 'failed':
        settle(new SwatError(message.code, message.details));
        break;
      case 'ask': {
        const trends: (Trend | null)[] = [];
        for (const query of message.queries) trends.push(await trendOf(history, query));
        const answer: ToReport = { say: 'trends', trends };
        thread.post(answer);
      }
    }
  }
}

/** A thread that is done may take so long to end, ms. */
const GRACE_MS = 2000;

/** What a history does not have, or cannot read, is missing in a report, and does not stand in its way. */
async function trendOf(history: ReportSources['history'], query: TrendQuery): Promise<Trend | null> {
  try {
    return (await history?.trend(query)) ?? null;
  } catch {
    return null;
  }
}
