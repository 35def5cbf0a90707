import type { NodeAPI, NodeDef } from 'node-red';
import { SwatError } from '../lib/errors';
import { Outbox } from '../lib/journal/outbox';
import { receivers } from '../lib/journal/outbox-message';
import { passes, readNews } from '../lib/journal/outbox-news';
import { steadyClock } from '../lib/platform/clock';
import { fromBytes, toBytes } from '../lib/snapshot/json';
import { commandOf, onInput } from './runtime/handler';
import { outboxFigures } from './runtime/alarm-figures';
import { isRerun } from './runtime/kafka-exact';
import { logSettings, nodeLog, reportError } from './runtime/logs';
import { nodeMetrics } from './runtime/metrics';
import { notifyCommands } from './runtime/notify-commands';
import { failureDetail, receiptOf } from './runtime/notify-receipt';
import { notifyRoutes, type NotifyNode } from './runtime/notify-routes';
import { channelName, createSender, RUN } from './runtime/notify-sender';
import { readNotifySettings } from './runtime/notify-settings';
import { notifyStatus, refusedLetter } from './runtime/notify-words';
import { registerNode } from './runtime/register';
import { keepState } from './runtime/state';
import { statusLine } from './runtime/status';
import { worded } from './runtime/words';

type Definition = NodeDef & Record<string, unknown>;
type Loose = Record<string, unknown>;

/** `swat-notify`: passes notifications on to one channel, each kept until it is confirmed. */
export = (RED: NodeAPI): void => {
  notifyRoutes(RED);

  registerNode(
    RED,
    'swat-notify',
    function (this: NotifyNode, definition: Definition) {
      const log = nodeLog(RED, this);
      const credentials = (this as { credentials?: Loose }).credentials ?? {};
      const { channel, filter, outbox: settings, problem } = readNotifySettings(definition, credentials);
      if (problem !== undefined) {
        const error = worded(RED, problem);
        this.held = error.message;
        reportError(RED, this, error, () => this.error(error.message));
      }
      const secrets = [channel?.url ?? '', channel?.secret ?? ''];
      const detailOf = failureDetail(secrets, logSettings(RED)[0].redact);
      const outbox: Outbox = new Outbox(settings, RUN, Math.random, (key) => kept.change(key));
      const kept = keepState(
        this,
        RED,
        { kind: 'swat-notify', version: 1, key: '' },
        {
          keys: () => outbox.keys(),
          full: (key) => toBytes(outbox.full(key)),
          restore: (key, { full }) => outbox.restore(key, fromBytes(key, full), steadyClock()),
        },
      );
      const all = channel === undefined ? [] : receivers(channel);
      const begun = kept.ready.then(() => outbox.begin(all, steadyClock()));
      const status = statusLine(this);
      const show = (): void =>
        status.show(() =>
          notifyStatus(RED, outbox.count(), {
            failing: outbox.failingSince !== undefined,
            held: problem !== undefined,
          }),
        );
      const sender = createSender(RED, this, kept, outbox, channel, (cause) => this.error(worded(RED, cause)));
      const run = notifyCommands(RED, outbox, sender, detailOf, log);
      this.command = async (command) => {
        await begun;
        const answer = await run(command);
        show();
        return answer;
      };

      const take = async (payload: unknown, now: number): Promise<void> => {
        const news = readNews(payload);
        if (!passes(news, filter)) return;
        const added = all.length === 0 ? [outbox.add(news, now)] : all.map((to) => outbox.add(news, now, to));
        await sender.pump();
        if (added.includes('full')) {
          this.send([null, refusedLetter(RED, channelName(this), news), null]);
          throw new SwatError('notify-full', { key: news.key });
        }
        if (problem !== undefined) throw problem;
      };

      onInput(
        this,
        RED,
        status,
        async (message) => {
          // What was told before is not told again.
          if (isRerun(message)) return;
          const now = steadyClock();
          const command = commandOf(message);
          const rest: Loose = { ...message };
          delete rest.swat;
          const receipt = command === undefined ? receiptOf(rest, detailOf) : undefined;
          if (command !== undefined) this.send([null, null, { ...rest, payload: await run(command) }]);
          else if (receipt === undefined) await take(message.payload, now);
          else if (receipt.node === this.id) {
            const { key, attempt, failure, afterMs } = receipt;
            const failed = failure && outbox.fail(key, attempt, failure, now, afterMs);
            await sender.pump(failure === undefined ? outbox.confirm(key, now) : failed);
          }
          show();
        },
        kept,
      );
      void begun.then(show);
      nodeMetrics(this, {
        figures: () => outboxFigures(outbox.count(), outbox.failingSince !== undefined),
        waitsFor: () => (problem !== undefined ? 'misconfigured' : kept.isReady ? undefined : 'state-loading'),
      });
      const timer = setInterval(show, 1000);

      this.on('close', (done: () => void) => {
        clearInterval(timer);
        status.close();
        void sender
          .close()
          .then(() => kept.close())
          .then(() => done());
      });
    },
    { credentials: { url: { type: 'password' }, secret: { type: 'password' } } },
  );
};
