/** What a log of Node-RED says that it must never say: of what nobody caught, or that nobody foresaw. */
export function faultsIn(log: string): string[] {
  return log.split('\n').filter((line) => /uncaught|unhandled|Unexpected error:|heap out of memory/i.test(line));
}
