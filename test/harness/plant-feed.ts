import { connect, type Socket } from 'node:net';
import { createPlantSimulation, type PlantSimulation } from '../../lib/plant/sim/plant';
import { SWAT } from '../../lib/plant/swat';

/** What a feed is told of the attacks that it should run. */
export interface FeedPlan {
  readonly seed: number;
  /** Plant-seconds a second. */
  readonly perSecond: number;
  /** Attacks, one after the other: each begins when the plant is in the state that it needs, and ends after so long. */
  readonly attacks: readonly { readonly id: number; readonly seconds: number }[];
  /** Plant-seconds of normal operation before each. */
  readonly rest: number;
}

/** The simulated plant outside of Node-RED: its event time goes on whether anybody listens or not. */
export interface PlantFeed {
  /** Event time of the frame sent last, ms. */
  readonly time: number;
  readonly frames: number;
  /** Sends to these ports of 127.0.0.1 from now on; connects again whenever a connection is lost. */
  to(...ports: number[]): void;
  /** Goes on at so many plant-seconds a second; 0 to stand still. */
  pace(perSecond: number): void;
  /** Begins one more attack as soon as the plant is in the state that it needs; it ends by itself. For a plan without attacks. */
  attack(id: number): void;
  stop(): void;
}

/** Starts a feed: one line of JSON a frame, `{"LIT101": 522.1, …, "timestamp": 1767225600000}`. */
export function startFeed({ seed, perSecond, attacks, rest }: FeedPlan): PlantFeed {
  const plant = createPlantSimulation({ seed, startTime: Date.UTC(2026, 0, 1) });
  const script = follow(plant, attacks, rest);
  const lines = new Map<number, Socket>();
  let ports: readonly number[] = [];
  let frames = 0;
  let time = 0;
  let began = performance.now();
  let already = 0;
  let rate = perSecond;

  const line = (port: number): Socket => {
    const known = lines.get(port);
    if (known !== undefined && !known.destroyed) return known;
    const socket = connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
    lines.set(port, socket);
    return socket;
  };
  const timer = setInterval(() => {
    const due = already + ((performance.now() - began) / 1000) * rate;
    for (; frames < due; frames += 1) {
      script();
      const frame = plant.step();
      time = frame.time;
      const named = Object.fromEntries(SWAT.tags.map(({ name }, index) => [name, frame.values[index]]));
      const text = `${JSON.stringify({ ...named, timestamp: time })}\n`;
      // What nobody takes now is lost, as a sensor's reading is.
      for (const port of ports) {
        const socket = line(port);
        if (socket.writable && !socket.connecting) socket.write(text);
      }
    }
  }, 20);

  return {
    get time() {
      return time;
    },
    get frames() {
      return frames;
    },
    to(...next) {
      ports = next;
    },
    pace(next) {
      [began, already, rate] = [performance.now(), frames, next];
    },
    attack: (id) => plant.start(id),
    stop() {
      clearInterval(timer);
      for (const socket of lines.values()) socket.destroy();
    },
  };
}

/** Begins and ends the attacks; call before each step. */
function follow(plant: PlantSimulation, attacks: FeedPlan['attacks'], rest: number): () => void {
  let index = 0;
  let left = rest;
  let running = 0;
  return () => {
    if (attacks.length === 0) return;
    if (left > 0) {
      left -= 1;
      if (left === 0) plant.start(attacks[index].id);
      return;
    }
    if (plant.attack?.phase === 'active') running += 1;
    if (running < attacks[index].seconds && plant.attack !== undefined) return;
    plant.stop();
    [running, left, index] = [0, rest, (index + 1) % attacks.length];
  };
}
