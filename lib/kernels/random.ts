/** A source of numbers in [0, 1). Always passed in, so that every run can be repeated. */
export type Random = () => number;

/** Mulberry32: 32 bits of state, full period, the same numbers on every machine. For simulation and training, not secrets. */
export function seeded(seed: number): Random {
  return randomFrom(Uint32Array.of(seed));
}

/** {@link seeded} with its state, one number, in the caller's hands: whoever copies it can go on with the same numbers. */
export function randomFrom(state: Uint32Array): Random {
  return () => {
    state[0] += 0x6d2b79f5;
    let t = state[0];
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A standard normal deviate (Box and Muller 1958, the cosine branch). */
export function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Shuffles in place (Fisher and Yates), every order equally likely. */
export function shuffle(order: Uint32Array, random: Random): void {
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const kept = order[last];
    order[last] = order[other];
    order[other] = kept;
  }
}
