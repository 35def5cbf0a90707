import type { NodeAPI, NodeDef } from 'node-red';
import { SwatError } from '../lib/errors';
import { Outbox } from '../lib/journal/outbox';
import { receivers } from '../lib/journal/outbox-message';
import { passes, readNews } from '../lib/journal/outbox-news';
import { steadyClock } from '../lib/platform/clock';
import { fromBytes, toBytes } from '../lib/snapshot/json';
import { commandName } from './runtime/commands';
import { commandOf, onInput, refuse } from './runtime/handler';
import { nodeLog } from './runtime/logs';
import { receiptOf } from './runtime/notify-receipt';
import { createSender, RUN } from './runtime/notify-sender';
import { readNotifySettings } from './runtime/notify-settings';
import { entryList, notifyStatus, refusedLetter } from './runtime/notify-words';
import { readNumber, readText } from './runtime/settings';
import { keepState } from './runtime/state';
import { statusLine } from './runtime/status';
import { worded } from './runtime/words';

type Definition = NodeDef & Record<string, unknown>;
type Loose = Record<string, unknown>;

const COMMANDS = ['confirm', 'fail', 'list', 'retry', 'drop'] as const;
const MOST_LISTED = 1000;

/** `swat-notify`: passes notifications on to one channel, each kept until it is confirmed. */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType(
    'swat-notify',
    function (definition: Definition) {
      RED.nodes.createNode(this, definition);
      nodeLog(RED, this);
      try {
        const credentials = (this as { credentials?: Loose }).credentials ?? {};
        const { channel, filter, outbox: settings } = readNotifySettings(definition, credentials);
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
        const status = statusLine(this);
        const show = (): void => status.show(() => notifyStatus(RED, outbox.count(), outbox.failing));
        const sender = createSender(RED, this, kept, outbox, channel, (cause) => this.error(worded(RED, cause)));

        const take = async (payload: unknown, now: number): Promise<void> => {
          const news = readNews(payload);
          if (!passes(news, filter)) return;
          const all = receivers(channel);
          const added = all.length === 0 ? [outbox.add(news, now)] : all.map((to) => outbox.add(news, now, to));
          await sender.pump();
          if (!added.includes('full')) return;
          this.send([null, refusedLetter(RED, news), null]);
          throw new SwatError('notify-full', { key: news.key });
        };

        const run = async (command: Loose, message: Loose, now: number): Promise<void> => {
          const name = commandName(command, COMMANDS);
          const answer = (more: object): void =>
            this.send([null, null, { ...message, payload: { ok: true, command: name, ...more } }]);
          switch (name) {
            case 'list': {
              const most = readNumber('limit', command.limit, {
                min: 1,
                max: MOST_LISTED,
                fallback: 100,
                integer: true,
              });
              const wanted = readText(command.state);
              const entries = outbox.list().filter(({ state }) => wanted === '' || state === wanted);
              const listed = { counts: outbox.count(), entries: entryList(RED, entries.slice(0, most)) };
              await sender.pump();
              answer(listed);
              break;
            }
            case 'confirm':
              await sender.pump(outbox.confirm(keyOf(command, outbox), now));
              answer({ key: command.key });
              break;
            case 'fail': {
              const failure = { code: 'error', detail: readText(command.reason).slice(0, 200) } as const;
              await sender.pump(outbox.fail(keyOf(command, outbox), undefined, failure, now));
              answer({ key: command.key });
              break;
            }
            case 'retry':
            case 'drop': {
              const key = command.all === true ? undefined : keyOf(command, outbox);
              const count = name === 'retry' ? outbox.retry(key, now) : outbox.drop(key);
              await sender.pump();
              answer({ ...(key === undefined ? { all: true } : { key }), count });
            }
          }
        };

        onInput(
          this,
          RED,
          status,
          async (message) => {
            const now = steadyClock();
            const command = commandOf(message);
            const rest: Loose = { ...message };
            delete rest.swat;
            const receipt = command === undefined ? receiptOf(rest) : undefined;
            if (command !== undefined) await run(command, rest, now);
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
        void kept.ready.then(show);
        const timer = setInterval(show, 1000);

        this.on('close', (done: () => void) => {
          clearInterval(timer);
          status.close();
          void sender
            .close()
            .then(() => kept.close())
            .then(() => done());
        });
      } catch (cause) {
        refuse(this, RED, cause);
      }
    },
    { credentials: { url: { type: 'password' }, secret: { type: 'password' } } },
  );
};

/**
 * The key that a command names.
 * @throws SwatError `notify-key`, `notify-unknown`
 */
function keyOf(command: Loose, outbox: Outbox): string {
  const key = readText(command.key);
  if (key === '') throw new SwatError('notify-key');
  if (!outbox.has(key)) throw new SwatError('notify-unknown', { key: key.slice(0, 100) });
  return key;
}
