import type { Terminal } from '../../../lib/cli/terminal';

/** A terminal that keeps what is written to it. */
export function listener(): Terminal & { readonly results: string[]; readonly told: string[] } {
  const [results, told]: [string[], string[]] = [[], []];
  return { results, told, result: (line) => void results.push(line), progress: (line) => void told.push(line) };
}
