import type { Node, NodeAPI, NodeDef, NodeStatus } from 'node-red';
import { AssetChecks } from '../lib/check/asset-checks';
import { SwatError } from '../lib/errors';
import { steadyClock, systemClock } from '../lib/platform/clock';
import { FrameReader } from '../lib/stream/assembler';
import { StreamCounters } from '../lib/stream/counters';
import { assetName, assetReader, type AssetFields } from './runtime/asset-of';
import { checkPayload, type CheckIntake } from './runtime/check-intake';
import { checkSettings, type CheckFields } from './runtime/check-settings';
import { keepChecks } from './runtime/check-state';
import { advisoryPayload, checkStatus } from './runtime/check-words';
import { commandName } from './runtime/commands';
import { commandOf, onInput, refuse, type Send } from './runtime/handler';
import { kafkaContext, kafkaOf, type KafkaContext } from './runtime/kafka-exact';
import { nodeLog } from './runtime/logs';
import { nodeMetrics } from './runtime/metrics';
import type { PlantNode } from './runtime/plant-node';
import { registerNode } from './runtime/register';
import { readText } from './runtime/settings';
import type { KeptState } from './runtime/state';
import { sparkplugReader } from './runtime/sparkplug-intake';
import { statusLine } from './runtime/status';
import { plantStatus } from './runtime/window-status';
import { words } from './runtime/words';

interface CheckDef extends NodeDef, CheckFields, AssetFields {
  plant?: unknown;
  mark?: unknown;
}

/** How often silence is looked for, ms. */
const TICK = 500;

export = (RED: NodeAPI): void => {
  registerNode(RED, 'swat-check', function (this: Node, config: CheckDef) {
    const log = nodeLog(RED, this);
    const status = statusLine(this);
    this.on('close', () => status.close());
    try {
      const settings = checkSettings(config);
      const assetOf = assetReader(RED, config);
      const sparkplug = sparkplugReader(RED, assetOf);
      const mark = config.mark !== false;
      const plantNode = RED.nodes.getNode(readText(config.plant)) as PlantNode | null | undefined;
      if (typeof plantNode?.offer !== 'function') throw new SwatError('plant-missing');
      let intake: CheckIntake | undefined;
      let kept: KeptState | undefined;
      /** There is nothing to check by while the plant is being learned: by the window behind, from what passes through here. */
      const ready = (): CheckIntake | undefined => {
        if (intake !== undefined || plantNode.plant === undefined) return intake;
        const { plant } = plantNode;
        const checks = new AssetChecks(plant, settings);
        kept = keepChecks(this, RED, checks);
        intake = { checks, reader: new FrameReader(checks.readBy, new StreamCounters(), true), mark };
        return intake;
      };
      ready();
      const show = (): NodeStatus =>
        intake === undefined ? plantStatus(RED, plantNode.learning) : checkStatus(RED, intake.checks);

      /** @param about what a message about an asset carries besides; none is sent where that is `undefined` */
      const tell = (
        send: (message: [null, { asset: string; payload: object }]) => void,
        about: (asset: string) => KafkaContext | undefined,
      ): void => {
        if (intake === undefined) return;
        const { checks } = intake;
        for (const advisory of checks.drain()) {
          const payload = advisoryPayload(RED, checks.plant, advisory);
          log.event('stream', payload, advisory.event === 'advisory-raised' ? 'warn' : 'info');
          const context = about(advisory.asset);
          if (context !== undefined) send([null, { asset: advisory.asset, payload, ...context }]);
        }
      };

      nodeMetrics(this, {
        figures: () => (intake === undefined ? {} : { swat_advisories: intake.checks.standing().length }),
        waitsFor: () =>
          intake === undefined ? 'plant-learning' : kept?.isReady === false ? 'state-loading' : undefined,
      });
      const timer = setInterval(() => {
        if (intake === undefined || kept?.isReady === false) return;
        intake.checks.tick(steadyClock());
        tell(
          (message) => this.send(message),
          (asset) => kafkaContext(this, asset),
        );
        status.show(show);
      }, TICK);
      timer.unref();
      this.on('close', (done: () => void) => {
        clearInterval(timer);
        if (kept === undefined) done();
        else void kept.close().then(done);
      });

      onInput(
        this,
        RED,
        status,
        (message, send: Send) => {
          const found = ready();
          const command = commandOf(message);
          const about = kafkaOf(message);
          if (command !== undefined) {
            const payload = answer(RED, command, found?.checks);
            tell(send, (asset) => (about.kafka === undefined ? kafkaContext(this, asset) : about));
            send([null, Object.assign(message, { payload })]);
            status.show(show);
            return;
          }
          let failure: Error | undefined;
          const arrival = { wall: systemClock(), steady: steadyClock() };
          const turned = sparkplug(message, arrival);
          if (turned.event !== undefined) {
            log.event('stream', turned.event.payload, 'warn');
            this.warn(turned.event.payload.text);
            send([null, turned.event]);
          }
          for (const asset of turned.lost) found?.checks.lose(asset, arrival.steady);
          if (found !== undefined && turned.data) {
            try {
              message.payload = checkPayload(
                found,
                assetOf(message),
                message,
                arrival,
                (cause) => (failure ??= errorOf(cause)),
              );
            } catch (cause) {
              failure = errorOf(cause);
            }
          }
          send([message, null]);
          tell(send, () => about);
          if (failure !== undefined) throw failure;
          status.show(show);
        },
        {
          get isReady() {
            return kept?.isReady ?? true;
          },
          get ready() {
            return kept?.ready ?? Promise.resolve();
          },
        },
      );
      status.show(show);
    } catch (cause) {
      refuse(this, RED, cause);
    }
  });
};

function errorOf(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}

/**
 * Does a command and gives its answer.
 * @throws SwatError `unknown-command`, `asset-name`
 */
function answer(RED: NodeAPI, command: Record<string, unknown>, checks: AssetChecks | undefined): object {
  const name = commandName(command, ['list', 'reset']);
  const asset = command.asset === undefined ? undefined : assetName(command.asset);
  const about = asset === undefined ? {} : { asset };
  if (name === 'reset') {
    const forgotten = checks?.reset(asset) ?? 0;
    return {
      ok: true,
      command: name,
      ...about,
      forgotten,
      text: words(RED, 'sentences.check-forgotten', { forgotten }),
    };
  }
  const advisories = checks?.standing(asset).map((each) => advisoryPayload(RED, checks.plant, each)) ?? [];
  const text = advisories.length === 0 ? { text: words(RED, 'sentences.check-none') } : {};
  return { ok: true, command: name, ...about, assets: checks?.size ?? 0, advisories, ...text };
}
