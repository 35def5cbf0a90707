import type { Random } from '../../lib/kernels/random';
import { readBatch, RECORD, writeBatch, type StateRecord } from '../../lib/snapshot/batch';
import { change, pick } from './hostile';
import { mutated } from './mutate';

/** A state file with other contents under a right checksum, so that what reads the contents comes to them. */
export function rewrittenState(random: Random, file: Buffer): Buffer {
  const end = file.indexOf('\n') + 1;
  const batches: Buffer[] = [];
  const all: StateRecord[] = [];
  for (let batch = readBatch(file, end); batch !== undefined; batch = readBatch(file, batch.next))
    all.push(...batch.records);
  for (const record of all)
    batches.push(writeBatch(random() < 0.5 ? [record] : rewrittenRecord(random, record, all), false));
  return Buffer.concat([file.subarray(0, end), ...batches]);
}

/** The state of an asset as Kafka has it, one batch, with other contents under a right checksum. */
export function rewrittenBatch(random: Random, state: Buffer): Buffer {
  if (random() < 0.03) return mutated(random, state, [state]);
  const all = readBatch(state, 0)?.records ?? [];
  const chosen = new Set(Array.from({ length: 1 + Math.floor(random() * 3) }, () => Math.floor(random() * all.length)));
  return writeBatch(all.flatMap((record, at) => (chosen.has(at) ? rewrittenRecord(random, record, all) : [record])), false); // prettier-ignore
}

/** One record as others: with other data, under another key, twice, or none. */
function rewrittenRecord(random: Random, record: StateRecord, all: readonly StateRecord[]): StateRecord[] {
  const way = random();
  const others = all.map(({ data }) => Buffer.from(data));
  if (way < 0.85) return [{ ...record, data: otherData(random, Buffer.from(record.data), others) }];
  if (way < 0.9) return [{ ...record, key: pick(random, KEYS(all)) }];
  if (way < 0.94) return [record, { ...record, data: otherData(random, Buffer.from(record.data), others) }];
  if (way < 0.97) return [{ ...record, type: pick(random, Object.values(RECORD)) }];
  return [];
}

const KEYS = (all: readonly StateRecord[]): string[] => [...all.map(({ key }) => key), '', '__proto__', 'constructor', 'x'.repeat(500), '\u0000', 'page/0/99999999', 'page/9/-1', '0/', '99']; // prettier-ignore

function otherData(random: Random, data: Buffer, others: readonly Buffer[]): Buffer {
  return random() < 0.75 ? (otherJson(random, data) ?? otherNumbers(random, data)) : mutated(random, data, others);
}

/** JSON with a few values of other kinds; `undefined` for what is none. */
function otherJson(random: Random, data: Buffer): Buffer | undefined {
  try {
    const value: unknown = JSON.parse(data.toString());
    if (typeof value !== 'object' || value === null)
      return Buffer.from(pick(random, ['null', '"x"', '-1', '[]', '{}']));
    for (let left = 1 + Math.floor(random() * 3); left > 0; left -= 1) change(random, value as Record<string, unknown>);
    return Buffer.from(
      JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? Number(each) : each)),
    );
  } catch {
    return undefined;
  }
}

/** Bytes with a number in them that counts or measures nothing. */
function otherNumbers(random: Random, data: Buffer): Buffer {
  const bytes = Buffer.from(data);
  for (let left = 1 + Math.floor(random() * 3); left > 0 && bytes.length >= 8; left -= 1) {
    const at = Math.floor((random() * (bytes.length - 7)) / 4) * 4;
    if (random() < 0.5)
      bytes.writeDoubleLE(pick(random, [NaN, Infinity, -Infinity, -1, 1e300, -1e300, 5e-324, 2 ** 53]), at); // prettier-ignore
    else bytes.writeUInt32LE(pick(random, [0, 1, 0xffffffff, 0x7fffffff, 65_536, 1000]), at);
  }
  return bytes;
}
