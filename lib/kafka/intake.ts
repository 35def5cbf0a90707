import { placeKey, type Assignment, type KafkaRecord, type Position } from './broker';

/** When a record counts as done. */
export const SETTLEMENTS = ['handed', 'each', 'upto'] as const;

export interface IntakeSettings {
  /**
   * `handed`: once it was handed to the flow. `each`: once its own receipt has come back. `upto`: once its receipt, or that of a
   * later record of its partition, has.
   */
  readonly settle: (typeof SETTLEMENTS)[number];
  /** At most so many records are in the flow without a receipt. */
  readonly mostInFlight: number;
  /** A record without a receipt for so long is handed out again, ms; 0: never. */
  readonly receiptMs: number;
  /** Given up after so many times. */
  readonly mostAttempts: number;
  /** So many records, or bytes of them, are kept waiting at most, beside one fetch. */
  readonly bufferRecords: number;
  readonly bufferBytes: number;
}

/** A record on its way through the flow. */
export interface Handed {
  readonly record: KafkaRecord;
  /** Names this record as it was read this time. */
  readonly receipt: string;
  /** 1 the first time. */
  readonly attempt: number;
}

export interface IntakeCounts {
  readonly received: number;
  readonly handed: number;
  readonly settled: number;
  readonly redelivered: number;
  /** In the flow now, and waiting for it. */
  readonly inFlight: number;
  readonly buffered: number;
}

interface Entry {
  readonly lane: Lane;
  readonly record: KafkaRecord;
  attempt: number;
  handedAt: number;
  settled: boolean;
  /** On its way out of the flow; no receipt is waited for. */
  leaving: boolean;
}

interface Lane {
  readonly n: number;
  readonly topic: string;
  readonly partition: number;
  /** Handed to the flow, by offset, in their order; what is settled leaves from the front. */
  readonly open: Map<number, Entry>;
  /** Everything below is settled; `undefined` until something was read. */
  position: number | undefined;
  committed: number;
  gone: boolean;
}

/**
 * What was read and is not settled, and how far each partition is: an offset is committed only past records that are settled
 * without a gap. Holds `bufferRecords` and one fetch, and `mostInFlight`.
 */
export class Intake {
  readonly #lanes = new Map<string, Lane>();
  readonly #byNumber = new Map<number, Lane>();
  /** How far partitions were that are no longer ours. */
  readonly #left = new Map<string, number>();
  #waiting: Entry[] = [];
  #head = 0;
  #bytes = 0;
  #buffered = 0;
  #inFlight = 0;
  #n = 0;
  #full = false;
  #received = 0;
  #handed = 0;
  #settled = 0;
  #redelivered = 0;

  /** @param name of this reader, unlike that of any other: receipts of others are none of ours */
  constructor(
    private readonly settings: IntakeSettings,
    private readonly name: string,
  ) {}

  /** Takes a new assignment: what waits or is open of partitions that are gone is forgotten; it comes again, to whoever has them. */
  assigned(assignment: Assignment): void {
    const wanted = new Map(
      Object.entries(assignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => [placeKey(topic, partition), { topic, partition }] as const),
      ),
    );
    for (const [key, lane] of this.#lanes) {
      if (wanted.has(key)) continue;
      lane.gone = true;
      for (const entry of lane.open.values()) if (!entry.settled) this.#inFlight -= 1;
      this.#lanes.delete(key);
      this.#byNumber.delete(lane.n);
      if (lane.position !== undefined) this.#left.set(key, lane.position);
    }
    for (const [key, { topic, partition }] of wanted) {
      if (this.#lanes.has(key)) continue;
      this.#n += 1;
      const lane = { n: this.#n, topic, partition, open: new Map(), position: undefined, committed: 0, gone: false };
      this.#lanes.set(key, lane);
      this.#byNumber.set(lane.n, lane);
    }
    const kept = this.#waiting.slice(this.#head).filter(({ lane }) => !lane.gone);
    this.#waiting = kept;
    this.#head = 0;
    this.#buffered = kept.length;
    this.#bytes = kept.reduce((sum, { record }) => sum + bytesOf(record), 0);
  }

  /** Where a partition begins that is new here: all before it is settled, and that is committed. */
  begin({ topic, partition, offset }: Position): void {
    const lane = this.#lanes.get(placeKey(topic, partition));
    if (lane === undefined) return;
    lane.position = offset;
    lane.committed = offset;
  }

  /** Keeps records for the flow. Those of a partition that is not ours are left to its owner. */
  add(records: readonly KafkaRecord[]): void {
    for (const record of records) {
      const lane = this.#lanes.get(placeKey(record.topic, record.partition));
      if (lane === undefined) continue;
      this.#waiting.push({ lane, record, attempt: 0, handedAt: 0, settled: false, leaving: false });
      this.#bytes += bytesOf(record);
      this.#buffered += 1;
      this.#received += 1;
    }
  }

  /** The next records for the flow, as many as may be in it. */
  take(most: number, now: number): Handed[] {
    const found: Handed[] = [];
    while (found.length < most && this.#inFlight < this.settings.mostInFlight && this.#head < this.#waiting.length) {
      const entry = this.#waiting[this.#head];
      this.#head += 1;
      this.#buffered -= 1;
      this.#bytes -= bytesOf(entry.record);
      entry.lane.open.set(entry.record.offset, entry);
      this.#inFlight += 1;
      this.#handed += 1;
      found.push(this.#hand(entry, now));
    }
    if (this.#head > 1000 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return found;
  }

  /** Settles a record, and by `upto` all before it; says whether there was something to settle. */
  settle(receipt: string): boolean {
    const entry = this.#find(receipt);
    if (entry === undefined) return false;
    if (this.settings.settle === 'upto') {
      for (const before of entry.lane.open.values()) {
        if (before.record.offset > entry.record.offset) break;
        if (!before.leaving) this.#close(before);
      }
    }
    this.#close(entry);
    this.#advance(entry.lane);
    return true;
  }

  /** A record that leaves the flow by another door: no receipt is waited for until it is settled. `undefined` for one that is not open. */
  leave(receipt: string): KafkaRecord | undefined {
    const entry = this.#find(receipt);
    if (entry === undefined || entry.leaving) return undefined;
    entry.leaving = true;
    return entry.record;
  }

  /** Hands out again all that is in the flow. */
  again(now: number): Handed[] {
    const found: Handed[] = [];
    for (const { open } of this.#lanes.values()) {
      for (const entry of open.values()) {
        if (entry.settled || entry.leaving) continue;
        this.#redelivered += 1;
        found.push(this.#hand(entry, now));
      }
    }
    return found;
  }

  /** Records whose receipt is overdue: those to be handed out again, and those that have been so often enough. */
  overdue(now: number): { again: Handed[]; over: Handed[] } {
    const { receiptMs, mostAttempts, settle } = this.settings;
    const again: Handed[] = [];
    const over: Handed[] = [];
    if (receiptMs === 0 || settle === 'handed') return { again, over };
    for (const { open } of this.#lanes.values()) {
      for (const entry of open.values()) {
        if (entry.settled || entry.leaving || now - entry.handedAt < receiptMs) continue;
        if (entry.attempt >= mostAttempts) over.push(this.#as(entry));
        else {
          this.#redelivered += 1;
          again.push(this.#hand(entry, now));
        }
      }
    }
    return { again, over };
  }

  /** Positions that are further than what is committed. */
  positions(): Position[] {
    const found: Position[] = [];
    for (const { topic, partition, position, committed } of this.#lanes.values()) {
      if (position !== undefined && position > committed) found.push({ topic, partition, offset: position });
    }
    return found;
  }

  committed(positions: readonly Position[]): void {
    for (const { topic, partition, offset } of positions) {
      const lane = this.#lanes.get(placeKey(topic, partition));
      if (lane !== undefined) lane.committed = Math.max(lane.committed, offset);
    }
  }

  /** The offset up to which all of a partition is settled; `undefined` where that is not known. */
  settledTo(topic: string, partition: number): number | undefined {
    const key = placeKey(topic, partition);
    return this.#lanes.get(key)?.position ?? this.#left.get(key);
  }

  /** Whether nothing more should be fetched: true from the bound on, until half of it has gone. */
  get full(): boolean {
    const { bufferRecords, bufferBytes } = this.settings;
    const share = Math.max(this.#buffered / bufferRecords, this.#bytes / bufferBytes);
    if (share >= 1) this.#full = true;
    else if (share <= 0.5) this.#full = false;
    return this.#full;
  }

  get counts(): IntakeCounts {
    return {
      received: this.#received,
      handed: this.#handed,
      settled: this.#settled,
      redelivered: this.#redelivered,
      inFlight: this.#inFlight,
      buffered: this.#buffered,
    };
  }

  #hand(entry: Entry, now: number): Handed {
    entry.attempt += 1;
    entry.handedAt = now;
    return this.#as(entry);
  }

  #as({ lane, record, attempt }: Entry): Handed {
    return { record, receipt: `${this.name}/${lane.n}/${record.offset}`, attempt };
  }

  #find(receipt: string): Entry | undefined {
    const [name, n, offset] = receipt.split('/');
    if (name !== this.name) return undefined;
    const entry = this.#byNumber.get(Number(n))?.open.get(Number(offset));
    return entry?.settled === false ? entry : undefined;
  }

  #close(entry: Entry): void {
    if (entry.settled) return;
    entry.settled = true;
    this.#inFlight -= 1;
    this.#settled += 1;
  }

  #advance(lane: Lane): void {
    for (const [offset, { settled }] of lane.open) {
      if (!settled) break;
      lane.open.delete(offset);
      lane.position = offset + 1;
    }
  }
}

function bytesOf({ key, value }: KafkaRecord): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + 100;
}
