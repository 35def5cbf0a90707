import type { NodeAPI, NodeStatus } from 'node-red';
import type { DetectorScore } from '../../lib/detect/detector';
import { SwatError } from '../../lib/errors';
import type { LearningEvent } from '../../lib/train/learning-event';
import { longOf } from './training-words';
import { words } from './words';

/** How a score reads under the node: `0.42 normal`, `1.7x LIT301`, or why there is none. */
export function scoreStatus(RED: NodeAPI, score: DetectorScore, hasModel: boolean): NodeStatus {
  if (score.reason === 'muted')
    return { fill: 'grey', shape: 'dot', text: words(RED, 'status.score-muted', { mode: score.mode ?? '' }) };
  if (!score.ready) {
    const text = words(RED, hasModel && score.model !== '' ? 'status.not-scored' : 'status.no-model');
    return { fill: 'grey', shape: 'ring', text };
  }
  const guilty = score.contributions?.[0];
  if (guilty === undefined)
    return { fill: 'green', shape: 'dot', text: words(RED, 'status.score-normal', { ratio: score.ratio.toFixed(2) }) };
  const params = { ratio: score.ratio.toFixed(1), tag: guilty.tag };
  return { fill: score.ratio < 2 ? 'yellow' : 'red', shape: 'dot', text: words(RED, 'status.score-over', params) };
}

/** How it reads under the node that what comes has drifted, where nothing else is to be said: `''` for the score alone. */
export function driftStatus(RED: NodeAPI, tag: string): NodeStatus {
  return {
    fill: 'yellow',
    shape: 'ring',
    text: words(RED, tag === '' ? 'status.drift-score' : 'status.drift', { tag }),
  };
}

/** How learning reads under the node; `undefined` when the event leaves the score to show. */
export function learningStatus(RED: NodeAPI, event: LearningEvent): NodeStatus | undefined {
  switch (event.event) {
    case 'collecting': {
      if (event.starved) {
        const percent = Math.round((100 * event.leftOut.over) / event.offered);
        return { fill: 'yellow', shape: 'ring', text: words(RED, 'status.left-out', { percent }) };
      }
      const percent = Math.floor((100 * event.collected) / event.wanted);
      if (event.collected >= event.wanted)
        return { fill: 'blue', shape: 'ring', text: words(RED, 'status.collected', { collected: event.collected }) };
      return { fill: 'blue', shape: 'ring', text: words(RED, 'status.collecting', { percent }) };
    }
    case 'training': {
      const left = longOf(RED, 1000 * event.secondsLeft);
      const params = { percent: Math.floor(event.fraction * 100), left };
      return { fill: 'blue', shape: 'dot', text: words(RED, 'status.training', params) };
    }
    case 'checking':
    case 'reading': {
      const { fraction, samples } = event;
      if (fraction === null)
        return { fill: 'blue', shape: 'dot', text: words(RED, 'status.reading-samples', { samples }) };
      const percent = Math.floor(fraction * 100);
      return { fill: 'blue', shape: 'dot', text: words(RED, `status.${event.event}`, { percent }) };
    }
    case 'failed': {
      const interrupted = event.error instanceof SwatError && event.error.code === 'check-interrupted';
      const text = words(RED, interrupted ? 'status.check-interrupted' : 'status.training-failed');
      return { fill: interrupted ? 'yellow' : 'red', shape: 'ring', text };
    }
    case 'trained':
      if (event.activated || event.fitness !== 'poor') return undefined;
      return { fill: 'yellow', shape: 'ring', text: words(RED, 'status.poor-fit') };
    case 'checked':
    case 'cancelled':
      return undefined;
  }
}

/** How far the work is that an event tells of, 0 to 1; `undefined` where that is not known, or the work is over. */
export function progressOf(event: LearningEvent): number | undefined {
  switch (event.event) {
    case 'collecting':
      return Math.min(1, event.collected / event.wanted);
    case 'training':
    case 'checking':
    case 'reading':
      return event.fraction ?? undefined;
    default:
      return undefined;
  }
}

/** How it reads under the node that the model in force has learned other windows than these. */
export function otherWindowsStatus(RED: NodeAPI): NodeStatus {
  return { fill: 'red', shape: 'ring', text: words(RED, 'status.other-windows') };
}
