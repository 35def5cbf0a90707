import { connect } from 'node:net';

/**
 * Asks a Modbus TCP server by hand: a read of so many registers or bits from an address on, or any other request by its bytes.
 * Rejects with the number of an exception.
 */
export function ask(
  port: number,
  unit: number,
  code: number,
  ...what: [readonly number[]] | [number, number]
): Promise<number[]> {
  const [first, count = 0] = what;
  const bits = code === 1 || code === 2;
  const body = typeof first === 'number' ? [first >> 8, first & 0xff, count >> 8, count & 0xff] : first;
  const request = Buffer.from([0, 7, 0, 0, 0, body.length + 2, unit, code, ...body]);
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    let answer = Buffer.alloc(0);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed without an answer')));
    socket.on('data', (data) => {
      answer = Buffer.concat([answer, data]);
      if (answer.length < 9 || answer.length < 6 + answer.readUInt16BE(4)) return;
      if (answer[7] >= 0x80) reject(new Error(`exception ${answer[8]}`));
      else {
        const data = answer.subarray(9);
        resolve(
          Array.from({ length: count }, (_, at) =>
            bits ? (data[at >> 3] >> (at & 7)) & 1 : data.readUInt16BE(2 * at),
          ),
        );
      }
      socket.destroy();
    });
  });
}
