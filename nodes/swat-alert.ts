import type { NodeAPI, NodeDef } from 'node-red';
import { runAlarmCommand } from '../lib/alarm/command';
import { readCommunication } from '../lib/alarm/communication';
import { AlarmDesk, type Delivery } from '../lib/alarm/desk';
import { readVerdict } from '../lib/alarm/read-verdict';
import type { Actor } from '../lib/operator/actor';
import { steadyClock, systemClock } from '../lib/platform/clock';
import { fromBytes, toBytes } from '../lib/snapshot/json';
import { EventFigures } from './runtime/alarm-figures';
import { AlarmEdge } from './runtime/alarm-edge';
import { alarmParcel, formedParcel, type FormedParcel, type Parcel } from './runtime/alarm-parcel';
import { alarmStatus, commandAnswer } from './runtime/alarm-words';
import { alarmLog } from './runtime/alarm-log';
import { alarmMoving } from './runtime/alarm-moving';
import { alertRoutes, type AlertNode } from './runtime/alert-routes';
import { readAlertSettings } from './runtime/alert-settings';
import { alertJournal } from './runtime/journal-alert';
import { journalCommand } from './runtime/journal-commands';
import { createDispatch } from './runtime/dispatch';
import { guidanceFrom } from './runtime/guidance';
import { commandOf, onInput, refuse, withoutCommand, type Send } from './runtime/handler';
import { isExact, isRerun, kafkaContext, kafkaOf, underWay, type KafkaContext } from './runtime/kafka-exact';
import { nodeLog } from './runtime/logs';
import { nodeMetrics } from './runtime/metrics';
import { identified, OperatorGate, takeSecrets, type Secrets } from './runtime/operator-gate';
import { PIN_CREDENTIALS, readOperatorSettings } from './runtime/operator-settings';
import { registerNode } from './runtime/register';
import { keepState } from './runtime/state';
import { statusLine } from './runtime/status';
import { worded, words } from './runtime/words';

type Definition = NodeDef & Record<string, unknown>;
type Loose = Record<string, unknown>;

/** `swat-alert`: one alarm per episode, told to people once, written to the alarm log, remembered over a restart. */
export = (RED: NodeAPI): void => {
  alertRoutes(RED);

  registerNode(
    RED,
    'swat-alert',
    function (this: AlertNode, definition: Definition) {
      nodeLog(RED, this);
      this.command = undefined;
      this.journal = undefined;
      this.gate = undefined;
      const secrets = new WeakMap<object, Secrets>();
      const arrived = (message: object): void => {
        // Only commands have any, and samples are many.
        if (Object.hasOwn(message, 'swat')) secrets.set(message, takeSecrets(message));
      };
      try {
        const settings = readAlertSettings(definition);
        const gate = new OperatorGate(
          this.id,
          readOperatorSettings(definition, { ...(this.credentials as object | undefined) }),
        );
        this.gate = gate;
        const guidanceOf = guidanceFrom(RED, definition.plant);
        const exact = (): boolean => isExact(this);
        const desk: AlarmDesk = new AlarmDesk(settings, (key) => kept.change(key), guidanceOf, exact);
        const kept = keepState(
          this,
          RED,
          { kind: 'swat-alert', version: 1, key: '' },
          {
            keys: () => desk.keys(),
            full: (key) => toBytes(desk.full(key)),
            restore: (key, { full }) => desk.restore(key, fromBytes(key, full)),
            moving: alarmMoving(desk, () => {
              show();
            }),
          },
        );
        const status = statusLine(this);
        const edge = settings.form === 'sparkplug-bytes' ? new AlarmEdge(settings.edge, systemClock) : undefined;
        const told = new EventFigures();
        let logFailed = false;
        let journalFailed = false;
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

        const journal = settings.journal
          ? alertJournal(this, RED, settings, (failed) => {
              journalFailed = failed;
              show();
            })
          : undefined;
        this.journal = journal?.journal;

        const show = (): void => status.show(() => alarmStatus(RED, desk.list(), logFailed || journalFailed));

        /** What comes of a message carries what that carries; what the node says by itself belongs to the lane of its asset. */
        const aboutOf = (message: Loose): ((asset: string) => KafkaContext | undefined) => {
          const given = kafkaOf(message);
          return (asset) => (given.kafka === undefined ? kafkaContext(this, asset) : given);
        };

        const parcel = (delivery: Delivery, message: Loose, more: Loose = {}): Parcel =>
          alarmParcel(
            RED,
            delivery,
            { ...desk.count(), ...desk.rates(steadyClock()), logFailed, journalFailed },
            message,
            more,
            aboutOf(message),
          );
        const formed = (whole: Parcel): FormedParcel =>
          formedParcel(whole, settings.form, { now: steadyClock(), latching: settings.alarm.latch }, edge);
        const own: Send = (out) => {
          this.send(out);
        };
        const record = ({ events }: Delivery): Promise<void> => journal?.record(events) ?? Promise.resolve();
        const dispatch = createDispatch(
          RED,
          kept,
          desk,
          record,
          (delivery) => own(formed(parcel(delivery, {}, { redelivered: true }))),
          exact,
        );

        const publish = (delivery: Delivery | undefined, message: Loose, output: Send): Promise<void> => {
          if (delivery === undefined) return Promise.resolve();
          if (isRerun(message)) {
            desk.delivered(delivery.n);
            return Promise.resolve();
          }
          const out = parcel(delivery, message);
          told.add(delivery.events);
          for (const { payload } of out[0]) log?.write({ node: this.id, ...payload }, systemClock());
          show();
          const sent = [...out[0], ...out[1]].map((each) => underWay(this, kafkaOf(each)));
          return dispatch
            .send(delivery, () => output(formed(out)))
            .finally(() => {
              for (const over of sent) over();
            });
        };

        /** What time has ended is told before anything else is done: it may have been while nothing ran. */
        const settle = (now: number): void => {
          const over = desk.overdue(now);
          if (over !== undefined) publish(over, {}, own).catch((cause: unknown) => this.error(worded(RED, cause)));
        };

        /** Does what a command says, by a message or from the editor: its answer, and when what came of it is out. */
        const run = (
          command: Loose,
          message: Loose,
          output: Send,
          actor?: Actor,
        ): { payload: object; told: Promise<void> } => {
          const now = steadyClock();
          settle(now);
          const { answer, delivery } = runAlarmCommand(desk, command, now, actor);
          // What was done before may still be on its way to the disk: it is answered once it is there.
          const told = answer.repeated === true ? dispatch.follow(() => undefined) : publish(delivery, message, output);
          return { payload: commandAnswer(RED, answer, gate.told), told };
        };

        onInput(
          this,
          RED,
          status,
          (message, output) => {
            const command = commandOf(message);
            const births = command?.command === 'rebirth' ? edge?.births() : edge?.rebirth(message);
            if (births !== undefined) {
              output([births.map((birth) => ({ ...birth })), null, null]);
              return undefined;
            }
            if (command !== undefined) {
              const rest = withoutCommand(message);
              const asked = journalCommand(RED, journal?.journal, command);
              if (asked !== undefined) return asked.then((payload) => output([null, null, { ...rest, payload }]));
              const carryOut = (actor?: Actor): Promise<void> => {
                if (command.command === 'identify') {
                  output([null, null, { ...rest, payload: identified(command, actor) }]);
                  return Promise.resolve();
                }
                const { payload, told } = run(command, rest, output, actor);
                const answered = dispatch.follow(() => output([null, null, { ...rest, payload }]));
                return Promise.all([told, answered]).then(() => undefined);
              };
              const known = gate.admit(command, secrets.get(message) ?? {});
              return known === undefined ? carryOut() : known.then(carryOut);
            }
            const notice = readCommunication(message.payload);
            if (notice === 'other') return undefined;
            const now = steadyClock();
            settle(now);
            const delivery =
              notice === undefined
                ? desk.verdict(readVerdict(message.payload, (message as Loose).restarted), now)
                : desk.communication(notice, now);
            return delivery === undefined ? undefined : publish(delivery, withoutCommand(message), output);
          },
          kept,
          arrived,
        );

        this.command = async (given, actor) => {
          const command = { ...given };
          takeSecrets({ swat: command });
          await kept.ready;
          const asked = journalCommand(RED, journal?.journal, command);
          if (asked !== undefined) return asked;
          if (command.command === 'identify') return identified(command, actor);
          const { payload, told } = run(command, {}, own, actor);
          await told;
          return payload;
        };

        const timer = setInterval(() => {
          const now = steadyClock();
          if (kept.isReady) publish(desk.tick(now), {}, own).catch((cause: unknown) => this.error(worded(RED, cause)));
        }, 1000);
        void kept.ready.then(show);

        nodeMetrics(this, {
          figures: () => told.figures(desk, { log: logFailed, journal: journalFailed }, steadyClock()),
          waitsFor: () => (kept.isReady ? undefined : 'state-loading'),
        });
        this.on('close', (done: () => void) => {
          clearInterval(timer);
          status.close();
          const saved = dispatch
            .close()
            .then(() => journal?.close())
            .then(() => kept.close());
          void Promise.all([saved, log?.close()]).then(() => done());
        });
      } catch (cause) {
        refuse(this, RED, cause, arrived);
      }
    },
    { credentials: { journalUrl: { type: 'password' }, ...PIN_CREDENTIALS } },
  );
};
