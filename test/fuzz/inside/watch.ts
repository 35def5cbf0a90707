import { TRAP } from '../hostile';

/** What Node-RED tells when a node is done with a message. */
export interface Completed {
  readonly msg: object;
  readonly error?: unknown;
  readonly node: { readonly id: string; readonly node: { readonly type: string } };
}

/** A message that is on its way: who made it, and what came of it. */
export interface Way {
  readonly node: string;
  readonly index: number;
  settled: number;
  problem?: string;
}

/** Listens to what nodes say when they are done, and tells what broke a promise. */
export class Watch {
  readonly refused: Record<string, number> = {};
  /** Broken promises that no single message can be blamed for. */
  readonly loose: string[] = [];
  #ways = new WeakMap<object, Way>();
  #changed: (() => void) | undefined;

  begin(message: object, node: string, index: number): Way {
    const way: Way = { node, index, settled: 0 };
    this.#ways.set(message, way);
    return way;
  }

  complete({ msg, error, node }: Completed): void {
    if (!node.node.type.startsWith('swat-')) return;
    const way = this.#ways.get(msg);
    const problem = problemOf(error);
    if (way?.node === node.id) {
      way.settled += 1;
      if (way.settled > 1) way.problem ??= 'done was called twice';
      if (problem !== undefined) way.problem ??= problem;
    } else if (problem !== undefined) this.loose.push(`${node.node.type}: ${problem}`);
    const code = codeOf(error);
    if (code !== '') this.refused[code] = (this.refused[code] ?? 0) + 1;
    this.#changed?.();
  }

  /** Resolves when all of these are settled, or after so long, ms. */
  async settled(ways: readonly Way[], patience: number): Promise<void> {
    const open = (): boolean => ways.some(({ settled }) => settled === 0);
    const until = Date.now() + patience;
    while (open() && Date.now() < until) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(1, until - Date.now()));
        this.#changed = () => {
          clearTimeout(timer);
          setImmediate(resolve);
        };
      });
    }
  }
}

function codeOf(error: unknown): string {
  if (error === undefined || error === null) return '';
  const code: unknown = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : 'none';
}

/** What is wrong with an error: it has no code, or is one that nobody foresaw and that was not made here. */
function problemOf(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code === '' || (code !== 'none' && code !== 'unexpected')) return undefined;
  const text = error instanceof Error ? error.message : String(error);
  if (text.includes(TRAP)) return undefined;
  const cause = error instanceof Error && error.cause instanceof Error ? `\n${error.cause.stack ?? ''}` : '';
  return `an error that does not name its cause: ${text}${cause}`;
}
