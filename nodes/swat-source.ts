import type { NodeAPI } from 'node-red';
import { systemTimers } from '../lib/platform/timers';
import { Player } from '../lib/stream/player';
import { commandOf, onInput, refuse } from './runtime/handler';
import { obey } from './runtime/source-commands';
import { SourceScore } from './runtime/source-score';
import { sourceRoutes, type SourceNode } from './runtime/source-routes';
import { readSourceSettings, type SourceDef } from './runtime/source-settings';
import { eventPayload, sourceStatus } from './runtime/source-status';
import { statusLine } from './runtime/status';
import { worded } from './runtime/words';

export = (RED: NodeAPI): void => {
  sourceRoutes(RED);

  RED.nodes.registerType('swat-source', function (this: SourceNode, config: SourceDef) {
    RED.nodes.createNode(this, config);
    const status = statusLine(this);
    this.on('close', () => status.close());
    try {
      const { asset, autostart, credit, factor, buttonAttack, drillSeed, input } = readSourceSettings(RED, config);
      const score = new SourceScore(RED, asset);
      let shownAt = 0;
      // Wording a status for every frame would cost more than the frame.
      const refresh = (): void => {
        const now = systemTimers.now();
        if (now - shownAt < 500) return;
        shownAt = now;
        status.show(() => sourceStatus(RED, player));
      };
      const player = new Player(
        input,
        {
          frame: ({ values, time, label }) => {
            const message = { payload: values, timestamp: time, asset };
            this.send([label === undefined ? message : { ...message, label }, null]);
            for (const payload of score.frame(time)) this.send([null, null, { payload, asset }]);
            refresh();
          },
          event: (event) => {
            score.event(event);
            this.send([null, { payload: eventPayload(RED, event), asset }]);
            status.show(sourceStatus(RED, player));
          },
          failed: (cause) => {
            const error = worded(RED, cause);
            status.show(sourceStatus(RED, player));
            // With a message, so that Catch nodes hear of it.
            this.error(error, { payload: { event: 'failed' }, asset });
          },
        },
        systemTimers,
        factor,
        credit,
      );

      this.press = () => (player.attack === undefined ? player.startAttack(buttonAttack) : player.stopAttack());
      onInput(this, RED, status, (message, send) => {
        const command = commandOf(message);
        if (command === undefined && score.alarm(message.payload)) return;
        obey(player, command ?? {}, drillSeed, () => {
          const answer: Record<string, unknown> = { ...message, payload: score.standing(), asset };
          delete answer.swat;
          send([null, null, answer]);
        });
        status.show(sourceStatus(RED, player));
      });
      this.on('close', () => player.close());
      if (autostart) player.start();
      else status.show(sourceStatus(RED, player));
    } catch (cause) {
      refuse(this, RED, cause);
    }
  });
};
