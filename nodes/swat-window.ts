import type { NodeAPI, NodeDef, NodeMessageInFlow, NodeStatus } from 'node-red';
import { isRecord } from '../lib/record';
import { SwatError } from '../lib/errors';
import { steadyClock, systemClock } from '../lib/platform/clock';
import { LearningFrames } from '../lib/stream/learning-frames';
import { CounterSteps } from '../lib/journal/summary';
import { AssetWindows } from '../lib/stream/windows';
import { assetName, assetReader, type AssetFields } from './runtime/asset-of';
import { commandName } from './runtime/commands';
import { commandOf, onInput, refuse, type Send } from './runtime/handler';
import { kafkaContext, kafkaOf, type KafkaContext } from './runtime/kafka-exact';
import type { PlantNode } from './runtime/plant-node';
import { readText } from './runtime/settings';
import { sparkplugReader } from './runtime/sparkplug-intake';
import { statusLine } from './runtime/status';
import { communicationPayload, statsAnswer } from './runtime/window-answers';
import { lateMessages, takeMessage, type Carrier, type Intake } from './runtime/window-intake';
import { nodeLog } from './runtime/logs';
import { nodeMetrics } from './runtime/metrics';
import { windowFigures } from './runtime/stream-figures';
import { registerNode } from './runtime/register';
import { LateNotice } from './runtime/window-late';
import { windowSettings, type WindowFields } from './runtime/window-settings';
import { keepWindows } from './runtime/window-state';
import { plantStatus, windowStatus } from './runtime/window-status';
import { complaintText } from './runtime/window-words';
import type { WindowNode } from './runtime/windowing';
import { words } from './runtime/words';

interface WindowDef extends NodeDef, WindowFields, AssetFields {
  plant?: unknown;
  wires?: unknown;
}

/** How often silence is looked for, ms. */
const TICK = 500;

export = (RED: NodeAPI): void => {
  registerNode(RED, 'swat-window', function (this: WindowNode, config: WindowDef) {
    const log = nodeLog(RED, this);
    const status = statusLine(this);
    this.on('close', () => status.close());
    try {
      const settings = windowSettings(config);
      const assetOf = assetReader(RED, config);
      const sparkplug = sparkplugReader(RED, assetOf);
      const plantNode = RED.nodes.getNode(readText(config.plant)) as PlantNode | null | undefined;
      if (typeof plantNode?.offer !== 'function') throw new SwatError('plant-missing');
      this.windowing = {
        get plant() {
          return plantNode.plant;
        },
        settings,
        get live() {
          return windows;
        },
      };
      const late = new LateNotice(isWired(config.wires, 1));
      const learning = new LearningFrames(settings.grid?.periodMs ?? 1);
      let windows = plantNode.plant && new AssetWindows<Carrier>(plantNode.plant, settings);
      let kept = windows && keepWindows(this, RED, windows, false);
      const steps = new CounterSteps();
      log.everyMinute('stream', 'counters', () => windows && steps.take(windows.counters));
      void kept?.ready.then(() => {
        if (windows !== undefined && windows.size > 0)
          log.write('stream', 'info', 'restored', { assets: windows.size });
      });
      let warned = false;
      let shown = '';

      /** Offers a frame to a plant that learns; gives the windows once it has learned. */
      const offer = (frame: Record<string, unknown>): AssetWindows<Carrier> | undefined => {
        if (!plantNode.offer(frame) || plantNode.plant === undefined) return undefined;
        windows = new AssetWindows(plantNode.plant, settings);
        kept = keepWindows(this, RED, windows, true);
        return windows;
      };

      const intake: Intake = {
        windows: (entry) => {
          if (windows !== undefined || entry === undefined) return windows;
          const named = isRecord(entry);
          if (!named && plantNode.learning !== undefined) throw new SwatError('frame-learning');
          return offer(named ? entry : {});
        },
        learn: (reading, time) => {
          if (settings.grid === undefined) throw new SwatError('reading-samples');
          if (windows !== undefined) return windows;
          const frame = learning.take(reading, time);
          return frame === undefined ? undefined : offer(frame);
        },
      };

      const show = (): NodeStatus =>
        windows === undefined
          ? plantStatus(RED, plantNode.learning)
          : windowStatus(RED, windows, shown, steadyClock(), late.recent(steadyClock()));

      /**
       * Tells what there is to tell since the last time, beside windows and late messages.
       * @param about what a message about an asset carries besides; none is sent where that is `undefined`
       */
      const tell = (
        now: number,
        send: (message: [null, null, { payload: object }]) => void,
        about: (asset: string) => KafkaContext | undefined,
      ): void => {
        if (windows === undefined) return;
        for (const complaint of windows.complaints.drain()) {
          const text = complaintText(RED, complaint);
          log.event(
            'stream',
            { ...complaint, event: 'bad-data', text, ...('tag' in complaint && { tag: complaint.tag.name }) },
            'warn',
          );
          this.warn(text);
        }
        for (const event of windows.drain()) {
          const payload = communicationPayload(RED, event);
          log.event('stream', payload, event.event === 'communication-lost' ? 'warn' : 'info');
          const context = about(event.asset);
          if (context !== undefined) send([null, null, { payload, ...context }]);
        }
        const { counters } = windows;
        const left = late.note(counters.late + counters.timeJumps, now);
        if (left > 0) {
          log.write('stream', 'warn', 'late', { late: left });
          this.warn(words(RED, 'sentences.late-left-out', { late: left }));
        }
        if (!warned && counters.unknownTag > 0) {
          warned = true;
          this.warn(words(RED, 'sentences.unknown-tags', { names: counters.unknownNames.join(', ') }));
        }
      };

      const loseAssets = (assets: readonly string[], now: number, send: Send): void => {
        if (windows === undefined) return;
        const { plant } = windows;
        for (const asset of assets) {
          const { windows: due, unused } = windows.lose(asset, now);
          for (const payload of due) send({ asset, payload });
          for (const message of lateMessages(RED, unused, { plant })) send([null, message]);
        }
      };

      const timer = setInterval(() => {
        if (windows === undefined || kept?.isReady === false) return;
        const now = steadyClock();
        const { plant } = windows;
        const quiet = windows.silent(now) === undefined && late.recent(now) === 0;
        const { windows: due, unused } = windows.tick(now);
        const about = (asset: string): KafkaContext | undefined => kafkaContext(this, asset);
        for (const payload of due) {
          const context = about(payload.asset);
          if (context !== undefined) this.send({ asset: payload.asset, payload, ...context });
        }
        for (const each of unused) {
          const context = about(each.asset);
          if (context === undefined) continue;
          for (const message of lateMessages(RED, [each], { plant })) this.send([null, { ...context, ...message }]);
        }
        tell(now, (message) => this.send(message), about);
        if (!quiet || due.length > 0 || windows.silent(now) !== undefined) status.show(show);
      }, TICK);
      timer.unref();
      this.on('close', (done: () => void) => {
        clearInterval(timer);
        if (kept === undefined) done();
        else void kept.close().then(done);
      });

      const handle = (message: NodeMessageInFlow, send: Send): void => {
        const command = commandOf(message);
        const arrival = { wall: systemClock(), steady: steadyClock() };
        if (command !== undefined) {
          send([null, null, Object.assign(message, { payload: answer(command, windows) })]);
          status.show(show);
          return;
        }
        const turned = sparkplug(message, arrival);
        if (turned.event !== undefined) {
          log.event('stream', turned.event.payload, 'warn');
          this.warn(turned.event.payload.text);
          send([null, null, turned.event]);
        }
        const about = kafkaOf(message);
        try {
          loseAssets(turned.lost, arrival.steady, send);
          if (turned.data) {
            const asset = assetOf(message);
            takeMessage(RED, intake, asset, message, send, arrival);
            shown = asset;
          }
        } finally {
          tell(arrival.steady, send, () => about);
        }
        status.show(show);
      };
      onInput(this, RED, status, handle, kept);
      nodeMetrics(this, {
        figures: () => windowFigures(windows, steadyClock()),
        waitsFor: () =>
          windows === undefined ? 'plant-learning' : kept?.isReady === false ? 'state-loading' : undefined,
      });
      status.show(show);
    } catch (cause) {
      refuse(this, RED, cause);
    }
  });
};

/**
 * Does a command and gives its answer.
 * @throws SwatError `unknown-command`, `asset-name`, `asset-unknown`
 */
function answer(command: Record<string, unknown>, windows: AssetWindows<Carrier> | undefined): object {
  const name = commandName(command, ['reset', 'stats']);
  const asset = command.asset === undefined ? undefined : assetName(command.asset);
  if (name === 'stats') return statsAnswer(windows, asset);
  const forgotten = windows?.reset(asset) ?? 0;
  return { ok: true, command: name, ...(asset === undefined ? {} : { asset }), forgotten };
}

/** Whether an output leads anywhere; a flow that was saved before there was that output has none. */
function isWired(wires: unknown, output: number): boolean {
  const to: unknown = Array.isArray(wires) ? wires[output] : undefined;
  return Array.isArray(to) && to.length > 0;
}
