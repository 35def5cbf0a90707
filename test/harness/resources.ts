import { freePort } from './node-red';
import type { Resources } from './probe';

/** How a Node-RED is started so that it can be asked what it holds, and the asking. */
export interface Probed {
  readonly options: { readonly nodeArgs: readonly string[]; readonly env: Readonly<Record<string, string>> };
  /** What the process holds now, after a full collection. */
  readonly resources: () => Promise<Resources>;
}

export async function probed(): Promise<Probed> {
  const port = await freePort();
  return {
    options: {
      nodeArgs: ['--expose-gc', '--require', require.resolve('./probe')],
      env: { SWAT_PROBE_PORT: String(port) },
    },
    resources: async () => (await (await fetch(`http://127.0.0.1:${port}/`)).json()) as Resources,
  };
}
