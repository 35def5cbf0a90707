import type { Unusable } from './reason';

/** What `swat-window` sends as `msg.payload`. A plain object: Node-RED clones it on every further wire. */
export interface WindowPayload {
  asset: string;
  /** Event time of the first and last sample, ms since the epoch. */
  start: number;
  end: number;
  /** Frames in the window. */
  samples: number;
  quality: {
    /** Share of tag values in the window that were read and good, 0 … 1. */
    good: number;
    /** Names of the tags whose value was bad in any frame of the window; their features must not be scored. */
    bad: string[];
    /** Why the latest unusable value of each bad tag was so; absent where none is bad. */
    why?: Record<string, Unusable>;
  };
  /** Id of the {@link WindowSchema} that says what stands where in `features`. */
  schema: string;
  /** One number per feature of the schema, in its order, in the tag's unit (slope: unit per sample). */
  features: number[];
  /** In the first window of an asset after a pause that was too long, or after its time has gone back. */
  restarted?: 'gap' | 'rewind';
}
