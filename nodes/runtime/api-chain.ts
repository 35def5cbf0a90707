import type { Node, NodeAPI } from 'node-red';
import { DETECTOR_KINDS, type DetectorKind } from '../../lib/detect/detector';
import { SwatError } from '../../lib/errors';
import type { AlertNode } from './alert-routes';
import type { ApiSettings } from './api-settings';
import type { DetectorNode } from './detector-node';
import { nodesBefore } from './nodes-before';
import type { SeverityNode } from './severity-node';
import type { WindowNode, Windowing } from './windowing';

/** A detector of the chain. */
export interface ChainDetector {
  readonly id: string;
  readonly kind: DetectorKind;
  readonly node: DetectorNode;
}

/** The nodes that an API stands for, as they are now: a deploy may put others in their places. */
export interface ApiChain {
  /** @throws SwatError `api-part-missing` {part}, `api-plant-learning` */
  windowing(): Windowing & {
    readonly plant: NonNullable<Windowing['plant']>;
    readonly live: NonNullable<Windowing['live']>;
  };
  /** In the order of their kinds. */
  detectors(): ChainDetector[];
  /** @throws SwatError `api-part-missing` */
  judging(): NonNullable<SeverityNode['judging']>;
  /** @throws SwatError `api-part-missing` */
  command(): NonNullable<AlertNode['command']>;
  /** Looks at the wires again: after a deploy. */
  look(): void;
}

const WINDOW = 'swat-window';
const SEVERITY = 'swat-severity';
const ALERT = 'swat-alert';

/** The ids of the nodes of a chain. */
interface Found {
  readonly window: string;
  readonly severity: string;
  readonly alert: string;
  readonly detectors: readonly { readonly id: string; readonly kind: DetectorKind }[];
}

/**
 * The chain that is named in the dialog; what is not, is what is wired before the node, the nearest of each type. Detectors are all those
 * between window and severity.
 */
export function apiChain(
  RED: NodeAPI,
  id: string,
  settings: Pick<ApiSettings, 'window' | 'severity' | 'alert'>,
): ApiChain {
  let found: Found | undefined;
  const ids = (): Found => (found ??= lookFor(RED, id, settings));
  const node = (nodeId: string, type: string): Node => {
    const there = nodeId === '' ? null : (RED.nodes.getNode(nodeId) as Node | null | undefined);
    if (there?.type !== type) throw new SwatError('api-part-missing', { part: type });
    return there;
  };
  return {
    windowing() {
      const { windowing } = node(ids().window, WINDOW) as WindowNode;
      if (windowing === undefined) throw new SwatError('api-part-missing', { part: WINDOW });
      const { plant, live, settings: cut } = windowing;
      if (plant === undefined || live === undefined) throw new SwatError('api-plant-learning');
      return { plant, live, settings: cut };
    },
    detectors: () =>
      ids().detectors.flatMap(({ id: detector, kind }) => {
        const there = RED.nodes.getNode(detector) as DetectorNode | null | undefined;
        return there?.trial === undefined ? [] : [{ id: detector, kind, node: there }];
      }),
    judging() {
      const { judging } = node(ids().severity, SEVERITY) as SeverityNode;
      if (judging === undefined) throw new SwatError('api-part-missing', { part: SEVERITY });
      return judging;
    },
    command() {
      const { command } = node(ids().alert, ALERT) as AlertNode;
      if (command === undefined) throw new SwatError('api-part-missing', { part: ALERT });
      return command;
    },
    look() {
      found = undefined;
    },
  };
}

function lookFor(RED: NodeAPI, id: string, settings: Pick<ApiSettings, 'window' | 'severity' | 'alert'>): Found {
  const starts = [settings.severity, settings.alert, id].filter((each) => each !== '');
  const before = nodesBefore(RED, starts, WINDOW);
  const nearest = (type: string): string => before.find((each) => each.type === type)?.id ?? '';
  const severity = settings.severity || nearest(SEVERITY);
  const inside = nodesBefore(RED, [severity], WINDOW);
  const detectors = DETECTOR_KINDS.flatMap((kind) => {
    const there = inside.find(({ type }) => type === `swat-${kind}`);
    return there === undefined ? [] : [{ id: there.id, kind }];
  });
  const window = settings.window || (inside.find(({ type }) => type === WINDOW)?.id ?? nearest(WINDOW));
  return { window, severity, alert: settings.alert || nearest(ALERT), detectors };
}
