/** Leaves a test out, or from a hook all that it is for: the run says so at its end, with the reason (scripts/reporter.mjs). */
export function skip(context: Mocha.Context, why: string): never {
  const runnable = context.runnable();
  const place = 'type' in runnable && runnable.type === 'hook' ? runnable.parent : runnable;
  Object.assign(place ?? runnable, { why });
  return context.skip();
}
