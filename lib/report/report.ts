import type { AlarmEvent } from '../alarm/event';
import { isRecord } from '../record';
import { availabilityOf, type Availability } from './availability';
import { episodesOf, type ReportEpisode } from './episodes';
import { figuresOf, type AlarmFigures } from './figures';
import type { Material } from './material';
import { modelsOf, type ModelUses } from './models';
import { eventOf } from './read-event';
import type { ReportRequest } from './request';

/** What a person did. */
export interface ReportAction {
  /** Event time, ms since the epoch. */
  readonly time: number;
  readonly event: string;
  readonly asset: string;
  readonly user: string;
  readonly comment: string;
}

/** A report before it is worded and drawn: plain data. */
export interface Report {
  readonly request: ReportRequest;
  /** So far the journal can tell of the span, event time, ms: to its end, or while that is yet to come to now or the newest record. */
  readonly until: number;
  readonly assets: readonly string[];
  readonly episodes: readonly ReportEpisode[];
  readonly figures: AlarmFigures;
  readonly availability: Availability;
  readonly models: ModelUses;
  readonly actions: readonly ReportAction[];
  /** Where it comes from: how many records of the journal, and the last of them with its hash. */
  readonly source: {
    readonly records: number;
    readonly last: { readonly n: number; readonly hash: string } | undefined;
    readonly isCut: boolean;
    /** Records `gap`, `end-missing` and `set-aside` of the span: the journal is not whole there. */
    readonly notWhole: number;
  };
}

const OWN: ReadonlySet<string> = new Set(['gap', 'end-missing', 'set-aside']);
const ACTIONS: ReadonlySet<string> = new Set([
  'acknowledged', 'shelved', 'unshelved', 'suppressed', 'unsuppressed', 'out-of-service', 'returned-to-service', 'unlatched', 'reset',
  'commented', 'silenced', 'unsilenced', 'recorded',
]); // prettier-ignore

/** Works a report out. */
export function reportOf(request: ReportRequest, { records, isCut, standing, audits }: Material): Report {
  const events = records.flatMap((record) => eventOf(record) ?? []);
  const before = standing.flatMap((record) => eventOf(record) ?? []);
  const episodes = episodesOf(events, before);
  const assets = assetsOf([...before, ...events], request.asset);
  const newest = records.reduce<(typeof records)[number] | undefined>(
    (last, each) => (last === undefined || each.n > last.n ? each : last),
    undefined,
  );
  const latest = records.reduce((time, each) => Math.max(time, each.time), request.made);
  return {
    request,
    until: Math.min(request.to, latest),
    assets,
    episodes,
    figures: figuresOf(events, episodes, request),
    availability: availabilityOf(episodes, assets, request),
    models: modelsOf(events, audits, request),
    actions: records
      .filter(({ event, body }) => ACTIONS.has(event) && isByPerson(event, body))
      .map(({ time, event, asset, user, comment }) => ({ time, event, asset, user, comment })),
    source: {
      records: records.length,
      last: newest && { n: newest.n, hash: newest.hash },
      isCut,
      notWhole: records.filter(({ event }) => OWN.has(event)).length,
    },
  };
}

/** The end of a hold that came by itself is nobody's action. */
function isByPerson(event: string, body: unknown): boolean {
  const reason = isRecord(body) ? body.reason : undefined;
  return !(event.startsWith('un') && (reason === 'expired' || reason === 'returned'));
}

function assetsOf(events: readonly AlarmEvent[], asset: string | undefined): string[] {
  const named = events.map((event) => event.asset);
  return [...new Set(asset === undefined ? named : [asset, ...named])].filter((name) => name !== '').sort();
}
