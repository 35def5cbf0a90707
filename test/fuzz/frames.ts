import { randomBytes } from 'node:crypto';
import type { Random } from '../../lib/kernels/random';
import { API_PATH, ALL_KEY, READ_KEY } from '../harness/api-flow';
import { pick } from './hostile';

/** A handshake for a WebSocket, mostly with something wrong in it. */
export function hostileHandshake(random: Random): { readonly bytes: Buffer; readonly isGood: boolean } {
  const headers = new Map(Object.entries(GOOD));
  let path = `${API_PATH}/stream`;
  let method = 'GET';
  const isGood = random() < 0.3;
  if (!isGood)
    for (let left = 1 + Math.floor(random() * 2); left > 0; left -= 1)
      pick<() => unknown>(random, [
        () => headers.delete(pick(random, [...headers.keys()])),
        () => headers.set(pick(random, [...headers.keys()]), pick(random, VALUES)),
        () => headers.set('X-API-Key', pick(random, KEYS)),
        () => headers.delete('X-API-Key') && headers.set('Sec-WebSocket-Protocol', pick(random, PROTOCOLS)),
        () => headers.set('Sec-WebSocket-Version', pick(random, ['0', '7', '12', '14', '13.5', '-13', '999999999999'])),
        () => headers.set('Sec-WebSocket-Extensions', pick(random, EXTENSIONS)),
        () => headers.set('Origin', pick(random, ['http://evil.example', 'null', 'http://[', '\u00ff'])),
        () => headers.set('Content-Length', '5'),
        () => headers.set(`X-${'n'.repeat(200)}`, 'v'.repeat(random() < 0.3 ? 20_000 : 2000)),
        () => (path += pick(random, QUERIES)),
        () => (path = pick(random, PATHS)),
        () => (method = pick(random, ['POST', 'HEAD', 'DELETE', 'OPTIONS'])),
      ])();
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`);
  return { bytes: Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1'), isGood };
}

const GOOD = {
  Host: '127.0.0.1',
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'X-API-Key': READ_KEY,
};
const VALUES = [
  '',
  'x',
  '__proto__',
  'h2c',
  'websocket, h2c',
  'keep-alive',
  'a'.repeat(4000),
  '\u00ff\u00fe',
  'dGhlIHNhbXBsZQ==',
  '!!!!',
];
const KEYS = ['', 'wrong', ALL_KEY.slice(0, -1), ALL_KEY, `${READ_KEY}, ${READ_KEY}`, 'x'.repeat(5000)];
const PROTOCOLS = ['swat', 'swat, swat', `swat, swat.key.${READ_KEY}`, 'swat.key.', `swat.key.${'x'.repeat(4000)}`, ',,,', 'a b', '"', Array.from({ length: 500 }, (_, at) => `p${at}`).join(',')]; // prettier-ignore
const EXTENSIONS = ['permessage-deflate', 'permessage-deflate; client_max_window_bits=99', 'x'.repeat(3000), ';;;', 'a="', 'permessage-deflate, '.repeat(200)]; // prettier-ignore
const QUERIES = ['?types=', '?types=verdict,alarm', '?types=__proto__', `?types=${'alarm,'.repeat(500)}`, '?asset=%FF', '?asset=', '?asset=a&asset=b', '?%', `?asset=${'x'.repeat(5000)}`, '?types=alarm&types=x', '#x']; // prettier-ignore
const PATHS = [`${API_PATH}/stream/`, `${API_PATH}//stream`, `${API_PATH}/%73tream`, `${API_PATH}/../v1/stream`, `${API_PATH}/predict`, API_PATH, `http://127.0.0.1${API_PATH}/stream`, '//x/stream', '/swat/api/v2/stream', '*']; // prettier-ignore

/** What a client sends that it should not, in one piece or several. */
export function hostileFrames(random: Random): Buffer[] {
  return Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(random, FRAMES)(random));
}

const OPCODE = { part: 0, text: 1, binary: 2, reserved: 3, close: 8, ping: 9, pong: 10, unknown: 15 } as const;

interface Frame {
  readonly opcode: number;
  readonly payload?: Buffer;
  readonly isLast?: boolean;
  readonly isMasked?: boolean;
  /** Bits that belong to no extension here. */
  readonly reserved?: number;
  /** What it says of its length, whatever is there. */
  readonly claims?: bigint;
}

/** A frame as RFC 6455 has it, or as it forbids. */
export function frame({
  opcode,
  payload = Buffer.alloc(0),
  isLast = true,
  isMasked = true,
  reserved = 0,
  claims,
}: Frame): Buffer {
  const length = claims ?? BigInt(payload.length);
  const bits = isMasked ? 0x80 : 0;
  const first = (isLast ? 0x80 : 0) | (reserved << 4) | opcode;
  const head = length < 126n ? Buffer.from([first, bits | Number(length)]) : length < 65_536n ? Buffer.from([first, bits | 126, Number(length >> 8n), Number(length & 255n)]) : longHead(first, bits, length); // prettier-ignore
  if (!isMasked) return Buffer.concat([head, payload]);
  const mask = Buffer.from([1, 2, 3, 4]);
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ mask[at % 4])]);
}

function longHead(first: number, bits: number, length: bigint): Buffer {
  const head = Buffer.from([first, bits | 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeBigUInt64BE(BigInt.asUintN(64, length), 2);
  return head;
}

const noise = (random: Random, most: number): Buffer => Buffer.from(Array.from({ length: Math.floor(random() * most) }, () => Math.floor(random() * 256))); // prettier-ignore
const text = (content: string): Buffer => Buffer.from(content);

const FRAMES: readonly ((random: Random) => Buffer)[] = [
  (random) => frame({ opcode: OPCODE.text, payload: text(pick(random, ['{}', 'no JSON', '{"type":', 'null', ''])) }),
  (random) => frame({ opcode: pick(random, Object.values(OPCODE)), payload: noise(random, 200) }),
  (random) => frame({ opcode: OPCODE.text, payload: text('x'.repeat(pick(random, [1024, 1025, 70_000]))) }),
  () => frame({ opcode: OPCODE.text, payload: Buffer.from([0xff, 0xfe, 0xc0]) }),
  () => frame({ opcode: OPCODE.text, payload: text('in the clear'), isMasked: false }),
  (random) => frame({ opcode: OPCODE.text, payload: text('x'), reserved: 1 + Math.floor(random() * 7) }),
  (random) => frame({ opcode: pick(random, [OPCODE.ping, OPCODE.pong, OPCODE.close]), payload: Buffer.alloc(200) }),
  (random) => frame({ opcode: pick(random, [OPCODE.ping, OPCODE.close]), isLast: false }),
  (random) => frame({ opcode: OPCODE.binary, payload: noise(random, 20), claims: pick(random, [10_000n, 2n ** 31n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]) }), // prettier-ignore
  (random) => frame({ opcode: OPCODE.close, payload: pick(random, [Buffer.alloc(1), Buffer.from([0, 0]), Buffer.from([0x03, 0xed]), Buffer.from([0xff, 0xff, 0xff])]) }), // prettier-ignore
  () => Buffer.concat(Array.from({ length: 300 }, () => frame({ opcode: OPCODE.ping, payload: text('ping') }))),
  () => Buffer.concat([frame({ opcode: OPCODE.text, isLast: false, payload: text('a') }), ...Array.from({ length: 600 }, () => frame({ opcode: OPCODE.part, isLast: false, payload: text('ab') }))]), // prettier-ignore
  () =>
    Buffer.concat(Array.from({ length: 3 }, () => frame({ opcode: OPCODE.text, isLast: false, payload: text('a') }))),
  () => frame({ opcode: OPCODE.part, payload: text('of nothing') }),
  () => Buffer.concat(Array.from({ length: 2000 }, () => frame({ opcode: OPCODE.text }))),
  (random) => noise(random, 3000),
  () => randomBytes(64),
  (random) => frame({ opcode: OPCODE.text, payload: text('half of it and then nothing') }).subarray(0, 1 + Math.floor(random() * 20)), // prettier-ignore
];
