import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

export interface SocketWish {
  readonly host: string;
  readonly port: number;
  /** Options of TLS; none speaks without. */
  readonly ssl: ConnectionOptions | undefined;
  readonly onConnect: () => void;
}

const ALIVE_MS = 60_000;

/** The sockets of one client, so that none stays open that a peer does not close. */
export class Sockets {
  readonly #open = new Set<Socket>();

  open = ({ host, port, ssl, onConnect }: SocketWish): Socket => {
    // For an address there is no name to be asked for.
    const socket = ssl
      ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...ssl }, onConnect)
      : connect({ host, port }, onConnect);
    socket.setKeepAlive(true, ALIVE_MS);
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    return socket;
  };

  /** Ends all at once. */
  destroy(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
