import type { NodeAPI, NodeStatus } from 'node-red';
import type { Player } from '../../lib/stream/player';
import { words } from './words';

/** The status line of a `swat-source`: the one thing that matters of its player. */
export function sourceStatus(RED: NodeAPI, { state, attack, factor, line }: Player): NodeStatus {
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
