import type { FlowNode } from './admin';

const TELL = [
  'const text = msg.payload.text ?? msg.payload.error?.message;',
  'msg.payload = JSON.stringify({ learning: { ...msg.payload, text } }) + "\\n";',
  'return msg;',
].join('\n');

/**
 * For the flow of `chainFlow`: a second detector, `learner`, that learns from the same windows into a model of its own, in a training
 * that does not end by itself; its events go out as lines `{learning: {event, …}}`.
 */
export const LEARNER: readonly FlowNode[] = [
  { id: 'own-model', type: 'swat-model', name: 'own', folder: '', reference: false },
  { id: 'learner', z: 'chain', type: 'swat-autoencoder', model: 'own-model', windows: 200, stride: 3, epochs: 1000, hidden: '512, 512, 256', autoTrain: true, activation: 'never', wires: [[], ['learned']] }, // prettier-ignore
  { id: 'learned', z: 'chain', type: 'function', func: TELL, outputs: 1, wires: [['lines']] },
];

/** The node of the flow, with the learner beside the detector that scores. */
export function withLearner(node: FlowNode): FlowNode {
  return node.id === 'start' ? { ...node, wires: [['autoencoder', 'learner']] } : node;
}

/** What the learner has told, of the lines that were collected. */
export function learningIn(lines: readonly { readonly value: object }[]): Readonly<Record<string, unknown>>[] {
  return lines.flatMap(({ value }) =>
    'learning' in value ? [value.learning as Readonly<Record<string, unknown>>] : [],
  );
}
