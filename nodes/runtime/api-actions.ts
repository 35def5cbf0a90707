import type { ApiKey } from '../../lib/api/keys';
import type { OperationId } from '../../lib/api/operations';
import { pageOf } from '../../lib/api/paging';
import type { DetectorKind } from '../../lib/detect/detector';
import { SwatError } from '../../lib/errors';
import type { VerdictBoard } from './api-board';
import type { ApiChain } from './api-chain';
import type { Predictor } from './api-predict';

/** A request that has been held against the document. */
export interface Asked {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Partial<Record<string, string | number>>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** Who asks; `undefined` where no key is needed and none was given. */
  readonly key: ApiKey | undefined;
  /** The same for what is asked again. */
  readonly commandId: string | undefined;
}

/** What a request is answered with. */
export interface Answered {
  readonly status?: number;
  readonly body: unknown;
  /** Of what is no JSON. */
  readonly media?: string;
}

type Actions = Readonly<Record<OperationId, (asked: Asked) => Promise<Answered>>>;

export interface ActionParts {
  readonly chain: ApiChain;
  readonly predictor: Predictor;
  readonly board: VerdictBoard;
  readonly metrics: () => Promise<{ readonly text: string; readonly media: string }>;
}

/** How `swat-alert` is told a command, and of whom it is: that was checked here, by the key. */
type CommandOf = (
  command: Readonly<Record<string, unknown>>,
  actor: { readonly user: string; readonly known: 'key' },
) => Promise<object>;

const DEFAULT_LIMIT = 100;

/** What is done for each operation of the document. */
export function apiActions({ chain, predictor, board, metrics }: ActionParts): Actions {
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  const paging = ({ query }: Asked): { limit: number; cursor: string | undefined } => ({
    limit: Number(query.limit ?? DEFAULT_LIMIT),
    cursor: text(query.cursor),
  });

  /** Carries out a command on an alarm as a message would: under the name of the key. */
  const onAlarm =
    (command: string) =>
    async ({ params, body, key, commandId }: Asked): Promise<Answered> => {
      const user = key?.name ?? '';
      const given = { ...body, command, id: params.id, user, ...(commandId && { commandId }) };
      const carryOut: CommandOf = chain.command();
      return { body: await carryOut(given, { user, known: 'key' }) };
    };

  return {
    predict: async ({ body }) => ({
      body: await predictor.alone(text(body.asset), body.frames as readonly unknown[]),
    }),
    predictNext: async ({ params, body }) => ({ body: await predictor.next(params.asset, body.frame) }),
    assets: (asked) => {
      const { live } = chain.windowing();
      const names = [...new Set([...live.assets(), ...board.assets()])];
      const wanted = names.filter(
        (name) => asked.query.level === undefined || board.of(name)?.level === asked.query.level,
      );
      const { items, ...next } = pageOf(wanted, (name) => name, paging(asked));
      return Promise.resolve({ body: { items: items.map((name) => assetOf(name, live, board)), ...next } });
    },
    async alarms(asked) {
      const { asset, level, state } = asked.query;
      const { alarms = [] } = (await chain.command()({ command: 'list' })) as { alarms?: Listed[] };
      const wanted = alarms.filter(
        (alarm) =>
          (asset === undefined || alarm.asset === asset) &&
          (level === undefined || alarm.level === level) &&
          (state === undefined || alarm.state === state),
      );
      return { body: pageOf(wanted, ({ since, id }) => `${String(since).padStart(16, '0')} ${id}`, paging(asked)) };
    },
    acknowledgeAlarm: onAlarm('ack'),
    shelveAlarm: onAlarm('shelve'),
    unshelveAlarm: onAlarm('unshelve'),
    async models(asked) {
      const models = await Promise.all(
        chain.detectors().map(async ({ id, kind, node }) => {
          const answer = await node.command?.({ command: 'versions' });
          return { kind, detector: id, name: node.name ?? '', versions: (answer?.versions ?? []) as object[] };
        }),
      );
      return { body: pageOf(models, ({ kind }) => kind, paging(asked)) };
    },
    async activateModel({ params, body, key }) {
      const detector = chain.detectors().find(({ kind }) => kind === (params.kind as DetectorKind));
      if (detector?.node.command === undefined) throw new SwatError('api-detector-missing', { kind: params.kind });
      const { version, reason = '' } = body;
      const wish = { command: 'activate', version, reason, user: key?.name ?? '' };
      const answer = await detector.node.command(wish).catch((cause: unknown) => {
        // Who uses the API knows neither the folder of the models nor the commands of the node.
        if (!(cause instanceof SwatError) || cause.code !== 'version-missing') throw cause;
        throw new SwatError('api-version', { kind: params.kind, version: String(version) }, { cause });
      });
      return { body: { ok: answer.ok, version } };
    },
    async metrics() {
      const { text: body, media } = await metrics();
      return { body, media };
    },
    health: () => Promise.resolve({ body: { alive: true } }),
    ready: ({ key }) => {
      const waiting = waitingOf(chain);
      const ready = waiting.length === 0;
      // What is missing is for those who have a key.
      return Promise.resolve({ status: ready ? 200 : 503, body: { ready, ...(key === undefined ? {} : { waiting }) } });
    },
  };
}

interface Listed {
  readonly id: string;
  readonly asset: string;
  readonly level: string;
  readonly state: string;
  /** By the clock of the machine, ms. */
  readonly since: number;
}

function assetOf(
  name: string,
  live: ReturnType<ApiChain['windowing']>['live'],
  board: VerdictBoard,
): Readonly<Record<string, unknown>> {
  const [health, times, verdict] = [live.health(name), live.times(name), board.of(name)];
  return {
    asset: name,
    ...(health && {
      window: { filled: health.filled, length: live.length, good: health.good, bad: health.bad },
    }),
    ...(times && {
      ...(times.last === undefined ? {} : { lastTime: Math.round(times.last) }),
      communication: times.lost ? 'lost' : 'ok',
    }),
    ...(verdict && { verdict }),
  };
}

/** What keeps the chain from answering everything, each with the code of the reason. */
export function waitingOf(chain: ApiChain): { part: string; reason: string }[] {
  const waiting: { part: string; reason: string }[] = [];
  for (const [part, look] of [
    ['swat-window', () => chain.windowing()],
    ['swat-severity', () => chain.judging()],
    ['swat-alert', () => chain.command()],
  ] as const) {
    try {
      look();
    } catch (cause) {
      waiting.push({ part, reason: cause instanceof SwatError ? cause.code : 'unexpected' });
    }
  }
  if (chain.detectors().length === 0) waiting.push({ part: 'detectors', reason: 'api-part-missing' });
  return waiting;
}
