import { join } from 'node:path';
import type { Request } from 'express';
import { DETECTOR_KINDS, type DetectorKind } from '../../lib/detect/detector';
import { Trail } from '../../lib/journal/trail';
import { systemClock } from '../../lib/platform/clock';
import { disk } from '../../lib/platform/files';
import { readChoice, readNumber, readText } from './settings';

/** What is noted of a model. */
export type AuditAction =
  | 'train'
  | 'calibrate'
  | 'activate'
  | 'rollback'
  | 'delete'
  | 'import'
  | 'export'
  | 'shadow'
  | 'accept-as-normal'
  | 'reset-baseline';

/** Who does something, and why, as far as is known: both may be empty. */
export interface By {
  /** At most 200 characters are kept. */
  readonly user?: string;
  /** At most 1000 characters are kept. */
  readonly reason?: string;
  /** What else is known of it, plain and small: a few figures or names; `{automatic: true}` where nobody asked for it. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
}

/** One thing that was done with a model. */
export interface AuditEntry extends By {
  readonly action: AuditAction;
  readonly kind?: DetectorKind;
  readonly version?: string;
}

/** What was asked for of the trail. */
export interface HistoryQuery {
  readonly kind: DetectorKind | undefined;
  readonly limit: number;
}

/** The audit trail of a model: `<model folder>/audit.jsonl`. */
export interface Audit {
  /**
   * Adds a line with the wall-clock time.
   * @throws SwatError `trail-write`, `trail-foreign`
   */
  add(entry: AuditEntry): Promise<void>;
  /** The last entries, newest first, at most as many as asked for; and how many lines were damaged. */
  history(query: HistoryQuery): Promise<{ entries: object[]; damaged: number; cut: number }>;
}

/** Nobody known, for no reason given. */
export const NOBODY: By = {};

/** The trail in a model's folder. */
export function createAudit(folder: string): Audit {
  let cut = 0;
  const trail = new Trail(disk, join(folder, 'audit.jsonl'), { cut: (bytes) => (cut += bytes) });
  return {
    add: ({ action, kind, version, user, reason, details }) =>
      trail.append({
        at: new Date(systemClock()).toISOString(),
        action,
        ...(kind !== undefined && { kind }),
        ...(version !== undefined && { version: version.slice(0, 64) }),
        user: (user ?? '').slice(0, 200),
        reason: (reason ?? '').slice(0, 1000),
        ...(details !== undefined && { details }),
      }),
    async history({ kind, limit }) {
      const { entries, damaged } = await trail.last(MOST_READ);
      const wanted = entries.filter((entry) => kind === undefined || entry.kind === kind);
      return { entries: wanted.slice(-limit).reverse(), damaged, cut };
    },
  };
}

const MOST_READ = 10_000;
const LIMIT = { min: 1, max: 500, fallback: 100, integer: true };

/** What a command or a route wants of the trail. @throws SwatError for settings that cannot be */
export function readHistory(given: Readonly<Record<string, unknown>>, kind?: DetectorKind): HistoryQuery {
  const named = given.kind === undefined || given.kind === '' ? undefined : given.kind;
  return {
    kind: kind ?? (named === undefined ? undefined : readChoice('kind', named, DETECTOR_KINDS, DETECTOR_KINDS[0])),
    limit: readNumber('limit', given.limit, LIMIT),
  };
}

/** Who wants a command, by what it says of itself. */
export function byCommand(given: Readonly<Record<string, unknown>>): By {
  return { user: readText(given.user), reason: readText(given.reason) };
}

/** Fields of a request's body, with the user of the editor where Node-RED knows one: nobody signs for another. */
export function signed(request: Request, fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const user = editorUser(request);
  return user === undefined ? { ...fields } : { ...fields, user };
}

/** The user of the editor, where Node-RED knows one. */
export function editorUser(request: Request): string | undefined {
  const { user } = request as Request & { user?: { username?: unknown } };
  return typeof user?.username === 'string' ? user.username : undefined;
}
