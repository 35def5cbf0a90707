import Aedes from 'aedes';
import { createServer as createHttp, type IncomingHttpHeaders } from 'node:http';
import { createServer as createNet, type AddressInfo, type Server, type Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail as a real SMTP server took it. */
export interface Mail {
  readonly to: readonly string[];
  readonly raw: string;
}

/** A request as a real HTTP server took it. */
export interface Posted {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on 127.0.0.1 that can be stopped and started again on the same port. */
export interface Endpoint<T> {
  readonly port: number;
  readonly got: T[];
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** An SMTP server without encryption or passwords. It takes a mail when it has read all of it. */
export async function smtpEndpoint(port = 0): Promise<Endpoint<Mail>> {
  const got: Mail[] = [];
  let server: SMTPServer | undefined;
  const endpoint = {
    port,
    got,
    async start(): Promise<void> {
      const smtp = new SMTPServer({
        authOptional: true,
        disabledCommands: ['STARTTLS', 'AUTH'],
        onData(stream, session, callback) {
          const chunks: Buffer[] = [];
          stream.on('data', (chunk: Buffer) => chunks.push(chunk));
          stream.on('end', () => {
            got.push({
              to: session.envelope.rcptTo.map(({ address }) => address),
              raw: Buffer.concat(chunks).toString('utf8'),
            });
            callback();
          });
        },
      });
      smtp.on('error', () => undefined);
      await new Promise<void>((resolve, reject) => {
        smtp.server.once('error', reject);
        smtp.listen(endpoint.port, '127.0.0.1', () => resolve());
      });
      endpoint.port = (smtp.server.address() as AddressInfo).port;
      server = smtp;
    },
    async stop(): Promise<void> {
      const smtp = server;
      server = undefined;
      await new Promise<void>((resolve) => (smtp === undefined ? resolve() : smtp.close(() => resolve())));
    },
  };
  await endpoint.start();
  return endpoint;
}

/** An HTTP server that answers with the statuses it is given, then with 200. */
export async function httpEndpoint(statuses: number[]): Promise<Endpoint<Posted>> {
  const got: Posted[] = [];
  return listening(got, () =>
    createHttp((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        got.push({ url: request.url ?? '', headers: request.headers, body });
        response.statusCode = statuses.shift() ?? 200;
        response.end('ok');
      });
    }),
  );
}

/** An MQTT broker; what is published under `swat/`. */
export async function mqttEndpoint(port = 0): Promise<Endpoint<{ topic: string; qos: number; payload: string }>> {
  const got: { topic: string; qos: number; payload: string }[] = [];
  return listening(
    got,
    () => {
      const broker = new Aedes();
      broker.on('publish', ({ topic, qos, payload }) => {
        if (topic.startsWith('swat/')) got.push({ topic, qos, payload: payload.toString() });
      });
      return createNet((socket) => void broker.handle(socket));
    },
    port,
  );
}

async function listening<T>(got: T[], make: () => Server, port = 0): Promise<Endpoint<T>> {
  let server: Server | undefined;
  const sockets = new Set<Socket>();
  const endpoint = {
    port,
    got,
    async start(): Promise<void> {
      const next = make().on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
      });
      await new Promise<void>((resolve, reject) => {
        next.once('error', reject);
        next.listen(endpoint.port, '127.0.0.1', () => resolve());
      });
      endpoint.port = (next.address() as AddressInfo).port;
      server = next;
    },
    async stop(): Promise<void> {
      const old = server;
      server = undefined;
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => (old === undefined ? resolve() : old.close(() => resolve())));
    },
  };
  await endpoint.start();
  return endpoint;
}
