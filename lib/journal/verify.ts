import type { Anchor, Breach, Head, Verification } from './journal';
import { GENESIS, hashOf, type Row } from './record';

/** Where a chain is read from. */
export interface Chain {
  anchor(): Promise<Anchor | undefined>;
  /** The records after the n-th, in their order, at most `most`. */
  after(n: number, most: number): Promise<readonly (Row & { readonly hash: string })[]>;
}

const AT_ONCE = 1000;

/**
 * Goes through a chain from its anchor to its end and stops at the first breach. `known`: a record that is known to have
 * been there; without it, nothing tells that the end is missing.
 */
export async function verifyChain(chain: Chain, known?: Head): Promise<Verification> {
  for (;;) {
    const anchor = await chain.anchor();
    const result = await walk(chain, anchor, known);
    const now = await chain.anchor();
    // Retention may have removed records under way.
    if (result.breach === undefined || now?.n === anchor?.n) return result;
  }
}

async function walk(chain: Chain, anchor: Anchor | undefined, known: Head | undefined): Promise<Verification> {
  let head: Head = anchor ?? { n: 0, hash: GENESIS };
  let confirmed = anchor === undefined;
  let endKnown = false;
  let records = 0;
  const result = (breach?: Breach): Verification => ({
    records,
    head: head.n === 0 ? undefined : { n: head.n, hash: head.hash },
    anchor,
    breach,
    endKnown,
  });
  for (;;) {
    const rows = await chain.after(head.n, AT_ONCE);
    for (const row of rows) {
      const n = head.n + 1;
      if (row.n !== n) return result({ problem: 'missing', n });
      if (hashOf(head.hash, row) !== row.hash) return result({ problem: 'changed', n });
      if (known?.n === n) {
        endKnown = true;
        if (known.hash !== row.hash) return result({ problem: 'rewritten', n });
      }
      head = { n, hash: row.hash };
      records += 1;
      if (anchor !== undefined && row.event === 'pruned') confirmed ||= tellsOf(anchor, row.body);
    }
    if (rows.length < AT_ONCE) break;
  }
  if (!confirmed && anchor !== undefined) return result({ problem: 'start-removed', n: anchor.n + 1 });
  if (known !== undefined && known.n > head.n) return result({ problem: 'end-removed', n: head.n + 1 });
  return result();
}

/** Whether a record of retention is about this anchor. */
function tellsOf(anchor: Anchor, body: string): boolean {
  try {
    const said = JSON.parse(body) as Partial<Anchor> | null;
    return said?.n === anchor.n && said.hash === anchor.hash;
  } catch {
    // Under a hash that fits: it was written anew by somebody, and tells of nothing.
    return false;
  }
}
