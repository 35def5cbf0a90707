import { join } from 'node:path';
import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { SwatError } from '../lib/errors';
import { History } from '../lib/history/history';
import { HistoryStore, type FileNews } from '../lib/history/store';
import { Topics } from '../lib/history/topics';
import { steadyClock, systemClock } from '../lib/platform/clock';
import { disk } from '../lib/platform/files';
import { watchLoop } from '../lib/platform/loop-delay';
import { commandName } from './runtime/commands';
import { commandOf, onInput, openedBy, refuse } from './runtime/handler';
import { MESSAGE_KINDS, recognise, type MessageKind } from './runtime/history-intake';
import { readHistorySettings } from './runtime/history-settings';
import type { HistoryNode } from './runtime/history-shared';
import { StreamsTold } from './runtime/history-streams';
import { nodeLog } from './runtime/logs';
import { nodeMetrics } from './runtime/metrics';
import { historyFolder } from './runtime/node-files';
import type { PlantNode } from './runtime/plant-node';
import { registerNode } from './runtime/register';
import { readText } from './runtime/settings';
import { statusLine } from './runtime/status';
import { words, worded } from './runtime/words';

type Definition = NodeDef & Record<string, unknown>;
type Loose = Record<string, unknown>;

const COMMANDS = ['assets', 'trend', 'overview', 'streams', 'forget'] as const;
/** What has changed is written so often, ms. */
const SAVE_MS = 2000;
/** How an asset stands is told so often at most, ms. */
const PUSH_MS = 500;
/** What is too old, or too much, goes so often, ms; that something went for want of room is told so often at most. */
const TEND_MS = 10_000;
const TELL_MS = 3_600_000;

/** `swat-history`: keeps the past of scores, tags and alarms. */
export = (RED: NodeAPI): void => {
  registerNode(RED, 'swat-history', function (this: Node, definition: Definition) {
    nodeLog(RED, this);
    try {
      const settings = readHistorySettings(definition);
      const plantId = readText(definition.plant);
      const status = statusLine(this);
      const history = new History(settings, steadyClock);
      (this as { history?: HistoryNode['history'] }).history = history;
      const topics = new Topics();
      const loop = watchLoop();
      const streams = new StreamsTold(topics, loop);
      const taken = Object.fromEntries(MESSAGE_KINDS.map((kind) => [kind, 0])) as Record<MessageKind, number>;
      let dropped = 0;
      let leftOut = 0;
      const tellOnce = once(TELL_MS);

      const store = storeOf(this, RED, history);
      const gate = openedBy(store?.load() ?? Promise.resolve());
      nodeMetrics(this, {
        figures: () => ({
          swat_history_messages_total: { ...taken },
          swat_history_assets: history.size,
          swat_history_bytes: history.bytes,
          swat_history_dropped_total: dropped,
          swat_history_left_out_total: leftOut,
        }),
        waitsFor: () => (gate.isReady ? undefined : 'state-loading'),
      });

      const answer = async (message: NodeMessageInFlow, command: Loose): Promise<void> => {
        const name = commandName(command, COMMANDS);
        const payload = await answerTo(name, command).then(
          (told) => ({ ok: true, command: name, ...told }),
          (cause: unknown) => {
            // Whoever asked is told what was wrong with the question.
            if (!(cause instanceof SwatError)) throw cause;
            const { code, message: error } = worded(RED, cause);
            return { ok: false, command: name, code, error };
          },
        );
        const reply: Loose = { ...message, payload };
        delete reply.swat;
        this.send([null, reply]);
      };
      const answerTo = async (name: (typeof COMMANDS)[number], command: Loose): Promise<object> => {
        const asset = readText(command.asset);
        switch (name) {
          case 'assets':
            return history.assets();
          case 'overview':
            return history.overview(asset);
          case 'trend': {
            const { from, to, points, tags } = command;
            return history.trend({ asset, from, to, points, tags } as Parameters<typeof history.trend>[0]);
          }
          case 'forget':
            history.forget(asset);
            await store?.flush();
            return { asset };
          case 'streams':
            return streams.tell(steadyClock());
        }
      };
      const keep = (message: NodeMessageInFlow): void => {
        const arrival = { wall: systemClock(), steady: steadyClock() };
        const plant = plantId === '' ? undefined : (RED.nodes.getNode(plantId) as PlantNode | null)?.plant;
        const found = recognise(message, plant);
        const topic = readText(message.topic) || (found.kind === 'other' ? '' : `swat/${found.kind}/${found.asset}`);
        if (topic !== '') topics.note(topic, message.payload, arrival.steady, arrival.wall);
        taken[found.kind] += 1;
        try {
          found.keep(history, arrival);
        } catch (cause) {
          // One message a second of each asset that is too many would fill the log.
          if (!(cause instanceof SwatError) || cause.code !== 'history-assets') throw cause;
          leftOut += 1;
          if (tellOnce('assets', arrival.steady)) this.warn(worded(RED, cause).message);
        }
        status.show(() => ({
          fill: 'green',
          shape: 'dot',
          text: words(RED, 'status.history', { assets: history.size }),
        }));
      };
      onInput(
        this,
        RED,
        status,
        (message) => {
          const command = commandOf(message);
          if (command !== undefined) return answer(message, command);
          keep(message);
          return undefined;
        },
        gate,
      );

      const push = (): void => {
        const now = steadyClock();
        for (const asset of history.all()) {
          if (!asset.takeNews(now)) continue;
          this.send([{ payload: { ok: true, command: 'overview', ...asset.overview(now) } }, null]);
        }
      };
      const tend = (): void => {
        const { pages, assets } = history.tend();
        dropped += pages;
        if (pages > 0 && tellOnce('room', steadyClock()))
          this.warn(
            words(RED, 'sentences.history-room', {
              assets: assets.join(', '),
              megabytes: settings.mostBytes / 2 ** 20,
            }),
          );
      };
      const timers = [
        setInterval(push, PUSH_MS),
        setInterval(tend, TEND_MS),
        setInterval(() => {
          if (gate.isReady && store?.busy === false) void store.flush();
        }, SAVE_MS),
      ];
      this.on('close', (done: () => void) => {
        timers.forEach(clearInterval);
        status.close();
        loop.close();
        void gate.ready.then(() => store?.close()).then(done);
      });
    } catch (cause) {
      refuse(this, RED, cause);
    }
  });
};

/** The history's files; `undefined` where there is no user directory to keep them in. */
function storeOf(node: Node, RED: NodeAPI, history: History): HistoryStore | undefined {
  const userDir: unknown = RED.settings.userDir;
  if (typeof userDir !== 'string' || userDir === '') return undefined;
  const folder = join(userDir, 'swat', 'history', historyFolder(node.id));
  return new HistoryStore(disk, folder, join, history, {
    failed: (error) => node.error(worded(RED, error).message),
    recovered: () => node.log(words(RED, 'status.state-recovered')),
    tell: (news) => node.warn(newsText(RED, news)),
  });
}

function newsText(RED: NodeAPI, { news, ...details }: FileNews): string {
  return words(RED, `sentences.history-${news}`, details);
}

/** Says yes to the same thing once in so long. */
function once(everyMs: number): (what: string, now: number) => boolean {
  const said = new Map<string, number>();
  return (what, now) => {
    if (now - (said.get(what) ?? -Infinity) < everyMs) return false;
    said.set(what, now);
    return true;
  };
}
