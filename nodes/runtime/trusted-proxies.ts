import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { SwatError } from '../../lib/errors';

/** Addresses of reverse proxies whose header is believed. */
export interface TrustedProxies {
  /** The user that a request names, if it came from one of them. @throws SwatError `operator-proxy`, `operator-proxy-twice` */
  userOf(request: IncomingMessage): string;
}

const LONGEST_NAME = 64;

/**
 * Reads what the dialog says of reverse proxies.
 * @param header the name of the header with the user's name; empty: none is believed
 * @param addresses IP addresses and networks (`10.0.0.0/8`), with commas between
 * @returns `undefined` where there is no header
 * @throws SwatError `operator-proxies` for what is no address, `operator-proxy-header` for what is no name of a header
 */
export function readTrustedProxies(header: string, addresses: string): TrustedProxies | undefined {
  if (header === '') return undefined;
  if (!/^[A-Za-z0-9-]{1,64}$/.test(header))
    throw new SwatError('operator-proxy-header', { header: header.slice(0, 64) });
  const trusted = new BlockList();
  const entries = addresses
    .split(/[\s,;]+/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
  if (entries.length === 0) throw new SwatError('operator-proxies', { value: '' });
  for (const entry of entries) add(trusted, entry);
  return {
    userOf(request) {
      const address = plainAddress(request.socket.remoteAddress ?? '');
      const family = isIP(address);
      const isTrusted = family !== 0 && trusted.check(address, family === 6 ? 'ipv6' : 'ipv4');
      if (!isTrusted) throw new SwatError('operator-proxy', { header });
      const given = request.headersDistinct[header.toLowerCase()] ?? [];
      // A client has added a header of its own that the proxy did not take away.
      if (given.length > 1) throw new SwatError('operator-proxy-twice', { header });
      const user = (given[0] ?? '').trim();
      if (user === '' || user.length > LONGEST_NAME || /\p{Cc}/u.test(user))
        throw new SwatError('operator-proxy', { header });
      return user;
    },
  };
}

function add(trusted: BlockList, entry: string): void {
  const [address = '', bits, ...more] = entry.split('/') as (string | undefined)[];
  const family = isIP(address);
  const wrong = new SwatError('operator-proxies', { value: entry.slice(0, 64) });
  if (family === 0 || more.length > 0) throw wrong;
  const type = family === 6 ? 'ipv6' : 'ipv4';
  if (bits === undefined) {
    trusted.addAddress(address, type);
    return;
  }
  const prefix = Number(bits);
  if (!/^\d{1,3}$/.test(bits) || prefix > (family === 6 ? 128 : 32)) throw wrong;
  trusted.addSubnet(address, prefix, type);
}

/** An IPv4 address as it is written, also where it came by IPv6. */
function plainAddress(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address.replace(/%.*$/, '');
}
