import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SwatError } from '../../../lib/errors';
import { decodePayload } from '../../../lib/sparkplug/decode';
import { tellValues } from '../../harness/edge';
import { EdgeNode } from '../../../lib/sparkplug/edge-node';
import { encodePayload, rebirthCommand } from '../../../lib/sparkplug/encode';
import { SparkplugHost, type Heard } from '../../../lib/sparkplug/host';
import { DataType, type Metric, type Payload } from '../../../lib/sparkplug/payload';
import { sparkplugTopic, topicOf, type SparkplugTopic } from '../../../lib/sparkplug/topic';

/** Fields by hand, after the encoding of protocol buffers: an oracle that shares nothing with the code. */
const varint = (value: bigint): number[] => {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return bytes;
};
const number = (field: number, value: bigint | number): number[] => [
  ...varint(BigInt(field << 3)),
  ...varint(BigInt(value)),
];
const bytes = (field: number, content: readonly number[]): number[] => [
  ...varint(BigInt((field << 3) | 2)), ...varint(BigInt(content.length)), ...content,
]; // prettier-ignore
const text = (field: number, content: string): number[] => bytes(field, [...Buffer.from(content)]);
const double = (field: number, value: number): number[] => {
  const buffer = Buffer.alloc(8);
  buffer.writeDoubleLE(value);
  return [(field << 3) | 1, ...buffer];
};
const float = (field: number, value: number): number[] => {
  const buffer = Buffer.alloc(4);
  buffer.writeFloatLE(value);
  return [(field << 3) | 5, ...buffer];
};
const payload = (...metrics: number[][]): Uint8Array => Uint8Array.from(metrics.flatMap((metric) => bytes(2, metric)));
const valueOf = (...metric: number[][]): unknown => decodePayload(payload(metric.flat())).metrics[0].value;

const refused = (given: Uint8Array): SwatError => {
  try {
    decodePayload(given);
  } catch (cause) {
    assert.ok(cause instanceof SwatError && cause.code === 'sparkplug-payload', String(cause));
    return cause;
  }
  throw new assert.AssertionError({ message: 'was taken' });
};

describe('a payload of Sparkplug B', () => {
  it('is read by the numbers of its fields, whatever else stands in it', () => {
    const property = [...number(1, 3), ...number(3, 192)];
    const metric = [
      ...text(1, 'P1/LIT101'), ...number(2, 7), ...number(3, 1_700_000_000_123), ...number(4, 10), ...number(5, 1),
      ...bytes(8, text(1, 'meta')), ...bytes(9, [...text(1, 'Units'), ...text(1, 'Quality'), ...bytes(2, text(8, 'mm')), ...bytes(2, property)]),
      ...double(13, 522.5), ...text(99, 'of another time'),
    ]; // prettier-ignore
    const given = Uint8Array.from([
      ...number(1, 1_700_000_000_000),
      ...bytes(2, metric),
      ...number(3, 255),
      ...text(4, 'uuid'),
    ]);
    assert.deepEqual(decodePayload(given), {
      timestamp: 1_700_000_000_000,
      seq: 255,
      metrics: [
        { name: 'P1/LIT101', alias: 7, timestamp: 1_700_000_000_123, datatype: 10, isHistorical: true, quality: 192, value: 522.5 },
      ],
    }); // prettier-ignore
  });

  for (const [name, metric, expected] of [
    ['Int8 in 8 bits', [number(4, 1), number(10, 0xfe)], -2],
    ['Int8 in 32 bits', [number(4, 1), number(10, 0xfffffffe)], -2],
    ['Int16', [number(4, 2), number(10, 0xfffe)], -2],
    ['Int32', [number(4, 3), number(10, 0xfffffffe)], -2],
    ['Int32 sent as 64 bits', [number(4, 3), number(10, -2n)], -2],
    ['Int64', [number(4, 4), number(11, -2n)], -2],
    ['Int64, large', [number(4, 4), number(11, 2n ** 53n - 1n)], 2 ** 53 - 1],
    ['UInt8', [number(4, 5), number(10, 254)], 254],
    ['UInt32', [number(4, 7), number(10, 0xfffffffe)], 4294967294],
    ['UInt64, beyond what is exact', [number(4, 8), number(11, 2n ** 64n - 1n)], 2 ** 64],
    ['Float', [number(4, 9), float(12, 1.5)], 1.5],
    ['Boolean', [number(4, 11), number(14, 1)], true],
    ['String', [number(4, 12), text(15, 'on')], 'on'],
    ['DateTime', [number(4, 13), number(11, 1_700_000_000_000)], 1_700_000_000_000],
    ['the type before the value', [number(10, 5), number(4, 3)], 5],
    ['null', [number(4, 10), number(7, 1), double(13, 3)], null],
    ['bytes', [number(4, 17), text(16, 'abc')], null],
    ['a data set', [number(4, 16), bytes(17, number(1, 4))], null],
    ['nothing', [number(4, 10)], null],
  ] as const) {
    it(`gives the value of a metric: ${name}`, () => assert.equal(valueOf(...metric), expected));
  }

  it('is refused where it is none, in one sentence with what it begins with', () => {
    for (const [given, detail] of [
      [Buffer.from('{"LIT101": 5}'), /./],
      [Uint8Array.from([0x12, 0xff, 0xff, 0xff, 0xff, 0x0f]), /reaches past the end/],
      [payload(text(1, 'LIT101')).subarray(0, 5), /past the end/],
      [payload([0x0a, 0x7f, 0x41]), /past the end/],
      [payload([0x69, 1, 2, 3]), /within a field|outside the bounds|past/i],
      [Uint8Array.from([0x0b, 1]), /type/i],
      [payload(number(1, 5)), /another type/],
      [Uint8Array.from([0x08, ...Array.from({ length: 20 }, () => 0xff)]), /varint/i],
      [Uint8Array.from(Array.from({ length: 20_001 }, () => [0x12, 0]).flat()), /more than 20000 metrics/],
      [new Uint8Array(8 * 2 ** 20 + 1), /bytes/],
    ] as const) {
      const { details } = refused(given);
      assert.match(String(details.detail), detail);
      assert.ok(String(details.start).length <= 16);
    }
  });

  const metric = fc.record({
    name: fc.option(fc.string({ unit: 'grapheme', maxLength: 40 }).filter((name) => Buffer.byteLength(name) < 1000), { nil: undefined }),
    alias: fc.option(fc.integer({ min: 0, max: 2 ** 40 }), { nil: undefined }),
    timestamp: fc.option(fc.integer({ min: 0, max: 8.64e15 }), { nil: undefined }),
    quality: fc.option(fc.constantFrom(0, 192, 500), { nil: undefined }),
    isHistorical: fc.option(fc.constant(true as const), { nil: undefined }),
    typed: fc.oneof(
      fc.record({ datatype: fc.constant(DataType.Int32), value: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) }),
      fc.record({ datatype: fc.constant(DataType.UInt32), value: fc.integer({ min: 0, max: 2 ** 32 - 1 }) }),
      fc.record({ datatype: fc.constant(DataType.Int64), value: fc.maxSafeInteger() }),
      fc.record({ datatype: fc.constant(DataType.Double), value: fc.double({ noNaN: true }) }),
      fc.record({ datatype: fc.constant(DataType.Float), value: fc.float({ noNaN: true }) }),
      fc.record({ datatype: fc.constant(DataType.Boolean), value: fc.boolean() }),
      fc.record({ datatype: fc.constant(DataType.String), value: fc.string({ maxLength: 60 }) }),
      fc.record({ datatype: fc.constant(DataType.Double), value: fc.constant(null) }),
    ),
  }); // prettier-ignore
  const anyPayload = fc
    .record({
      timestamp: fc.option(fc.integer({ min: 0, max: 8.64e15 }), { nil: undefined }),
      seq: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
      metrics: fc.array(metric, { maxLength: 20 }),
    })
    .map(({ metrics, ...rest }): Payload => {
      return { ...rest, metrics: metrics.map(({ typed, ...more }): Metric => ({ ...more, ...typed })) };
    });
  const plain = (given: unknown): unknown => JSON.parse(JSON.stringify(given, (_, value: unknown) => (Object.is(value, -0) ? '-0' : value === Infinity ? 'inf' : value === -Infinity ? '-inf' : value))); // prettier-ignore

  it('comes back from its bytes as it was', () => {
    fc.assert(
      fc.property(anyPayload, (given) => {
        assert.deepEqual(plain(decodePayload(encodePayload(given))), plain(given));
      }),
    );
  });

  it('is read or refused, whatever the bytes: random, cut, changed or longer', () => {
    const check = (given: Uint8Array): void => {
      const before = performance.now();
      try {
        decodePayload(given);
      } catch (cause) {
        assert.ok(cause instanceof SwatError && cause.code === 'sparkplug-payload', String(cause));
      }
      assert.ok(performance.now() - before < 1000);
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), check), { numRuns: 2000 });
    fc.assert(
      fc.property(anyPayload, fc.nat(), fc.nat(255), fc.nat(), (given, at, byte, cut) => {
        const whole = encodePayload(given);
        const changed = Uint8Array.from(whole);
        if (changed.length > 0) changed[at % changed.length] = byte;
        check(changed);
        check(whole.subarray(0, cut % (whole.length + 1)));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a topic of Sparkplug B', () => {
  for (const [topic, expected] of [
    ['spBv1.0/plant/DDATA/gateway/line-1', { group: 'plant', type: 'DDATA', edge: 'gateway', device: 'line-1' }],
    ['spBv1.0/plant/NBIRTH/gateway', { group: 'plant', type: 'NBIRTH', edge: 'gateway' }],
    ['spBv1.0/plant/NDATA/gateway/line-1', undefined],
    ['spBv1.0/plant/DDATA/gateway', undefined],
    ['spBv1.0/STATE/host', undefined],
    ['spBv1.0/plant', undefined],
    ['spBv1.0//DDATA/a/b', undefined],
    ['spBv1.0/plant/DDATA/a/b/c', undefined],
    ['spAv1.0/plant/DDATA/a/b', undefined],
    ['swat/line-1', undefined],
    [7, undefined],
  ] as const) {
    it(String(topic), () => {
      const found = sparkplugTopic(topic);
      assert.deepEqual(found, expected);
      if (found !== undefined) assert.equal(topicOf(found), topic);
    });
  }
});

describe('a listener to edge nodes', () => {
  let host: SparkplugHost;
  let edge: EdgeNode;
  let now = 0;
  beforeEach(() => {
    host = new SparkplugHost();
    edge = new EdgeNode('plant', 'gateway', 3);
    now = 0;
  });
  const hear = ({ topic, payload: content }: { topic: string; payload: Uint8Array }, at = now): Heard => {
    const parsed = sparkplugTopic(topic);
    assert.ok(parsed !== undefined, topic);
    return host.take(parsed, content, at);
  };
  const metrics = (heard: Heard): unknown => {
    if (heard.kind !== 'metrics') throw new assert.AssertionError({ message: heard.kind });
    return heard.metrics.map(({ name, value, quality }) => [name, value, quality]);
  };
  const rebirth = (heard: Heard): unknown => (heard.kind === 'metrics' ? heard.rebirth : 'none');

  it('names by the aliases of the birth, and leaves out what controls the node', () => {
    assert.deepEqual(metrics(hear(edge.birth(1))), []);
    const birth = tellValues(edge, 'line', { time: 5, values: { A: 1, B: 2 }, quality: { B: 0 } });
    assert.ok(birth.topic.includes('/DBIRTH/'));
    assert.deepEqual(metrics(hear(birth)), [['A', 1, undefined], ['B', 2, 0]]); // prettier-ignore
    const data = tellValues(edge, 'line', { time: 6, values: { B: null } });
    assert.ok(data.topic.includes('/DDATA/'));
    assert.ok(!data.payload.includes('B'), 'the alias alone');
    const heard = hear(data);
    assert.deepEqual(heard, {
      kind: 'metrics',
      metrics: [{ name: 'B', value: null, timestamp: 6 }],
      rebirth: undefined,
    });
    assert.ok(
      tellValues(edge, 'line', { time: 7, values: { C: 1 } }).topic.includes('/DBIRTH/'),
      'a metric it was not born with',
    );
  });

  it('hears an edge node that is asked to be born anew, with all that its devices have ever said', () => {
    edge.birth(1);
    tellValues(edge, 'line', { time: 5, values: { A: 1, B: 2 } });
    tellValues(edge, 'line', { time: 6, values: { B: 3 } });
    tellValues(edge, 'other', { time: 6, values: { C: 4 } });
    hear(edge.birth(7));
    const births = edge.births(7);
    assert.deepEqual(births.map(({ topic }) => topic), ['spBv1.0/plant/DBIRTH/gateway/line', 'spBv1.0/plant/DBIRTH/gateway/other']); // prettier-ignore
    assert.deepEqual(births.map((birth) => metrics(hear(birth))), [[['A', 1, undefined], ['B', 3, undefined]], [['C', 4, undefined]]]); // prettier-ignore
    const next = hear(tellValues(edge, 'line', { time: 8, values: { A: 5 } }));
    assert.deepEqual([metrics(next), rebirth(next)], [[['A', 5, undefined]], undefined]);
  });

  it('tells an alias that no birth has given, with the number of metrics, once a minute, and takes the others', () => {
    const unknown = (time: number): { topic: string; payload: Uint8Array } => ({
      topic: 'spBv1.0/plant/DDATA/gateway/line',
      payload: encodePayload({ timestamp: time, metrics: [{ alias: 9, value: 1 }, { name: 'A', value: 2 }] }),
    }); // prettier-ignore
    const first = hear(unknown(1), 0);
    assert.deepEqual(metrics(first), [['A', 2, undefined]]);
    assert.deepEqual(rebirth(first), { why: 'alias', alias: 9, metrics: 1 });
    assert.equal(rebirth(hear(unknown(2), 59_999)), undefined);
    assert.deepEqual(rebirth(hear(unknown(3), 60_000)), { why: 'alias', alias: 9, metrics: 2 });
    hear(edge.birth(4));
    hear(tellValues(edge, 'line', { time: 5, values: { A: 1 } }));
    assert.equal(rebirth(hear(tellValues(edge, 'line', { time: 6, values: { A: 1 } }), 60_001)), undefined);
  });

  it('tells a gap once until the next birth; 255 is followed by 0, and what comes twice is none', () => {
    hear(edge.birth(1));
    let last = tellValues(edge, 'line', { time: 2, values: { A: 1 } });
    for (let turn = 0; turn < 600; turn += 1) {
      assert.equal(rebirth(hear(last)), undefined, String(turn));
      if (turn % 7 === 0) assert.equal(rebirth(hear(last)), undefined, 'twice');
      last = tellValues(edge, 'line', { time: turn, values: { A: turn } });
    }
    const after = tellValues(edge, 'line', { time: 2, values: { A: 1 } });
    assert.deepEqual(rebirth(hear(after)), { why: 'gap', expected: (601) % 256, got: (602) % 256 }); // prettier-ignore
    tellValues(edge, 'line', { time: 2, values: { A: 1 } });
    assert.equal(rebirth(hear(tellValues(edge, 'line', { time: 2, values: { A: 1 } }))), undefined, 'told once');
    hear(edge.birth(3));
    tellValues(edge, 'line', { time: 4, values: { A: 1 } });
    assert.deepEqual(rebirth(hear(tellValues(edge, 'line', { time: 5, values: { A: 1 } }))), {
      why: 'gap',
      expected: 1,
      got: 2,
    });
  });

  it('hears of deaths: a device alone, an edge node with all its devices, but not the will of an older connection', () => {
    hear(edge.birth(1));
    hear(tellValues(edge, 'line-1', { time: 2, values: { A: 1 } }));
    hear(tellValues(edge, 'line-2', { time: 2, values: { A: 1 } }));
    const old = new EdgeNode('plant', 'gateway', 2);
    assert.deepEqual(hear(old.will()), { kind: 'death', devices: [] });
    const death: SparkplugTopic = { group: 'plant', type: 'DDEATH', edge: 'gateway', device: 'line-1' };
    assert.deepEqual(host.take(death, encodePayload({ metrics: [], seq: 3 }), 0), {
      kind: 'death',
      devices: ['line-1'],
    });
    assert.deepEqual(hear(edge.will()), { kind: 'death', devices: ['gateway', 'line-2'] });
    assert.deepEqual(hear({ topic: edge.commands, payload: rebirthCommand(1) }), { kind: 'command' });
  });

  it('is bounded: of 2,001 edge nodes the first is forgotten', () => {
    const born = (name: string): Heard => hear(new EdgeNode('plant', name, 0).birth(1));
    for (let index = 0; index <= 2000; index += 1) born(`edge-${index}`);
    const other = new EdgeNode('plant', 'edge-0', 7);
    assert.deepEqual(hear(other.will()), { kind: 'death', devices: ['edge-0'] }, 'its birth is not known any more');
    assert.deepEqual(hear(new EdgeNode('plant', 'edge-2000', 7).will()), { kind: 'death', devices: [] });
  });
});
