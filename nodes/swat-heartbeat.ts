import type { Node, NodeAPI, NodeDef, NodeStatus } from 'node-red';
import { Heartbeat, type Instant, type Pulse } from '../lib/alarm/heartbeat';
import { readVerdict, type AlarmVerdict } from '../lib/alarm/read-verdict';
import { isRecord } from '../lib/record';
import { SwatError } from '../lib/errors';
import { steadyClock, systemClock } from '../lib/platform/clock';
import { commandName } from './runtime/commands';
import { commandOf, onInput, refuse } from './runtime/handler';
import { readBeatSettings } from './runtime/heartbeat-settings';
import { nodeLog } from './runtime/logs';
import { registerNode } from './runtime/register';
import { readText } from './runtime/settings';
import { statusLine } from './runtime/status';
import { words } from './runtime/words';

type Definition = NodeDef & Record<string, unknown>;
type Loose = Record<string, unknown>;

/** How often it is looked whether detection is alive, ms: what changes is told within this. */
const LOOK_MS = 1000;
/** The counter fits into one register. */
const REGISTER = 65_536;

/** `swat-heartbeat`: tells SCADA that detection is alive, and never that it is while it is not. */
export = (RED: NodeAPI): void => {
  registerNode(RED, 'swat-heartbeat', function (this: Node, definition: Definition) {
    const log = nodeLog(RED, this);
    const status = statusLine(this);
    try {
      const { heartbeat: settings, everyMs, payload } = readBeatSettings(definition);
      const heartbeat = new Heartbeat(settings);
      const now = (): Instant => ({ steady: steadyClock(), wall: systemClock() });
      /** Goes on only with beats that say alive: whoever watches nothing but the number sees that as well. */
      let counter: number | undefined;
      let shown = '';
      let nextBeat = 0;

      const textOf = ({ alive, reason = 'starting', asset, assets, dataAhead }: Pulse): string => {
        const code = alive ? 'heartbeat-alive' : `heartbeat-${reason}`;
        const found = words(RED, `sentences.${code}`, { count: assets.watched ?? 0 });
        const seconds = Math.round(dataAhead ?? 0);
        const text = seconds > 0 ? words(RED, 'sentences.heartbeat-clock', { text: found, seconds }) : found;
        return asset === undefined ? text : words(RED, 'sentences.heartbeat-asset', { asset, text });
      };
      const beatOf = (pulse: Pulse): Loose => {
        const { alive, reason, asset, ...rest } = pulse;
        const why = alive ? {} : { reason, ...(asset === undefined ? {} : { asset }) };
        return { alive, counter: counter ?? 0, time: systemClock(), ...why, ...rest, text: textOf(pulse) };
      };
      const beat = (pulse: Pulse): void => {
        if (pulse.alive) counter = counter === undefined ? 1 : (counter + 1) % REGISTER;
        if (payload === 'object') this.send([{ payload: beatOf(pulse) }, null]);
        // Before detection was alive for the first time, any number would be a change to whoever kept the last one.
        else if (counter !== undefined) {
          const message = { payload: counter, heartbeat: beatOf(pulse) };
          this.send([message, null]);
        }
      };
      const tellChange = (pulse: Pulse): void => {
        const key = `${pulse.alive}/${pulse.reason ?? ''}/${pulse.asset ?? ''}`;
        if (key === shown) return;
        shown = key;
        const change = beatOf(pulse);
        this.send([null, { payload: change }]);
        log.event('stream', { event: 'heartbeat', alive: pulse.alive, reason: pulse.reason, asset: pulse.asset });
      };
      const look = (): void => {
        const at = now();
        const pulse = heartbeat.look(at, LOOK_MS);
        tellChange(pulse);
        if (at.steady >= nextBeat) {
          nextBeat = at.steady + everyMs - LOOK_MS / 2;
          beat(pulse);
        }
        status.show(() => statusOf(RED, pulse, counter));
      };

      onInput(this, RED, status, (message) => {
        const command = commandOf(message);
        if (command !== undefined) {
          const name = commandName(command, ['reset', 'state']);
          const asset = readText(command.asset) || undefined;
          const forgotten = name === 'reset' ? { forgotten: heartbeat.forget(asset) } : {};
          const answer: Loose = { ...message, payload: { ok: true, command: name, ...forgotten, ...beatOf(heartbeat.pulse(now())) } }; // prettier-ignore
          delete answer.swat;
          this.send([null, answer]);
          return;
        }
        take(heartbeat, message.payload, now());
      });

      // The first look is when the flows have started: before, nobody hears it.
      const timer = setInterval(look, LOOK_MS);
      status.show(() => statusOf(RED, heartbeat.pulse(now()), counter));
      this.on('close', () => {
        clearInterval(timer);
        status.close();
      });
    } catch (cause) {
      refuse(this, RED, cause);
    }
  });
};

/** @throws SwatError `heartbeat-payload`, `heartbeat-verdict`, `heartbeat-assets` */
function take(heartbeat: Heartbeat, payload: unknown, now: Instant): void {
  if (isRecord(payload) && typeof payload.finding === 'string') {
    heartbeat.verdict(verdictOf(payload), now);
    return;
  }
  const asset = isRecord(payload) && typeof payload.asset === 'string' ? payload.asset : '';
  const event = isRecord(payload) ? payload.event : undefined;
  if (asset !== '' && (event === 'communication-lost' || event === 'communication-restored'))
    heartbeat.communication(asset, event === 'communication-lost');
  else if (asset !== '' && isRecord(payload) && Array.isArray(payload.features)) heartbeat.window(asset, now);
  // What else comes out of the same outputs: answers to commands, other events.
  else if (event === undefined && !(isRecord(payload) && typeof payload.command === 'string'))
    throw new SwatError('heartbeat-payload');
}

/** @throws SwatError `heartbeat-verdict` {part} */
function verdictOf(payload: unknown): AlarmVerdict {
  try {
    return readVerdict(payload);
  } catch (cause) {
    throw cause instanceof SwatError && cause.code === 'verdict-type'
      ? new SwatError('heartbeat-verdict', cause.details, { cause })
      : cause;
  }
}

function statusOf(RED: NodeAPI, { alive, reason = 'starting' }: Pulse, counter = 0): NodeStatus {
  if (alive) return { fill: 'green', shape: 'dot', text: words(RED, 'status.heartbeat-alive', { counter }) };
  const calm = reason === 'starting';
  return { fill: calm ? 'grey' : 'red', shape: 'ring', text: words(RED, `status.heartbeat-${reason}`) };
}
