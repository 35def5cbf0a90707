import type { Blamed } from './reason';

/** BadCommunicationError, BadTimeout, BadNoCommunication, BadNotConnected, BadConnectionClosed (OPC UA part 6, annex A). */
const UNREACHED = new Set([0x80050000, 0x800a0000, 0x80310000, 0x808a0000, 0x80ae0000]);
/** Quality of OPC DA, substatus: not connected, last known value of a lost connection, communication failure, out of service. */
const CLASSIC_UNREACHED = new Set([8, 20, 24]);
/** Sparkplug B: what an edge node said before it was lost. */
const STALE = 500;
const HEXADECIMAL = /^0x[0-9a-f]{1,8}$/i;
/** What `swat-check` marks values with. */
const MARKED = /^(stuck|replayed)$/;
const LOST = /no.?comm|comm(unication)?.?(error|fail|lost)|not.?connected|connection|timeout|stale|offline|disconnect/i;

/**
 * Whether a value may be used by its status, or why it may not. Only good is good: an uncertain value is not. Understood are
 * status codes of OPC UA (numbers, `{value, name}`, or names such as `BadNoCommunication`), the quality numbers of OPC DA and
 * Sparkplug B (192 good, 0 bad, 500 stale), booleans and words. No status is good.
 * @param field `quality` for a field in which the number 0 is bad, as in OPC DA; in any other it is OPC UA's good
 */
export function blameOf(status: unknown, field: 'quality' | 'status'): Blamed | undefined {
  switch (typeof status) {
    case 'undefined':
      return undefined;
    case 'boolean':
      return status ? undefined : 'badQuality';
    case 'number':
      return ofNumber(status, field);
    case 'string':
      return ofText(status.trim(), field);
    case 'object':
      return status === null ? undefined : ofObject(status as Readonly<Record<string, unknown>>);
    default:
      return 'badQuality';
  }
}

function ofNumber(status: number, field: 'quality' | 'status'): Blamed | undefined {
  if (!Number.isInteger(status)) return 'badQuality';
  if (status === 0) return field === 'quality' ? 'badQuality' : undefined;
  if (status === STALE) return 'noCommunication';
  // Quality of OPC DA is a byte whose top two bits are 11 for good; the low two tell of limits.
  if (status > 0 && status < 0x100) {
    if (status >= 0xc0) return undefined;
    return CLASSIC_UNREACHED.has(status & 0xfc) ? 'noCommunication' : 'badQuality';
  }
  const code = status >>> 0;
  if (code >>> 30 === 0) return code < 0x400 ? 'badQuality' : undefined;
  return UNREACHED.has((code & 0xffff0000) >>> 0) ? 'noCommunication' : 'badQuality';
}

function ofText(status: string, field: 'quality' | 'status'): Blamed | undefined {
  if (status === '' || /^(good|ok|true|valid)/i.test(status)) return undefined;
  if (MARKED.test(status)) return status as Blamed;
  if (HEXADECIMAL.test(status) || /^\d{1,10}$/.test(status)) return ofNumber(Number(status), field);
  return LOST.test(status.slice(0, 100)) ? 'noCommunication' : 'badQuality';
}

/** A status code as an object: `{value, name}`, or with underscores as node-opcua has it. */
function ofObject(status: Readonly<Record<string, unknown>>): Blamed | undefined {
  const value = status.value ?? status._value ?? status.code;
  if (typeof value === 'number') return ofNumber(value, 'status');
  const name = status.name ?? status._name;
  return typeof name === 'string' ? ofText(name.trim(), 'status') : 'badQuality';
}
