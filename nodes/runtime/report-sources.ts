import type { Node, NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import { disk } from '../../lib/platform/files';
import { auditsIn } from '../../lib/report/audits';
import type { ReportSources } from '../../lib/report/maker';
import type { AlertNode } from './alert-routes';
import { historyOf } from './history-shared';
import { modelFolder } from './user-folder';

/**
 * What a report is made from, as it is now: the journal of a `swat-alert`, the past of a `swat-history` where there is one, and
 * the audit trails of the models.
 * @param alert, history ids; empty for the first node of the type in the flows
 * @throws SwatError `report-journal`
 */
export function sourcesOf(RED: NodeAPI, { alert, history }: { alert: string; history: string }): ReportSources {
  const id = alert === '' ? firstOf(RED, 'swat-alert', (node) => (node as AlertNode).journal !== undefined) : alert;
  const node = id === undefined ? null : (RED.nodes.getNode(id) as AlertNode | null);
  const journal = node?.type === 'swat-alert' ? node.journal : undefined;
  if (journal === undefined) throw new SwatError('report-journal');
  const past = history === '' ? firstOf(RED, 'swat-history', (each) => historyOf(RED, each.id) !== undefined) : history;
  const models = modelFolder(RED);
  return {
    journal,
    history: past === undefined ? undefined : historyOf(RED, past),
    audits: (to) => auditsIn(disk, models, to),
  };
}

function firstOf(RED: NodeAPI, type: string, fits: (node: Node) => boolean): string | undefined {
  let found: string | undefined;
  RED.nodes.eachNode((each) => {
    if (found !== undefined || each.type !== type) return;
    const node = RED.nodes.getNode(each.id) as Node | null;
    if (node !== null && fits(node)) found = each.id;
  });
  return found;
}
