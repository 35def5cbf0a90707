import { detailOf, SwatError } from '../errors';
import { PbfReader } from '../vendor/pbf';
import { DataType, FIELD, type Metric, type MetricValue, type Payload } from './payload';

/** Larger payloads, and more metrics in one, are refused. */
const MOST_BYTES = 8 * 2 ** 20;
const MOST_METRICS = 20_000;
/** A longer name or text is none of a plant. */
const MOST_TEXT = 1000;

/**
 * Reads a payload of Sparkplug B. Whatever the bytes are, it takes one pass over them: lengths that reach past the end are an
 * error, and nothing is read deeper than the quality of a metric.
 * @throws SwatError `sparkplug-payload`
 */
export function decodePayload(bytes: Uint8Array): Payload {
  if (bytes.length > MOST_BYTES) throw wrong(bytes, `more than ${MOST_BYTES} bytes`);
  const reader = new BoundedReader(bytes);
  let timestamp: number | undefined;
  let seq: number | undefined;
  const metrics: Metric[] = [];
  try {
    reader.each(bytes.length, (field) => {
      switch (field) {
        case FIELD.payload.timestamp:
          timestamp = reader.time();
          break;
        case FIELD.payload.seq:
          seq = reader.varint();
          break;
        case FIELD.payload.metrics:
          if (metrics.length >= MOST_METRICS) throw new RangeError(`more than ${MOST_METRICS} metrics`);
          metrics.push(metricOf(reader));
          break;
      }
    });
  } catch (cause) {
    throw wrong(bytes, detailOf(cause), cause);
  }
  return { timestamp, metrics, seq };
}

function wrong(bytes: Uint8Array, detail: string, cause?: unknown): SwatError {
  const start = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  return new SwatError('sparkplug-payload', { bytes: bytes.length, start, detail: detail.slice(0, 80) }, { cause });
}

type Draft = { -readonly [Key in keyof Metric]: Metric[Key] };

function metricOf(reader: BoundedReader): Metric {
  const { metric } = FIELD;
  const draft: Draft = { value: null };
  const said: { isNull: boolean; value?: MetricValue } = { isNull: false };
  reader.each(reader.end(), (field) => {
    switch (field) {
      case metric.name:
        draft.name = reader.text();
        break;
      case metric.alias:
        draft.alias = reader.varint();
        break;
      case metric.timestamp:
        draft.timestamp = reader.time();
        break;
      case metric.datatype:
        draft.datatype = reader.varint();
        break;
      case metric.isHistorical:
        draft.isHistorical = reader.varint() !== 0;
        break;
      case metric.isNull:
        said.isNull = reader.varint() !== 0;
        break;
      case metric.properties:
        draft.quality = qualityOf(reader);
        break;
      case metric.int:
      case metric.long:
        said.value = reader.varint(true);
        break;
      case metric.float:
        said.value = reader.float();
        break;
      case metric.double:
        said.value = reader.double();
        break;
      case metric.boolean:
        said.value = reader.varint() !== 0;
        break;
      case metric.string:
        said.value = reader.text();
        break;
    }
  });
  const { isNull, value = null } = said;
  draft.value = isNull ? null : typeof value === 'number' ? whole(value, draft.datatype) : value;
  return draft;
}

/** An integer by its type: what is sent of a negative one are the bits of an unsigned one. */
function whole(value: number, datatype: number | undefined): number {
  switch (datatype) {
    case DataType.Int8:
      // Some send eight bits of it, others 32.
      return value >= 0x80 && value <= 0xff ? value - 0x100 : value | 0;
    case DataType.Int16:
      return value >= 0x8000 && value <= 0xffff ? value - 0x1_0000 : value | 0;
    case DataType.Int32:
      return value | 0;
    case DataType.UInt64:
    case DataType.DateTime:
      return value < 0 ? value + 2 ** 64 : value;
    default:
      return value;
  }
}

/** The quality that a set of properties holds, if any. */
function qualityOf(reader: BoundedReader): number | undefined {
  const { properties } = FIELD;
  const values: (number | undefined)[] = [];
  let key = -1;
  let keys = 0;
  reader.each(reader.end(), (field) => {
    if (field === properties.keys) {
      if (reader.text().toLowerCase() === 'quality') key = keys;
      keys += 1;
    } else if (field === properties.values) {
      let value: number | undefined;
      reader.each(reader.end(), (part) => {
        if (part === FIELD.value.int || part === FIELD.value.long) value = reader.varint(true);
      });
      values.push(value);
    }
  });
  return key < 0 ? undefined : values[key];
}

/** A reader that never goes past the end of what it is in. Each field is read in its own type, or passed over. */
class BoundedReader {
  readonly #pbf: PbfReader;
  #end: number;

  constructor(bytes: Uint8Array) {
    this.#pbf = new PbfReader(bytes);
    this.#end = bytes.length;
  }

  /** Calls for each field up to an end; what was not read of it is passed over. */
  each(end: number, read: (field: number) => void): void {
    const pbf = this.#pbf;
    const outer = this.#end;
    this.#end = end;
    // A field that is not read is passed over with the next one, or here at the last.
    for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) {
      this.#check();
      read(field);
      this.#check();
    }
    this.#end = outer;
    if (pbf.pos !== end) throw new RangeError('it ends within a field');
  }

  /** The end of the message that begins here. */
  end(): number {
    this.#of(2);
    const length = this.#pbf.readVarint();
    const end = this.#pbf.pos + length;
    if (!(length >= 0 && end <= this.#end)) throw new RangeError(`a length of ${length} reaches past the end`);
    return end;
  }

  varint(signed = false): number {
    this.#of(0);
    return this.#pbf.readVarint(signed);
  }

  /** A time that a `Date` can hold; `undefined` for any other. */
  time(): number | undefined {
    const time = this.varint();
    return time <= 8.64e15 ? time : undefined;
  }

  float(): number {
    this.#of(5);
    return this.#pbf.readFloat();
  }

  double(): number {
    this.#of(1);
    return this.#pbf.readDouble();
  }

  text(): string {
    const end = this.end();
    const { pos, buf } = this.#pbf;
    this.#pbf.pos = end;
    return Buffer.from(buf.buffer, buf.byteOffset + pos, Math.min(end - pos, MOST_TEXT)).toString('utf8');
  }

  #of(type: number): void {
    if (this.#pbf.type !== type) throw new RangeError('a field has another type');
  }

  #check(): void {
    if (this.#pbf.pos > this.#end) throw new RangeError('it ends within a field');
  }
}
