/** Types of a metric's value, as Sparkplug B numbers them; those that are not here are read as no value. */
export const DataType = {
  Int8: 1,
  Int16: 2,
  Int32: 3,
  Int64: 4,
  UInt8: 5,
  UInt16: 6,
  UInt32: 7,
  UInt64: 8,
  Float: 9,
  Double: 10,
  Boolean: 11,
  String: 12,
  DateTime: 13,
  Text: 14,
} as const;

/** What a metric may be: 64-bit integers become numbers, exact up to 2^53. */
export type MetricValue = number | boolean | string;

/** A property of a metric, with its type. */
export interface Property {
  readonly datatype: number;
  readonly value: MetricValue;
}

/** One metric of a payload. A birth gives name and alias; a data message may give the alias alone. */
export interface Metric {
  readonly name?: string | undefined;
  readonly alias?: number | undefined;
  /** ms since the epoch. */
  readonly timestamp?: number | undefined;
  readonly datatype?: number | undefined;
  /** `null` where it says so, and for types that are no number, text or boolean. */
  readonly value: MetricValue | null;
  /** The property `Quality`: 192 good, 0 bad, 500 stale. */
  readonly quality?: number | undefined;
  /** Further ones by name; they are written, and not read. */
  readonly properties?: Readonly<Record<string, Property>> | undefined;
  /** Kept by the edge node while it had no connection. */
  readonly isHistorical?: boolean | undefined;
}

/** A payload of Sparkplug B, version 3.0 of the specification, as protocol buffers hold it. */
export interface Payload {
  readonly timestamp?: number | undefined;
  readonly metrics: readonly Metric[];
  /** 0 … 255; a death of an edge node has none. */
  readonly seq?: number | undefined;
}

/** Numbers of the fields: of a payload, a metric, a set of properties and one of its values. */
export const FIELD = {
  payload: { timestamp: 1, metrics: 2, seq: 3 },
  metric: {
    name: 1,
    alias: 2,
    timestamp: 3,
    datatype: 4,
    isHistorical: 5,
    isNull: 7,
    properties: 9,
    int: 10,
    long: 11,
    float: 12,
    double: 13,
    boolean: 14,
    string: 15,
  },
  properties: { keys: 1, values: 2 },
  value: { type: 1, int: 3, long: 4, float: 5, double: 6, boolean: 7, string: 8 },
} as const;
