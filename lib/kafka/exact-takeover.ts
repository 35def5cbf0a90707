import { randomBytes } from 'node:crypto';
import { asSwatError, SwatError } from '../errors';
import type { Stand, Transaction, Transactor } from './broker';
import type { ExactSettings, LaneAround } from './exact-around';
import type { ExactAssets } from './exact-assets';
import { ownerRecord, spaceOf, type SavedState } from './exact-state';

/** What a person or another tool may have put there instead is not ours. */
const NOTE = /^swat-from:(\d{1,16})$/;

/** A partition that was taken over: who writes for it now, the next record that no transaction has, and where to begin reading. */
export interface TakenOver {
  readonly transactor: Transactor;
  readonly committed: number;
  readonly from: number;
}

/** Where a partition is, with a note of where the next owner has to begin so that the states are whole. */
export function positionOf(
  { group, topic }: ExactSettings,
  partition: number,
  offset: number,
  from: number,
): NonNullable<Transaction['position']> {
  return { group, topic, partition, offset, note: `swat-from:${from}` };
}

/**
 * Takes a partition over: whoever had it can write no more, then the states of its assets are taken back as they were with the
 * last transaction.
 * @param open whether it is still wanted
 * @returns `undefined` where it is not
 */
export async function takeOver(
  around: LaneAround,
  partition: number,
  assets: ExactAssets,
  open: () => boolean,
): Promise<TakenOver | undefined> {
  const { client, chain, settings, timers } = around;
  const { group, topic, stateTopic } = settings;
  await chain.ready();
  if (!open()) return undefined;
  // Fences whoever had it: what they have open is over before anything is read.
  const transactor = await client.transact(`${group}.${topic}.${partition}`);
  try {
    const marker = randomBytes(12).toString('hex');
    const owner = ownerRecord(spaceOf(group, topic), partition, marker);
    await transactor.commit({ records: [{ topic: stateTopic, gzip: false, record: owner }] });
    const { consumer, states } = around.reading();
    const [stands, saved] = await Promise.all([consumer.stands(topic), states.read(partition, marker)]);
    const stand = stands.get(partition);
    if (stand === undefined) throw new SwatError('kafka-topic-missing', { topics: topic });
    const { committed, from } = beginning(around, partition, stand);
    if (committed !== stand.committed?.offset) {
      // What comes from now on is not lost, even if this process ends before it has read any of it.
      await transactor.commit({ records: [], position: positionOf(settings, partition, committed, from) });
    }
    if (open()) {
      for (const [asset, state] of saved) {
        // The position was set back by hand: what came after it is to come yet.
        if (state.last >= committed) around.note(new SwatError('kafka-state-ahead', { asset, partition }));
        else {
          restore(around, asset, state);
          assets.restored(asset, state.last, timers.now());
        }
      }
      for (const asset of [...chain.assets()]) {
        if (!assets.has(asset) && !around.elsewhere(asset)) chain.forget(asset);
      }
      return { transactor, committed, from };
    }
  } catch (cause) {
    await transactor.close();
    throw cause;
  }
  await transactor.close();
  return undefined;
}

function restore({ chain, note }: LaneAround, asset: string, { data }: SavedState): void {
  try {
    chain.restore(asset, data);
  } catch (cause) {
    note(asSwatError(cause));
  }
}

/** Where the group stands, and where to begin so that the states are whole. */
function beginning(
  { settings, counts, note }: LaneAround,
  partition: number,
  { low, high, committed }: Stand,
): { committed: number; from: number } {
  const at = (offset: number): { committed: number; from: number } => ({ committed: offset, from: offset });
  if (committed === undefined) return at(settings.from === 'newest' ? high : low);
  // The topic was made anew.
  if (committed.offset > high) return at(low);
  if (committed.offset < low) {
    counts.missed += low - committed.offset;
    note(new SwatError('kafka-exact-missed', { partition, count: low - committed.offset }));
    return at(low);
  }
  const noted = NOTE.exec(committed.note)?.[1];
  const from = noted === undefined ? committed.offset : Math.min(Number(noted), committed.offset);
  return { committed: committed.offset, from: Math.max(low, from) };
}
