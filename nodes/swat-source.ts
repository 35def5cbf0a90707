import type { Request, Response } from 'express';
import type { Node, NodeAPI, NodeStatus } from 'node-red';
import { SwatError } from '../lib/errors';
import { ATTACKS } from '../lib/plant/attacks';
import { systemTimers } from '../lib/platform/timers';
import { Player, type PlayerEvent } from '../lib/stream/player';
import { commandOf, onInput, refuse } from './runtime/handler';
import { readNumber } from './runtime/settings';
import { readFactor, readSourceSettings, type SourceDef } from './runtime/source-settings';
import { statusLine } from './runtime/status';
import { words, worded } from './runtime/words';

/** The editor's button calls this: starts the chosen attack, or ends the one there is. */
interface SourceNode extends Node {
  press?(): void;
}

const COMMANDS = ['start', 'pause', 'resume', 'stop', 'attack', 'stop-attack', 'speed', 'next'] as const;

export = (RED: NodeAPI): void => {
  routes(RED);

  RED.nodes.registerType('swat-source', function (this: SourceNode, config: SourceDef) {
    RED.nodes.createNode(this, config);
    const status = statusLine(this);
    this.on('close', () => status.close());
    try {
      const { asset, autostart, credit, factor, buttonAttack, input } = readSourceSettings(RED, config);
      let shownAt = 0;
      // Wording a status for every frame would cost more than the frame.
      const refresh = (): void => {
        const now = systemTimers.now();
        if (now - shownAt < 500) return;
        shownAt = now;
        status.show(shown(RED, player));
      };
      const player = new Player(
        input,
        {
          frame: ({ values, time, label }) => {
            const message = { payload: values, timestamp: time, asset };
            this.send([label === undefined ? message : { ...message, label }, null]);
            refresh();
          },
          event: (event) => {
            this.send([null, { payload: payloadOf(RED, event), asset }]);
            status.show(shown(RED, player));
          },
          failed: (cause) => {
            const error = worded(RED, cause);
            status.show({ fill: 'red', shape: 'ring', text: words(RED, 'status.source-failed') });
            // With a message, so that Catch nodes hear of it.
            this.error(error, { payload: { event: 'failed' }, asset });
          },
        },
        systemTimers,
        factor,
        credit,
      );

      this.press = () => (player.attack === undefined ? player.startAttack(buttonAttack) : player.stopAttack());
      onInput(this, RED, status, (message) => {
        command(player, commandOf(message));
        status.show(shown(RED, player));
      });
      this.on('close', () => player.close());
      if (autostart) player.start();
      else status.show(shown(RED, player));
    } catch (cause) {
      refuse(this, RED, cause);
    }
  });
};

function command(player: Player, given: Record<string, unknown> | undefined): void {
  const name = COMMANDS.find((known) => known === given?.command);
  switch (name) {
    case 'start':
      player.start();
      break;
    case 'pause':
      player.pause();
      break;
    case 'resume':
      player.resume();
      break;
    case 'stop':
      player.stop();
      break;
    case 'attack':
      player.startAttack(readNumber('id', given?.id, { min: 1, max: 999, integer: true, fallback: 0 }));
      break;
    case 'stop-attack':
      player.stopAttack();
      break;
    case 'speed':
      player.setFactor(readFactor(given?.factor));
      break;
    case 'next':
      player.grant(readNumber('count', given?.count, { min: 1, max: 100_000, integer: true, fallback: 1 }));
      break;
    case undefined: {
      const text = typeof given?.command === 'string' ? given.command.slice(0, 40) : '';
      throw new SwatError('unknown-command', { command: text, known: COMMANDS.join(', ') });
    }
  }
}

/** A broken line is worded; everything else goes out as it is. */
function payloadOf(RED: NodeAPI, event: PlayerEvent): Record<string, unknown> {
  if (event.event !== 'line-skipped') return { ...event };
  const { error, ...rest } = event;
  return { ...rest, code: error.code, text: words(RED, `errors.${error.code}`, error.details) };
}

function shown(RED: NodeAPI, { state, attack, factor, line }: Player): NodeStatus {
  const say = (code: string, params = {}): string => words(RED, `status.${code}`, params);
  if (state === 'paused') return { fill: 'grey', shape: 'ring', text: say('source-paused') };
  if (state === 'failed') return { fill: 'red', shape: 'ring', text: say('source-failed') };
  if (state !== 'running') return { fill: 'grey', shape: 'dot', text: say(`source-${state}`) };
  if (attack !== undefined) {
    const { id, tags } = attack.attack;
    if (attack.phase === 'waiting')
      return { fill: 'yellow', shape: 'ring', text: say('source-waiting', { attack: id }) };
    return { fill: 'yellow', shape: 'dot', text: say('source-attack', { attack: id, tag: tags[0] }) };
  }
  if (line !== undefined) return { fill: 'green', shape: 'dot', text: say('source-line', { line }) };
  if (factor === 1) return { fill: 'green', shape: 'dot', text: say('source-running') };
  const speed = Number.isFinite(factor) ? `${factor}x` : 'max';
  return { fill: 'green', shape: 'dot', text: say('source-running-at', { speed }) };
}

function routes(RED: NodeAPI): void {
  RED.httpAdmin.get('/swat-source/attacks', RED.auth.needsPermission('swat-source.read'), (_request, response) => {
    response.json(ATTACKS.map(({ id, title, stage, tags, durationS }) => ({ id, title, stage, tags, durationS })));
  });

  RED.httpAdmin.post(
    '/swat-source/:id/button',
    RED.auth.needsPermission('swat-source.write'),
    (request: Request, response: Response) => {
      const node = RED.nodes.getNode(String(request.params.id)) as SourceNode | null;
      try {
        if (node?.type !== 'swat-source' || node.press === undefined) throw new SwatError('source-not-there');
        node.press();
        response.sendStatus(204);
      } catch (cause) {
        response.status(409).json({ error: worded(RED, cause).message });
      }
    },
  );
}
