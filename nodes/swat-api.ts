import type { Node, NodeAPI, NodeDef } from 'node-red';
import { readVerdict } from '../lib/alarm/read-verdict';
import { SwatError } from '../lib/errors';
import { ApiFigures } from '../lib/metrics/api';
import { isRecord } from '../lib/record';
import { apiActions, waitingOf } from './runtime/api-actions';
import { isAlarmEvent, VerdictBoard } from './runtime/api-board';
import { apiChain } from './runtime/api-chain';
import { apiDocument } from './runtime/api-document';
import { createPredictor } from './runtime/api-predict';
import { apiKeyRoute } from './runtime/api-routes';
import { apiServer } from './runtime/api-server';
import { readApiSettings } from './runtime/api-settings';
import { apiPlaces, takePlace } from './runtime/api-shared';
import { apiStream } from './runtime/api-stream';
import { onInput, refuse } from './runtime/handler';
import { nodeLog } from './runtime/logs';
import { metricsText, nodeMetrics } from './runtime/metrics';
import { registerNode } from './runtime/register';
import { settingsEnv } from './runtime/settings-file';
import { statusLine } from './runtime/status';
import { words, worded } from './runtime/words';

type Definition = NodeDef & Record<string, unknown>;

/** `swat-api`: the chain before it over REST and WebSocket, for those who have a key. */
export = (RED: NodeAPI): void => {
  apiKeyRoute(RED);
  apiPlaces(RED);

  registerNode(
    RED,
    'swat-api',
    function (this: Node, definition: Definition) {
      const log = nodeLog(RED, this);
      const status = statusLine(this);
      const credentials = this.credentials as { hashes?: unknown } | undefined;
      try {
        const settings = readApiSettings(definition, credentials?.hashes, settingsEnv(RED));
        const chain = apiChain(RED, this.id, settings);
        const board = new VerdictBoard();
        const stream = apiStream(RED, settings);
        const figures = new ApiFigures(() => stream.clients);
        const title = words(RED, 'api.title', { name: definition.name || settings.path });
        const tagsNow = (): ReturnType<Parameters<typeof apiDocument>[2]> => {
          try {
            return chain.windowing().plant.tags;
          } catch {
            return undefined;
          }
        };
        const actions = apiActions({
          chain,
          board,
          predictor: createPredictor(RED, chain),
          metrics: async () => ({ text: (await metricsText()) + (await figures.text()), media: figures.contentType }),
        });
        const server = apiServer({
          RED,
          settings,
          actions,
          figures,
          document: apiDocument(RED, { title, path: settings.path }, tagsNow),
          failed: (error) => this.error(worded(RED, error)),
        });
        const place = { path: settings.path, name: definition.name || this.id, server, stream };
        const leave = takePlace(RED, place);

        const show = (): void => {
          if (settings.keys.length === 0)
            status.show({ fill: 'yellow', shape: 'ring', text: words(RED, 'status.api-no-key') });
          else if (settings.lost.length > 0)
            status.show({ fill: 'yellow', shape: 'ring', text: words(RED, 'status.api-key-lost', { name: settings.lost[0] }) }); // prettier-ignore
          else if (waitingOf(chain).length > 0)
            status.show({ fill: 'yellow', shape: 'ring', text: words(RED, 'status.api-waiting', { part: waitingOf(chain)[0].part }) }); // prettier-ignore
          else status.show({ fill: 'green', shape: 'dot', text: settings.path });
        };
        const started = (): void => {
          chain.look();
          show();
        };
        RED.events.on('flows:started', started);
        for (const name of settings.lost) this.warn(words(RED, 'sentences.api-key-lost', { name }));
        show();

        onInput(this, RED, status, ({ payload }) => {
          if (isAlarmEvent(payload)) {
            stream.tell('alarm', String(payload.asset), payload);
            return;
          }
          // What else comes out of the same outputs: answers to commands, metrics, windows, other events.
          if (!isRecord(payload) || typeof payload.finding !== 'string') {
            if (isRecord(payload)) return;
            throw new SwatError('api-payload');
          }
          const verdict = readVerdict(payload);
          board.take(verdict, payload);
          const dropped = stream.tell('verdict', verdict.asset, payload);
          for (let left = dropped; left > 0; left -= 1) figures.dropped();
          show();
        });
        nodeMetrics(this, { figures: () => ({}), waitsFor: () => waitingOf(chain)[0]?.reason });
        log.event('stream', { event: 'api', path: settings.path, keys: settings.keys.map(({ name }) => name) });

        this.on('close', (done: () => void) => {
          leave();
          RED.events.off('flows:started', started);
          status.close();
          server.close();
          void stream.close().then(done);
        });
      } catch (cause) {
        refuse(this, RED, cause);
      }
    },
    { credentials: { hashes: { type: 'text' } } },
  );
};
