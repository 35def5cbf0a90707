import { PbfWriter } from '../vendor/pbf';
import { DataType, FIELD, type Metric, type Payload } from './payload';

/** A payload of Sparkplug B as bytes. A metric without a type has that of its value: Double, Boolean or String. */
export function encodePayload({ timestamp, metrics, seq }: Payload): Buffer {
  const writer = new PbfWriter(new Uint8Array(64 + 32 * metrics.length));
  if (timestamp !== undefined) writer.writeVarintField(FIELD.payload.timestamp, timestamp);
  for (const metric of metrics) writer.writeMessage(FIELD.payload.metrics, writeMetric, metric);
  if (seq !== undefined) writer.writeVarintField(FIELD.payload.seq, seq);
  const bytes = writer.finish();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What asks an edge node to be born anew: the payload of `spBv1.0/group/NCMD/edge`. */
export function rebirthCommand(now: number): Buffer {
  const metric = { name: 'Node Control/Rebirth', datatype: DataType.Boolean, value: true };
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
  if (quality !== undefined) writer.writeMessage(field.properties, writeQuality, quality);
  if (value === null) return;
  if (typeof value === 'string') writeText(writer, field.string, value);
  else if (typeof value === 'boolean') writer.writeBooleanField(field.boolean, value);
  else writeNumber(writer, datatype, value);
}

/** pbf 5.1.2 writes some characters beyond the 65,536 first ones as others. */
function writeText(writer: PbfWriter, field: number, text: string): void {
  writer.writeBytesField(field, Buffer.from(text, 'utf8'));
}

function writeNumber(writer: PbfWriter, datatype: number, value: number): void {
  const { metric: field } = FIELD;
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

function writeQuality(quality: number, writer: PbfWriter): void {
  writeText(writer, FIELD.properties.keys, 'Quality');
  writer.writeMessage(FIELD.properties.values, writeInteger, quality);
}

function writeInteger(value: number, writer: PbfWriter): void {
  writer.writeVarintField(FIELD.value.type, DataType.Int32);
  writer.writeVarintField(FIELD.value.int, value >>> 0);
}

function typeOf(value: Metric['value']): number {
  if (typeof value === 'string') return DataType.String;
  return typeof value === 'boolean' ? DataType.Boolean : DataType.Double;
}
