import type { Node, NodeAPI } from 'node-red';
import type { AlarmEvent } from '../../lib/alarm/event';
import { entryOf } from '../../lib/journal/entry';
import type { JournalNews } from '../../lib/journal/protocol';
import { systemClock } from '../../lib/platform/clock';
import type { AlertSettings } from './alert-settings';
import { sharedJournal, type JournalHandle } from './journal-shared';
import { readText } from './settings';
import { worded, words } from './words';

/** The journal as a `swat-alert` uses it. */
export interface AlertJournal extends Pick<JournalHandle, 'journal' | 'close'> {
  /** Resolves, never rejects, once the events are confirmed. */
  record(events: readonly AlarmEvent[]): Promise<void>;
}

/**
 * The journal of a `swat-alert`: PostgreSQL where its credentials (`journalUrl`) or settings.js (`swatAlertJournalUrl`) name
 * one, else the file of the user directory. An outage is one error of the node, and one line when it is over.
 * @returns `undefined` where there is no user directory to keep it in
 * @throws SwatError `journal-url`
 */
export function alertJournal(
  node: Node<{ journalUrl?: string }>,
  RED: NodeAPI,
  settings: AlertSettings,
  failing: (failed: boolean) => void,
): AlertJournal | undefined {
  const { userDir, swatAlertJournalUrl } = RED.settings as { userDir?: unknown; swatAlertJournalUrl?: unknown };
  if (typeof userDir !== 'string' || userDir === '') return undefined;
  // Credentials are absent, not empty, where none were ever set.
  const credentials = node.credentials as { journalUrl?: unknown } | undefined;
  const url = readText(credentials?.journalUrl) || readText(swatAlertJournalUrl);
  const handle = sharedJournal(
    RED,
    { url, retentionDays: settings.retentionDays },
    {
      failed: (error) => {
        node.error(worded(RED, error).message);
        failing(true);
      },
      recovered: (lost) => {
        node.log(words(RED, 'status.journal-recovered', { lost }));
        failing(false);
      },
      news: (news) => tell(node, RED, news),
    },
  );
  return {
    journal: handle.journal,
    record: (events) => {
      const now = systemClock();
      return handle.write(events.map((event) => entryOf(event, node.id, settings.configHash, now)));
    },
    close: () => handle.close(),
  };
}

function tell(node: Node, RED: NodeAPI, news: JournalNews): void {
  const { code, ...params } = news;
  const text = words(RED, `sentences.journal-${code}`, params);
  if (code === 'pruned') node.log(text);
  else node.warn(text);
}
