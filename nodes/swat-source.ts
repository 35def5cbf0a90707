import type { NodeAPI } from 'node-red';
import { SwatError } from '../lib/errors';
import { systemTimers } from '../lib/platform/timers';
import { Player } from '../lib/stream/player';
import { watchFlows } from './runtime/flows';
import { commandOf, onInput, openedBy, refuse, type Handler } from './runtime/handler';
import { nodeLog, reportError } from './runtime/logs';
import { registerNode } from './runtime/register';
import { COMMANDS, obey } from './runtime/source-commands';
import { sourceRoutes, type SourceNode } from './runtime/source-routes';
import { SourceScore } from './runtime/source-score';
import { readSourceSettings, type SourceDef } from './runtime/source-settings';
import { keepSource } from './runtime/source-state';
import { eventPayload, plantNow, sourceStatus, speedText } from './runtime/source-status';
import { statusLine } from './runtime/status';
import { worded, words } from './runtime/words';

export = (RED: NodeAPI): void => {
  sourceRoutes(RED);

  registerNode(RED, 'swat-source', function (this: SourceNode, config: SourceDef) {
    const log = nodeLog(RED, this);
    const status = statusLine(this);
    this.on('close', () => status.close());
    try {
      const { asset, autostart, credit, factor, buttonAttack, drillSeed, input, stateKey } = readSourceSettings(
        RED,
        config,
      );
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
            kept.changed();
            refresh();
          },
          event: (event) => {
            score.event(event);
            kept.changed();
            const payload = eventPayload(RED, event);
            log.event('stream', { ...payload, asset });
            this.send([null, { payload, asset }]);
            status.show(sourceStatus(RED, player));
          },
          begunAnew: (reason) => this.warn(worded(RED, reason).message),
          failed: (cause) => {
            const error = worded(RED, cause);
            kept.changed();
            status.show(sourceStatus(RED, player));
            // With a message, so that Catch nodes hear of it.
            reportError(RED, this, error, () => this.error(error, { payload: { event: 'failed' }, asset }));
          },
        },
        systemTimers,
        factor,
        credit,
      );
      const kept = keepSource(this, RED, stateKey, player, score);
      let open = true;
      const begin = (): void => {
        if (!open) return;
        // What is over begins anew; what was under way, or paused, goes on.
        if (autostart && (player.state === 'stopped' || player.state === 'finished')) player.start();
        else player.goOn();
        if (player.factor !== factor)
          this.warn(words(RED, 'sentences.source-speed', { speed: speedText(player.factor), set: speedText(factor) }));
        status.show(sourceStatus(RED, player));
      };
      const flows = watchFlows(RED);
      const begun = Promise.all([kept.ready, flows.running()])
        .then(begin)
        .catch((cause: unknown) => this.error(worded(RED, cause)));

      this.press = () => {
        if (player.attack === undefined) player.startAttack(buttonAttack);
        else player.stopAttack();
        kept.changed();
      };
      const handle: Handler = (message, send) => {
        const command = commandOf(message);
        if (command === undefined && score.alarm(message.payload)) {
          kept.changed();
          return;
        }
        if (command === undefined) throw new SwatError('source-input', { known: COMMANDS.join(', ') });
        obey(player, command, drillSeed, () => {
          const answer: Record<string, unknown> = {
            ...message,
            payload: { ...score.standing(), plant: plantNow(RED, player) },
            asset,
          };
          delete answer.swat;
          send([null, null, answer]);
        });
        kept.changed();
        status.show(sourceStatus(RED, player));
      };
      onInput(this, RED, status, handle, openedBy(begun));
      this.on('close', (done: () => void) => {
        open = false;
        flows.close();
        player.close();
        void kept.close().then(done);
      });
    } catch (cause) {
      refuse(this, RED, cause);
    }
  });
};
