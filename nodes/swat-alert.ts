import type { NodeAPI, NodeDef } from 'node-red';
import { AlarmDesk, type Delivery } from '../lib/alarm/desk';
import { readVerdict } from '../lib/alarm/read-verdict';
import { steadyClock, systemClock } from '../lib/platform/clock';
import { fromBytes, toBytes } from '../lib/snapshot/json';
import { alarmParcel, type Parcel } from './runtime/alarm-parcel';
import { alarmList, alarmStatus } from './runtime/alarm-words';
import { alarmLog } from './runtime/alarm-log';
import { readAlertSettings } from './runtime/alert-settings';
import { commandName } from './runtime/commands';
import { createDispatch } from './runtime/dispatch';
import { commandOf, onInput, refuse, type Send } from './runtime/handler';
import { nodeLog } from './runtime/logs';
import { readText } from './runtime/settings';
import { keepState } from './runtime/state';
import { statusLine } from './runtime/status';
import { worded, words } from './runtime/words';

type Definition = NodeDef & Record<string, unknown>;
type Loose = Record<string, unknown>;

const COMMANDS = ['ack', 'list', 'reset'] as const;
const LONGEST_COMMENT = 500;

/** `swat-alert`: one alarm per episode, told to people once, written to the alarm log, remembered over a restart. */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType('swat-alert', function (definition: Definition) {
    RED.nodes.createNode(this, definition);
    nodeLog(RED, this);
    try {
      const settings = readAlertSettings(definition);
      const desk: AlarmDesk = new AlarmDesk(settings, (key) => kept.change(key));
      const kept = keepState(
        this,
        RED,
        { kind: 'swat-alert', version: 1, key: '' },
        {
          keys: () => desk.keys(),
          full: (key) => toBytes(desk.full(key)),
          restore: (key, { full }) => desk.restore(key, fromBytes(key, full)),
        },
      );
      const status = statusLine(this);
      let logFailed = false;
      const log = settings.log
        ? alarmLog(RED, settings.rotation, {
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

      const show = (): void => status.show(() => alarmStatus(RED, desk.list(), logFailed));

      const parcel = (delivery: Delivery, message: Loose, more: Loose = {}): Parcel =>
        alarmParcel(RED, delivery, { ...desk.count(), logFailed }, message, more);
      const own: Send = (out) => {
        this.send(out);
      };
      const dispatch = createDispatch(RED, kept, desk, (delivery) => own(parcel(delivery, {}, { redelivered: true })));

      const publish = (delivery: Delivery | undefined, message: Loose, output: Send): Promise<void> => {
        if (delivery === undefined) return Promise.resolve();
        const out = parcel(delivery, message);
        for (const { payload } of out[0]) log?.write({ node: this.id, ...payload }, systemClock());
        show();
        return dispatch.send(delivery.n, () => output(out));
      };
      const answer = (message: Loose, output: Send, payload: object): Promise<void> =>
        dispatch.follow(() => output([null, null, { ...message, payload: { ok: true, ...payload } }]));
      const both = async (...work: Promise<void>[]): Promise<void> => {
        await Promise.all(work);
      };

      const run = (command: Loose, message: Loose, output: Send, now: number): Promise<void> => {
        const name = commandName(command, COMMANDS);
        switch (name) {
          case 'ack': {
            const id = readText(command.id);
            const user = readText(command.user).slice(0, 64);
            const comment = readText(command.comment).slice(0, LONGEST_COMMENT);
            const delivery = desk.acknowledge(id, { user, comment }, now);
            return both(publish(delivery, message, output), answer(message, output, { command: name, id }));
          }
          case 'list':
            return answer(message, output, { command: name, alarms: alarmList(RED, desk.list()) });
          case 'reset': {
            const asset = readText(command.asset) || undefined;
            const answered = { command: name, ...(asset === undefined ? {} : { asset }) };
            return both(publish(desk.reset(asset, now), message, output), answer(message, output, answered));
          }
        }
      };

      onInput(
        this,
        RED,
        status,
        (message, output) => {
          const command = commandOf(message);
          const now = steadyClock();
          const rest: Loose = { ...message };
          delete rest.swat;
          if (command !== undefined) return run(command, rest, output, now);
          const delivery = desk.verdict(readVerdict(message.payload, (message as Loose).restarted), now);
          return delivery === undefined ? undefined : publish(delivery, rest, output);
        },
        kept,
      );

      const timer = setInterval(() => {
        const now = steadyClock();
        if (kept.isReady) publish(desk.tick(now), {}, own).catch((cause: unknown) => this.error(worded(RED, cause)));
      }, 1000);
      void kept.ready.then(show);

      this.on('close', (done: () => void) => {
        clearInterval(timer);
        status.close();
        void Promise.all([dispatch.close().then(() => kept.close()), log?.close()]).then(() => done());
      });
    } catch (cause) {
      refuse(this, RED, cause);
    }
  });
};
