import type { EdgeMessage, EdgeNode } from '../../lib/sparkplug/edge-node';
import type { MetricValue } from '../../lib/sparkplug/payload';

/** What a device of an edge node says at one instant. */
export interface DeviceValues {
  readonly time: number;
  readonly values: Readonly<Record<string, MetricValue | null>>;
  readonly quality?: Readonly<Record<string, number>>;
}

/** The message in which an edge node tells values of a device. */
export function tellValues(edge: EdgeNode, device: string, { time, values, quality = {} }: DeviceValues): EdgeMessage {
  const metrics = Object.entries(values).map(([name, value]) => {
    return { name, value, timestamp: time, quality: Object.hasOwn(quality, name) ? quality[name] : undefined };
  });
  return edge.data(device, time, metrics);
}
