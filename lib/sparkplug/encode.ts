import { PbfWriter } from '../vendor/pbf';
import { DataType, FIELD, type Metric, type MetricValue, type Payload, type Property } from './payload';

/** A payload of Sparkplug B as bytes. A metric without a type has that of its value: Double, Boolean or String. */
export function encodePayload({ timestamp, metrics, seq }: Payload): Buffer {
  const writer = new PbfWriter(new Uint8Array(64 + 32 * metrics.length));
  if (timestamp !== undefined) writer.writeVarintField(FIELD.payload.timestamp, timestamp);
  for (const metric of metrics) writer.writeMessage(FIELD.payload.metrics, writeMetric, metric);
  if (seq !== undefined) writer.writeVarintField(FIELD.payload.seq, seq);
  const bytes = writer.finish();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The metric by which an edge node is asked to be born anew. */
export const REBIRTH = 'Node Control/Rebirth';

/** What asks an edge node to be born anew: the payload of `spBv1.0/group/NCMD/edge`. */
export function rebirthCommand(now: number): Buffer {
  const metric = { name: REBIRTH, datatype: DataType.Boolean, value: true };
  return encodePayload({ timestamp: now, metrics: [metric] });
}

function writeMetric(metric: Metric, writer: PbfWriter): void {
  const { metric: field } = FIELD;
  const { name, alias, timestamp, value, quality, isHistorical } = metric;
  const datatype = metric.datatype ?? typeOf(value);
  if (name !== undefined) writeText(writer, field.name, name);
  if (alias !== undefined) writer.writeVarintField(field.alias, alias);
  if (timestamp !== undefined) writer.writeVarintField(field.timestamp, timestamp);
  writer.writeVarintField(field.datatype, datatype);
  if (isHistorical === true) writer.writeBooleanField(field.isHistorical, true);
  if (value === null) writer.writeBooleanField(field.isNull, true);
  const properties = {
    ...(quality === undefined ? {} : { Quality: { datatype: DataType.Int32, value: quality } }),
    ...metric.properties,
  };
  if (Object.keys(properties).length > 0) writer.writeMessage(field.properties, writeProperties, properties);
  if (value !== null) writeValue(writer, field, datatype, value);
}

function writeProperties(properties: Readonly<Record<string, Property>>, writer: PbfWriter): void {
  for (const name of Object.keys(properties)) writeText(writer, FIELD.properties.keys, name);
  for (const each of Object.values(properties)) writer.writeMessage(FIELD.properties.values, writeProperty, each);
}

function writeProperty({ datatype, value }: Property, writer: PbfWriter): void {
  writer.writeVarintField(FIELD.value.type, datatype);
  writeValue(writer, FIELD.value, datatype, value);
}

/** pbf 5.1.2 writes some characters beyond the 65,536 first ones as others. */
function writeText(writer: PbfWriter, field: number, text: string): void {
  writer.writeBytesField(field, Buffer.from(text, 'utf8'));
}

/** @param field numbers of the fields for values, of a metric or of a property */
function writeValue(
  writer: PbfWriter,
  field: typeof FIELD.metric | typeof FIELD.value,
  datatype: number,
  value: MetricValue,
): void {
  if (typeof value === 'string') {
    writeText(writer, field.string, value);
    return;
  }
  if (typeof value === 'boolean') {
    writer.writeBooleanField(field.boolean, value);
    return;
  }
  switch (datatype) {
    case DataType.Int8:
    case DataType.Int16:
    case DataType.Int32:
    case DataType.UInt8:
    case DataType.UInt16:
    case DataType.UInt32:
      writer.writeVarintField(field.int, value >>> 0);
      break;
    case DataType.Int64:
    case DataType.UInt64:
    case DataType.DateTime:
      writer.writeVarintField(field.long, value);
      break;
    case DataType.Float:
      writer.writeFloatField(field.float, value);
      break;
    default:
      writer.writeDoubleField(field.double, value);
  }
}

function typeOf(value: Metric['value']): number {
  if (typeof value === 'string') return DataType.String;
  return typeof value === 'boolean' ? DataType.Boolean : DataType.Double;
}
