import { join } from 'node:path';
import type { NodeAPI, NodeDef } from 'node-red';
import { AlarmBook } from '../lib/alarm/book';
import { DEFAULT_EPISODE } from '../lib/alarm/defaults';
import type { AlarmEvent } from '../lib/alarm/event';
import { Notifier, type Notification } from '../lib/alarm/notify';
import { readVerdict } from '../lib/alarm/read-verdict';
import { systemClock } from '../lib/platform/clock';
import { alarmEventWords, alarmList, alarmStatus, notificationWords } from './runtime/alarm-words';
import { sharedLog } from './runtime/alarm-log';
import { commandName } from './runtime/commands';
import { commandOf, onInput, refuse, type Send } from './runtime/handler';
import { readChoice, readNumber, readText } from './runtime/settings';
import { statusLine } from './runtime/status';
import { userFolder } from './runtime/user-folder';
import { worded, words } from './runtime/words';

type Definition = NodeDef & Record<string, unknown>;
type Loose = Record<string, unknown>;

const MINUTE = 60_000;
const COMMANDS = ['ack', 'list', 'reset'] as const;
const LONGEST_COMMENT = 500;

/** `swat-alert`: one alarm per episode, told to people once, written to the alarm log. */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType('swat-alert', function (definition: Definition) {
    RED.nodes.createNode(this, definition);
    try {
      const settings = readSettings(definition);
      const book = new AlarmBook(settings.episode);
      const notifier = new Notifier(settings.notify);
      const status = statusLine(this);
      let logFailed = false;
      const log = settings.log
        ? sharedLog(join(userFolder(RED), 'swat', 'logs', 'alarms.log'), settings.rotation, {
            failed: (error) => {
              logFailed = true;
              this.error(worded(RED, error).message);
              show();
            },
            recovered: (lost) => {
              logFailed = false;
              this.log(words(RED, 'status.log-recovered', { lost }));
              show();
            },
          })
        : undefined;

      const show = (): void => status.show(alarmStatus(RED, book, logFailed));
      const metrics = (): object => ({ ...book.count(), suppressed: notifier.heldBack, logFailed });

      const publish = (events: AlarmEvent[], due: Notification[], message: Loose, send: Send, now: number): void => {
        if (events.length === 0 && due.length === 0) return;
        const alarms = events.map((event) => ({ ...event, ...alarmEventWords(RED, event) }));
        for (const alarm of alarms) log?.write({ node: this.id, ...alarm }, now);
        const news = [...events.flatMap((event) => notifier.consider(event, now).notification ?? []), ...due];
        const notifications = news.map((each) => ({ ...each, ...notificationWords(RED, each) }));
        send([
          alarms.map((payload) => ({ ...message, payload })),
          notifications.map((payload) => ({ ...message, topic: `${payload.asset}/${payload.level}`, payload })),
          { ...message, payload: metrics() },
        ]);
        show();
      };

      const answer = (message: Loose, send: Send, payload: object): void =>
        send([null, null, { ...message, payload: { ok: true, ...payload } }]);

      const run = (command: Loose, message: Loose, send: Send, now: number): void => {
        const name = commandName(command, COMMANDS);
        switch (name) {
          case 'ack': {
            const id = readText(command.id);
            const user = readText(command.user).slice(0, 64);
            const comment = readText(command.comment).slice(0, LONGEST_COMMENT);
            const events = book.acknowledge(id, { user, comment }, now);
            publish(events, [], message, send, now);
            answer(message, send, { command: name, id });
            return;
          }
          case 'list':
            answer(message, send, { command: name, alarms: alarmList(RED, book) });
            return;
          case 'reset': {
            const asset = readText(command.asset) || undefined;
            publish(book.reset(asset, now), [], message, send, now);
            answer(message, send, { command: name, ...(asset === undefined ? {} : { asset }) });
            return;
          }
        }
      };

      onInput(this, RED, status, (message, send) => {
        const command = commandOf(message);
        const now = systemClock();
        const rest: Loose = { ...message };
        delete rest.swat;
        if (command !== undefined) run(command, rest, send, now);
        else publish(book.verdict(readVerdict(message.payload), now), [], rest, send, now);
      });

      const timer = setInterval(() => {
        const now = systemClock();
        const send: Send = (out) => {
          this.send(out);
        };
        publish(book.tick(now), [], {}, send, now);
        publish([], notifier.repeats(book.list(), now), {}, send, now);
      }, 1000);
      show();

      this.on('close', (done: () => void) => {
        clearInterval(timer);
        status.close();
        void (log?.close() ?? Promise.resolve()).then(done);
      });
    } catch (cause) {
      refuse(this, RED, cause);
    }
  });
};

function readSettings(definition: Definition) {
  const number = (name: string, min: number, max: number, fallback: number, integer = false): number =>
    readNumber(name, definition[name], { min, max, fallback, integer });
  return {
    episode: {
      annunciate: readChoice(
        'annunciate',
        definition.annunciate,
        ['INFO', 'WARNING', 'CRITICAL'] as const,
        DEFAULT_EPISODE.annunciate,
      ),
      offDelayMs: number('offDelay', 0, 86_400, DEFAULT_EPISODE.offDelayMs / 1000) * 1000,
    },
    notify: {
      repeatMs: number('repeat', 0, 10_080, 15) * MINUTE,
      limit: number('limit', 1, 1000, 10, true),
      periodMs: number('limitPeriod', 0.1, 1440, 10) * MINUTE,
    },
    log: definition.log !== false,
    rotation: { sizeKb: number('logSize', 1, 1_000_000, 10_240, true), files: number('logFiles', 1, 1000, 10, true) },
  };
}
