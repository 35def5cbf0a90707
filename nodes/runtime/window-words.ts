import type { NodeAPI } from 'node-red';
import type { Complaint } from '../../lib/stream/complaints';
import { words } from './words';

/** The asset of messages that name none. */
export const DEFAULT_ASSET = 'default';

/** A complaint about a tag's values as a line of the log. */
export function complaintText(RED: NodeAPI, complaint: Complaint): string {
  if (complaint.reason === 'more') return words(RED, 'sentences.value-more');
  const place = complaint.asset === DEFAULT_ASSET ? '' : `${complaint.asset}, `;
  if ('names' in complaint) {
    const { more, names } = complaint;
    const tags = `${names.join(', ')}${more > 0 ? ` +${more}` : ''}`;
    return words(RED, `sentences.value-${complaint.reason}`, { place, tags });
  }
  const { reason, tag, value, seconds } = complaint;
  const { name, low, high } = tag;
  return words(RED, `sentences.value-${reason}`, { place, tag: name, value, low, high, seconds });
}
