import type { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually';
import type { AlarmEvent } from '../../lib/alarm/event';
import swatAlert from '../../nodes/swat-alert';
import swatSeverity from '../../nodes/swat-severity';
import helper from './helper';

export type Loose = Record<string, unknown>;

/** Event time of second 0. */
export const START = 1_700_000_000_000;

/** A tag to blame, as a detector names it. */
export const LIT101 = {
  tag: 'LIT101',
  stage: 'P1',
  feature: 'mean',
  share: 0.7,
  seen: 823.4,
  expected: 512.1,
  unit: 'mm',
} as const;

/** A detector's result. */
export const score = (ratio: number, more: Loose = {}): Loose => ({
  score: ratio,
  threshold: 1,
  ratio,
  ratioKind: 'calibrated',
  ready: true,
  model: 'm1',
  ...(ratio >= 1 ? { contributions: [LIT101] } : {}),
  ...more,
});

/** A message with the window that ends at a second, and scores. */
export const scored = (second: number, scores: Loose, more: Loose = {}): Loose => ({
  payload: { asset: 'plant1', start: 0, end: START + second * 1000, samples: 60, quality: { good: 1, bad: [] } },
  scores,
  ...more,
});

/** `swat-severity` wired to `swat-alert` in a real runtime, in a user directory of its own. */
export class AlarmFlow {
  readonly folder = mkdtempSync(join(tmpdir(), 'swat-alarm-'));
  /** What arrived at each output, and at a Complete node behind `swat-severity` (`done`). */
  readonly got: Record<'verdict' | 'change' | 'event' | 'notification' | 'metric' | 'done', Loose[]> = {
    verdict: [],
    change: [],
    event: [],
    notification: [],
    metric: [],
    done: [],
  };
  /** What the nodes reported: errors of messages, and texts of their own. */
  readonly errors: (string | { code?: string })[] = [];
  readonly shown: { fill?: string; text?: string }[] = [];

  async load(severity: Loose = {}, alert: Loose = {}): Promise<void> {
    helper.settings({ userDir: this.folder });
    await helper.load([swatSeverity, swatAlert], [
      { id: 'flow', type: 'tab' },
      { id: 'severity', z: 'flow', type: 'swat-severity', ...severity, wires: [['verdict', 'alert'], ['change']] },
      { id: 'alert', z: 'flow', type: 'swat-alert', ...alert, wires: [['event'], ['notification'], ['metric']] },
      ...Object.keys(this.got).map((id) => ({ id, z: 'flow', type: 'helper' })),
      { id: 'complete', z: 'flow', type: 'complete', x: 1, y: 1, scope: ['severity'], wires: [['done']] },
    ] as Parameters<typeof helper.load>[1]);
    for (const [id, list] of Object.entries(this.got)) {
      helper.getNode(id).on('input', (message) => list.push(message));
    }
    for (const id of ['severity', 'alert']) {
      const node = helper.getNode(id) as unknown as EventEmitter;
      node.on('call:error', (call: { firstArg: string | { code?: string } }) => this.errors.push(call.firstArg));
      node.on('call:status', (call: { firstArg: { fill?: string } }) => this.shown.push(call.firstArg));
    }
  }

  send(id: 'severity' | 'alert', message: Loose): void {
    helper.getNode(id).receive(message);
  }

  /** Waits for what should happen. */
  until(ready: () => boolean): Promise<void> {
    return eventually(ready, () => JSON.stringify({ errors: this.errors, events: this.events().slice(-3) }));
  }

  events(): AlarmEvent[] {
    return this.got.event.map((message) => message.payload as AlarmEvent);
  }

  codes(): (string | undefined)[] {
    return this.errors.map((error) => (typeof error === 'string' ? error : error.code));
  }

  unload(): Promise<void> {
    return helper.unload();
  }

  async remove(): Promise<void> {
    await helper.unload();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
