/** Takes one frame after the other; the five statistics of each tag in the window that ends with it, once that is full. */
export type Features = (frame: Float64Array) => readonly number[] | undefined;

/** Two passes over typed arrays, one ring per tag: careful code that does all the work anew for every sample. */
export function typedTwoPass(tags: number, length: number): Features {
  const rings = Array.from({ length: tags }, () => new Float64Array(length));
  const middle = (length - 1) / 2;
  const spread = (length * (length * length - 1)) / 12;
  let time = 0;
  return (frame) => {
    const slot = time++ % length;
    const out = new Array<number>(tags * 5);
    for (let tag = 0; tag < tags; tag++) {
      const ring = rings[tag];
      ring[slot] = frame[tag];
      let sum = 0;
      let min = Infinity;
      let max = -Infinity;
      for (let i = 0; i < length; i++) {
        const value = ring[i];
        sum += value;
        if (value < min) min = value;
        if (value > max) max = value;
      }
      const mean = sum / length;
      let squares = 0;
      let moment = 0;
      for (let i = 0, at = slot + 1 === length ? 0 : slot + 1; i < length; i++) {
        const d = ring[at] - mean;
        squares += d * d;
        moment += (i - middle) * d;
        if (++at === length) at = 0;
      }
      out[tag * 5] = mean;
      out[tag * 5 + 1] = Math.sqrt(squares / length);
      out[tag * 5 + 2] = min;
      out[tag * 5 + 3] = max;
      out[tag * 5 + 4] = moment / spread;
    }
    return time < length ? undefined : out;
  };
}

/** The usual function node: an array of frames, shifted and pushed, and map and reduce for each tag. */
export function mapReduce(tags: number, length: number): Features {
  const buffer: Float64Array[] = [];
  const middle = (length - 1) / 2;
  const spread = (length * (length * length - 1)) / 12;
  return (frame) => {
    buffer.push(frame);
    if (buffer.length > length) buffer.shift();
    if (buffer.length < length) return undefined;
    return Array.from({ length: tags }, (_, tag) => {
      const values = buffer.map((each) => each[tag]);
      const mean = values.reduce((sum, value) => sum + value, 0) / length;
      const variance = values.map((value) => (value - mean) ** 2).reduce((sum, value) => sum + value, 0) / length;
      const moment = values.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0);
      return [mean, Math.sqrt(variance), Math.min(...values), Math.max(...values), moment / spread];
    }).flat();
  };
}
