import { parentPort } from 'node:worker_threads';

/**
 * Loaded into a thread with `--require`: with each value that the thread posts it keeps `SWAT_HOARD_MB` more of its heap, bit by bit, as
 * a leak does, until it has reached the limit that the thread was started with.
 */
const PIECE = 1024;
const PIECES_PER_MB = (1024 * 1024) / (PIECE * 8);

const hoarded: number[][] = [];
const port = parentPort;
const pieces = Number(process.env.SWAT_HOARD_MB ?? 0) * PIECES_PER_MB;
if (port !== null && pieces > 0) {
  const post = port.postMessage.bind(port);
  port.postMessage = (...message: Parameters<typeof post>) => {
    post(...message);
    for (let piece = 0; piece < pieces; piece += 1) hoarded.push(new Array<number>(PIECE).fill(piece));
  };
}
