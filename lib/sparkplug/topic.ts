/** Kinds of messages that carry a payload, by the third part of their topic. */
export const MESSAGE_TYPES = ['NBIRTH', 'NDATA', 'NDEATH', 'NCMD', 'DBIRTH', 'DDATA', 'DDEATH', 'DCMD'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Where a message of Sparkplug B comes from: `spBv1.0/group/TYPE/edge/device`. */
export interface SparkplugTopic {
  readonly group: string;
  readonly type: MessageType;
  readonly edge: string;
  /** Of an edge node itself none. */
  readonly device?: string | undefined;
}

/** The parts of a topic; `undefined` for one of anything else, the `STATE` of a host included. */
export function sparkplugTopic(topic: unknown): SparkplugTopic | undefined {
  if (typeof topic !== 'string' || !topic.startsWith('spBv1.0/')) return undefined;
  const parts = topic.split('/');
  const [, group, given = '', edge = ''] = parts;
  const device = parts.at(4);
  const type = MESSAGE_TYPES.find((each) => each === given);
  const ofDevice = given.startsWith('D');
  if (type === undefined || group === '' || edge === '' || parts.length > 5) return undefined;
  if (ofDevice !== (device !== undefined) || device === '') return undefined;
  return { group, type, edge, ...(device === undefined ? {} : { device }) };
}

/** The topic of a message. */
export function topicOf({ group, type, edge, device }: SparkplugTopic): string {
  return ['spBv1.0', group, type, edge, ...(device === undefined ? [] : [device])].join('/');
}
