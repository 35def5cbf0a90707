/**
 * Dense layers on one row, one after the other. A layer is 28 bytes at `layers`: the places of its inputs, weights, bias and
 * outputs, how many inputs there are, the bytes of an output row (a multiple of 64), and a float32 that its inputs are raised
 * to: 0 behind a ReLU, -Infinity otherwise. Weights stand input by input, all outputs side by side, and are finite.
 * @param list room for 8 bytes an input and 32 more
 * @param orders 16 of 16 bytes: for each choice of four lanes, the bytes that bring the chosen ones to the front; 255 for none
 */
export function forwardRow(layers: usize, count: i32, list: usize, orders: usize): void {
  for (; count > 0; count--) {
    const bytes = load<i32>(layers, 20);
    const least = v128.load_splat<f32>(layers, 24);
    const end = listInputs(load<u32>(layers), load<i32>(layers, 16), bytes, least, list, orders);
    layer(list, end, load<u32>(layers, 4), load<u32>(layers, 8), load<u32>(layers, 12), bytes);
    layers += 28;
  }
}

/**
 * Lists the inputs that are not 0, each as the offset of its weights and its value: what a zero adds is nothing, and behind a
 * ReLU about half of them are. Four zeros follow.
 * @returns the end of the list
 */
function listInputs(input: usize, inputs: i32, bytes: i32, least: v128, list: usize, orders: usize): usize {
  let offsets = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(bytes));
  const next = i32x4.splat(bytes << 2);
  const zero = f32x4.splat(0);
  for (; inputs > 0; inputs -= 4) {
    const x = f32x4.pmax(v128.load(input), least);
    let chosen = i32x4.bitmask(f32x4.ne(x, zero));
    if (inputs < 4) chosen &= (1 << inputs) - 1;
    const order = v128.load(orders + (chosen << 4));
    const values = i8x16.swizzle(x, order);
    const places = i8x16.swizzle(offsets, order);
    v128.store(list, v128.shuffle<i32>(places, values, 0, 4, 1, 5));
    v128.store(list, v128.shuffle<i32>(places, values, 2, 6, 3, 7), 16);
    list += usize(i32.popcnt(chosen)) << 3;
    offsets = i32x4.add(offsets, next);
    input += 16;
  }
  v128.store(list, zero);
  v128.store(list, zero, 16);
  return list;
}

/**
 * `output = bias + the listed inputs * their weights`, four inputs at a time, each four summed in pairs: a float32 sum of few
 * additions, along weights that are read in the order they stand in.
 */
function layer(list: usize, end: usize, weights: usize, bias: usize, output: usize, bytes: usize): void {
  const last = output + bytes;
  let before = bias;
  do {
    const x0 = v128.load_splat<f32>(list, 4);
    const x1 = v128.load_splat<f32>(list, 12);
    const x2 = v128.load_splat<f32>(list, 20);
    const x3 = v128.load_splat<f32>(list, 28);
    let w0 = weights + load<u32>(list);
    let w1 = weights + load<u32>(list, 8);
    let w2 = weights + load<u32>(list, 16);
    let w3 = weights + load<u32>(list, 24);
    let to = output;
    do {
      // Each store ends what V8 can bring forward, so that nothing has to leave the registers.
      let a = f32x4.add(f32x4.mul(x0, v128.load(w0)), f32x4.mul(x1, v128.load(w1)));
      let b = f32x4.add(f32x4.mul(x2, v128.load(w2)), f32x4.mul(x3, v128.load(w3)));
      v128.store(to, f32x4.add(v128.load(before), f32x4.add(a, b)));
      a = f32x4.add(f32x4.mul(x0, v128.load(w0, 16)), f32x4.mul(x1, v128.load(w1, 16)));
      b = f32x4.add(f32x4.mul(x2, v128.load(w2, 16)), f32x4.mul(x3, v128.load(w3, 16)));
      v128.store(to, f32x4.add(v128.load(before, 16), f32x4.add(a, b)), 16);
      a = f32x4.add(f32x4.mul(x0, v128.load(w0, 32)), f32x4.mul(x1, v128.load(w1, 32)));
      b = f32x4.add(f32x4.mul(x2, v128.load(w2, 32)), f32x4.mul(x3, v128.load(w3, 32)));
      v128.store(to, f32x4.add(v128.load(before, 32), f32x4.add(a, b)), 32);
      a = f32x4.add(f32x4.mul(x0, v128.load(w0, 48)), f32x4.mul(x1, v128.load(w1, 48)));
      b = f32x4.add(f32x4.mul(x2, v128.load(w2, 48)), f32x4.mul(x3, v128.load(w3, 48)));
      v128.store(to, f32x4.add(v128.load(before, 48), f32x4.add(a, b)), 48);
      before += 64;
      to += 64;
      w0 += 64;
      w1 += 64;
      w2 += 64;
      w3 += 64;
    } while (to < last);
    before = output;
    list += 32;
  } while (list < end);
}
