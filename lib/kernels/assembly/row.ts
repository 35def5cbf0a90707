/**
 * One dense layer on one row. `blocks` times 16 outputs side by side; `weights` stand block by block, in each input by
 * input, the block's outputs side by side. A float32 sum starts at the bias and takes the inputs in their order.
 * @param floor what is below it becomes it: 0 for a ReLU, -Infinity for none; NaN passes
 */
export function denseRow(
  input: usize,
  weights: usize,
  bias: usize,
  output: usize,
  inputs: usize,
  blocks: i32,
  floor: f32,
): void {
  const end = input + (inputs << 2);
  const least = f32x4.splat(floor);
  // One input a turn: unrolled further, V8 runs out of registers and takes longer.
  while (blocks > 0) {
    let a = v128.load(bias);
    let b = v128.load(bias, 16);
    let c = v128.load(bias, 32);
    let d = v128.load(bias, 48);
    let at = input;
    do {
      const x = v128.load_splat<f32>(at);
      a = f32x4.add(a, f32x4.mul(x, v128.load(weights)));
      b = f32x4.add(b, f32x4.mul(x, v128.load(weights, 16)));
      c = f32x4.add(c, f32x4.mul(x, v128.load(weights, 32)));
      d = f32x4.add(d, f32x4.mul(x, v128.load(weights, 48)));
      at += 4;
      weights += 64;
    } while (at < end);
    v128.store(output, f32x4.pmax(a, least));
    v128.store(output, f32x4.pmax(b, least), 16);
    v128.store(output, f32x4.pmax(c, least), 32);
    v128.store(output, f32x4.pmax(d, least), 48);
    output += 64;
    bias += 64;
    blocks--;
  }
}
