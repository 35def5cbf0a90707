import type { NodeAPI, NodeStatus } from 'node-red';
import type { Level, Verdict } from '../../lib/alarm/verdict';
import { words } from './words';

const FILL: Record<Level, NodeStatus['fill']> = { NONE: 'green', INFO: 'blue', WARNING: 'yellow', CRITICAL: 'red' };

/** The one thing that matters of a verdict, in under about twenty characters. */
export function verdictStatus(RED: Pick<NodeAPI, '_'>, verdict: Omit<Verdict, 'text'>): NodeStatus {
  const { finding, level, tags } = verdict;
  const ratio = verdict.ratio.toPrecision(2);
  const tag = tags.length === 0 ? '' : tags[0].tag.slice(0, 12);
  switch (finding) {
    case 'not-ready':
      return { fill: 'grey', shape: 'ring', text: words(RED, 'status.not-ready') };
    case 'bad-data':
      return { fill: 'yellow', shape: 'ring', text: words(RED, 'status.bad-data') };
    case 'normal':
    case 'anomaly': {
      const shape = verdict.partial ? 'ring' : 'dot';
      if (level !== 'NONE') {
        return { fill: FILL[level], shape, text: words(RED, 'status.level', { level, ratio, tag }).trim() };
      }
      const text = words(RED, finding === 'normal' ? 'status.normal' : 'status.watching', { ratio, tag });
      return { fill: FILL.NONE, shape, text: text.trim() };
    }
  }
}
