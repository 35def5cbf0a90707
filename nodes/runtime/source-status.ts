import type { NodeAPI, NodeStatus } from 'node-red';
import { SwatError } from '../../lib/errors';
import type { Awaited } from '../../lib/plant/sim/manipulation';
import { SWAT } from '../../lib/plant/swat';
import type { Player } from '../../lib/stream/player';
import type { PlayerEvent } from '../../lib/stream/player-event';
import { words } from './words';

/** Errors of a file with a few words of their own. */
const SHORT: Readonly<Record<string, string>> = {
  'file-missing': 'status.source-file-missing',
  'file-folder': 'status.source-file-folder',
  'file-denied': 'status.source-file-denied',
  'file-unreadable': 'status.source-file-unreadable',
  'file-empty': 'status.source-file-empty',
  'csv-no-tags': 'status.source-no-tags',
  'csv-no-time': 'status.source-no-time',
  'csv-no-values': 'status.source-no-values',
  'csv-no-lines': 'status.source-no-lines',
  'csv-column-named': 'status.source-no-column',
};

/** The status line of a `swat-source`: the one thing that matters of its player. */
export function sourceStatus(RED: NodeAPI, player: Player): NodeStatus {
  const { state, attack, factor, line } = player;
  const say = (code: string, params = {}): string => words(RED, `status.${code}`, params);
  if (state === 'paused') return { fill: 'grey', shape: 'ring', text: say('source-paused') };
  if (state === 'failed') return { fill: 'red', shape: 'ring', text: failureText(RED, player.failure) };
  if (state === 'finished') return { fill: 'grey', shape: 'dot', text: finishedText(RED, player) };
  if (state !== 'running') return { fill: 'grey', shape: 'dot', text: say(`source-${state}`) };
  if (attack !== undefined) {
    const { id, tags } = attack.attack;
    if (attack.phase === 'waiting') {
      const first = player.awaited.at(0);
      return {
        fill: 'yellow',
        shape: 'ring',
        text: say('source-waiting', { attack: id, what: first === undefined ? '' : shortCondition(first) }),
      };
    }
    return { fill: 'yellow', shape: 'dot', text: say('source-attack', { attack: id, tag: tags[0] }) };
  }
  const { drilling } = player;
  if (drilling !== undefined) {
    const { begun, of } = drilling;
    return { fill: 'green', shape: 'dot', text: say('source-drill', { begun, of }) };
  }
  if (line !== undefined) return { fill: 'green', shape: 'dot', text: say('source-line', { line }) };
  if (factor === 1) return { fill: 'green', shape: 'dot', text: say('source-running') };
  return { fill: 'green', shape: 'dot', text: say('source-running-at', { speed: speedText(factor) }) };
}

/** `10x`, or `max` for as fast as the flow takes it. */
export function speedText(factor: number): string {
  return Number.isFinite(factor) ? `${factor}x` : 'max';
}

/** What goes out on the second output: errors and what an attack waits for are worded, the rest is as it is. */
export function eventPayload(RED: NodeAPI, event: PlayerEvent): Record<string, unknown> {
  if (event.event === 'line-skipped') {
    const { error, ...rest } = event;
    return { ...rest, code: error.code, text: words(RED, `errors.${error.code}`, error.details) };
  }
  if (!('awaited' in event)) return { ...event };
  const { awaited, ...rest } = event;
  return { ...rest, waitingFor: awaited.map((condition) => conditionText(RED, condition)).join(', ') };
}

/** `LIT301 above 850 (now 823)`, `P101 on (now off)`. */
function conditionText(RED: NodeAPI, { tag, is, above, below, now }: Awaited): string {
  if (above !== undefined) return words(RED, 'sentences.wait-above', { tag, value: above, now });
  if (below !== undefined) return words(RED, 'sentences.wait-below', { tag, value: below, now });
  return words(RED, 'sentences.wait-is', { tag, value: stateWord(tag, is ?? 0), now: stateWord(tag, now) });
}

function shortCondition({ tag, is, above, below }: Awaited): string {
  if (above !== undefined) return `${tag} > ${above}`;
  return below === undefined ? `${tag} ${stateWord(tag, is ?? 0)}` : `${tag} < ${below}`;
}

function stateWord(tag: string, state: number): string {
  const states = SWAT.tags[SWAT.indexOf(tag) ?? -1]?.states;
  return states?.[state] ?? String(state);
}

function failureText(RED: NodeAPI, failure: unknown): string {
  const code = failure instanceof SwatError ? failure.code : '';
  return words(RED, SHORT[code] ?? 'status.source-failed');
}

function finishedText(RED: NodeAPI, { skipped, skippedCells }: Player): string {
  if (skipped > 0 && skippedCells > 0) {
    return words(RED, 'status.source-finished-both', { lines: skipped, cells: skippedCells });
  }
  if (skipped > 0) return words(RED, skipped === 1 ? 'status.source-finished-line' : 'status.source-finished-lines', { lines: skipped }); // prettier-ignore
  if (skippedCells === 0) return words(RED, 'status.source-finished');
  return words(RED, skippedCells === 1 ? 'status.source-finished-cell' : 'status.source-finished-cells', { cells: skippedCells }); // prettier-ignore
}

/** How the simulated plant goes now, in the words of its latest event, for who was not there when that came. */
export function plantNow(RED: NodeAPI, player: Player): object {
  const { state, attack, drilling, awaited, factor } = player;
  const drill = drilling !== undefined;
  if (attack === undefined) return { event: state === 'running' ? 'started' : state, drill, factor };
  const { id, title } = attack.attack;
  const waitingFor = awaited.map((condition) => conditionText(RED, condition)).join(', ');
  return {
    event: attack.phase === 'waiting' ? 'attack-waiting' : 'attack-started',
    attack: id,
    title,
    waitingFor,
    drill,
    factor,
  };
}
