/**
 * One step of Adam on `bytes` (a multiple of 16) of float32 parameters with their gradients and moments.
 * @param rest1 1 - beta1
 * @param rest2 1 - beta2
 * @param rate learning rate over what corrects the first moment
 * @param correction of the second moment
 * @param flush moments that are smaller become 0: denormal numbers would cost tens of cycles each
 */
export function adam(
  values: usize,
  gradients: usize,
  first: usize,
  second: usize,
  bytes: usize,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  rate: f32,
  correction: f32,
  epsilon: f32,
  flush: f32,
): void {
  const end = values + bytes;
  while (values < end) {
    const g = v128.load(gradients);
    const m = f32x4.add(f32x4.mul(f32x4.splat(beta1), v128.load(first)), f32x4.mul(f32x4.splat(rest1), g));
    const v = f32x4.add(
      f32x4.mul(f32x4.splat(beta2), v128.load(second)),
      f32x4.mul(f32x4.mul(f32x4.splat(rest2), g), g),
    );
    v128.store(first, v128.andnot(m, f32x4.lt(f32x4.abs(m), f32x4.splat(flush))));
    v128.store(second, v128.andnot(v, f32x4.lt(v, f32x4.splat(flush))));
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(v, f32x4.splat(correction))), f32x4.splat(epsilon));
    v128.store(values, f32x4.sub(v128.load(values), f32x4.div(f32x4.mul(f32x4.splat(rate), m), root)));
    values += 16;
    gradients += 16;
    first += 16;
    second += 16;
  }
}
