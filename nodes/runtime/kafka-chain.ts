import { createHash } from 'node:crypto';
import type { Node, NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import type { Chain, ExactReader } from '../../lib/kafka/chain';
import { readBatch, RECORD, writeBatch, type StateRecord } from '../../lib/snapshot/batch';
import { fromBytes } from '../../lib/snapshot/json';
import { watchFlows } from './flows';
import { exactReader } from './kafka-exact';
import { tracking } from './kafka-tracking';
import { movingOwners, type Parts } from './moving';
import { nodesBehind } from './nodes-behind';
import { DEFAULT_ASSET } from './window-words';

/** The first record of a state: the form of the others. */
const FORM = 'swat-asset';
const VERSION = 1;
/** Reasons that say why an asset cannot be taken over; what else is wrong with the parts of a state is about messages and files. */
const OF_TAKEOVERS = /^(moved-.+|too-many-assets|asset-name)$/;

type Owned = ReturnType<typeof movingOwners> extends Iterable<infer Each> ? Each : never;

/** What is saved of one node: whose it is, and the parts of its state. */
interface SavedNode {
  readonly id: string;
  readonly kind: string;
  readonly version: number;
  readonly digest: string;
  readonly parts: Map<string, Uint8Array>;
}

/**
 * The nodes behind an exact reader, from now until `close`. Records without a key are of one asset: `''` there, `default` in
 * the nodes.
 * @param from the `swat-kafka-in`
 */
export function createChain(RED: NodeAPI, from: Pick<Node, 'id'>, reader: ExactReader): Chain {
  let behind: ReadonlySet<string> | undefined;
  /** What the reader calls the asset of messages that name none. */
  let unnamed = '';
  const forgetNodes = (): void => {
    behind = undefined;
  };
  const flows = watchFlows(RED, () => {
    forgetNodes();
    void flows.running().then(forgetNodes);
  });
  void flows.running().then(forgetNodes);
  const covers = (node: { readonly id: string }): boolean => {
    const inside = (behind ??= nodesBehind(RED, from.id));
    const { _path: path = node.id } = node as { readonly _path?: string };
    return inside.has(node.id) || path.split('/').some((each) => inside.has(each));
  };
  const owners = (): Owned[] => [...movingOwners()].filter(({ node }) => covers(node));
  const nameOf = (asset: string): string => {
    if (asset !== '' && asset !== DEFAULT_ASSET) return asset;
    unnamed = asset;
    return DEFAULT_ASSET;
  };
  const leave = exactReader(covers, {
    name: reader.name,
    receiptFor: (asset) => reader.receiptFor(asset === DEFAULT_ASSET ? unnamed : asset),
    touched: (asset) => {
      reader.touched(asset === DEFAULT_ASSET ? unnamed : asset);
    },
  });
  tracking.open(RED, reader.name);

  return {
    async ready() {
      await flows.running();
      forgetNodes();
      await Promise.all(owners().map(({ ready, moving }) => ready.then(() => moving.ready?.())));
    },
    quiet: (lane) => tracking.quiet(lane),
    capture(asset) {
      const name = nameOf(asset);
      const records: StateRecord[] = [recordOf(FORM, Buffer.from(String(VERSION)))];
      let count = 0;
      for (const { node, header, moving } of owners()) {
        const parts = [...moving.capture(name)];
        if (parts.length === 0) continue;
        const { kind, version } = header;
        records.push(recordOf(String(count), Buffer.from(JSON.stringify([node.id, kind, version, digestOf(header.key)])))); // prettier-ignore
        for (const [part, data] of parts) records.push(recordOf(`${count}/${part}`, data));
        count += 1;
      }
      return count === 0 ? Buffer.alloc(0) : writeBatch(records, false);
    },
    restore(asset, state) {
      const name = nameOf(asset);
      let saved: Map<string, SavedNode>;
      try {
        saved = state.length === 0 ? new Map<string, SavedNode>() : readState(state);
      } catch (cause) {
        for (const { moving } of owners()) moving.forget(name);
        const code = cause instanceof SwatError && cause.code === 'moved-newer' ? cause.code : 'moved-damaged';
        throw new SwatError(code, { asset, nodes: labels(owners()) }, { cause });
      }
      const afresh: Owned[] = [];
      let problem: unknown;
      for (const owned of owners()) {
        const mine = saved.get(owned.node.id);
        try {
          if (mine === undefined) owned.moving.forget(name);
          else owned.moving.restore(name, usable(mine, owned));
        } catch (cause) {
          afresh.push(owned);
          problem ??= cause;
          // Of a model that is another one, only what it remembered is of no use.
          if (!isOf('moved-model', cause)) owned.moving.forget(name);
        }
      }
      if (afresh.length === 0) return;
      const nodes = labels(afresh);
      const known = problem instanceof SwatError && OF_TAKEOVERS.test(problem.code) ? problem : undefined;
      throw new SwatError(known?.code ?? 'moved-other', { ...known?.details, asset, nodes }, { cause: problem });
    },
    forget(asset) {
      const name = nameOf(asset);
      for (const { moving } of owners()) moving.forget(name);
    },
    *assets() {
      const all = new Set(owners().flatMap(({ moving }) => [...moving.assets()]));
      for (const asset of all) yield asset === DEFAULT_ASSET ? unnamed : asset;
    },
    close() {
      leave();
      flows.close();
      tracking.close(reader.name);
    },
  };
}

/** @throws SwatError `moved-newer`, `moved-other` */
function usable({ kind, version, digest, parts }: SavedNode, { header }: Owned): Parts {
  if (kind === header.kind && version > header.version) throw new SwatError('moved-newer');
  if (kind !== header.kind || version !== header.version || digest !== digestOf(header.key))
    throw new SwatError('moved-other');
  return parts;
}

/** @throws SwatError `moved-newer`, `snapshot-corrupt` */
function readState(state: Buffer): Map<string, SavedNode> {
  const records = readBatch(state, 0)?.records ?? [];
  const form = records.shift();
  const damaged = new SwatError('snapshot-corrupt', { key: FORM });
  if (form?.key !== FORM) throw damaged;
  if (Number(Buffer.from(form.data).toString()) !== VERSION) throw new SwatError('moved-newer');
  const byNumber = new Map<string, SavedNode>();
  for (const { key, data } of records) {
    const cut = key.indexOf('/');
    const node = byNumber.get(cut < 0 ? key : key.slice(0, cut));
    if (cut >= 0 && node !== undefined) node.parts.set(key.slice(cut + 1), data);
    else if (cut < 0) {
      const [id, kind, version, digest] = fromBytes(FORM, data) as unknown[];
      if (typeof id !== 'string' || typeof kind !== 'string' || typeof version !== 'number' || typeof digest !== 'string') throw damaged; // prettier-ignore
      byNumber.set(key, { id, kind, version, digest, parts: new Map() });
    } else throw damaged;
  }
  return new Map([...byNumber.values()].map((node) => [node.id, node]));
}

function recordOf(key: string, data: Uint8Array): StateRecord {
  return { type: RECORD.full, key, data };
}

function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 16);
}

function isOf(code: string, cause: unknown): boolean {
  return cause instanceof SwatError && cause.code === code;
}

function labels(owners: readonly Owned[]): string {
  return owners.map(({ node }) => node.name ?? `${node.type} ${node.id}`).join(', ');
}
