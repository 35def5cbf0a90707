import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import { EXPORT_FORMS, exported, pageJson } from '../../lib/journal/export';
import { readJournalQuery } from '../../lib/journal/read-query';
import { systemClock } from '../../lib/platform/clock';
import { breathing } from '../../lib/platform/timers';
import { answer } from './answer';
import type { JournalHandle } from './journal-shared';
import { readChoice } from './settings';
import { worded } from './words';

/**
 * The admin route of a journal: `?form=csv|json` and the fields of a query as a download of any length, or `?form=page` as
 * one page of records.
 * @param find the journal of the node with an id
 */
export function journalRoute(
  RED: NodeAPI,
  path: string,
  permission: string,
  find: (id: string) => JournalHandle['journal'] | undefined,
): void {
  RED.httpAdmin.get(path, RED.auth.needsPermission(permission), (request: Request, response: Response) =>
    answer(RED, response, async () => {
      const journal = find(String(request.params.id));
      if (journal === undefined) throw new SwatError('journal-off');
      const form = readChoice('form', request.query.form, [...EXPORT_FORMS, 'page'] as const, 'page');
      const query = readJournalQuery(request.query, systemClock());
      const pieces = form === 'page' ? pageJson(await journal.query(query)) : exported(journal, query, form);
      // The head and the first records: what is wrong with the question shows before the answer begins.
      const begin = [await pieces.next(), await pieces.next()];
      const type = form === 'csv' ? 'text/csv' : 'application/json';
      response.setHeader('Content-Type', `${type}; charset=utf-8`);
      if (form !== 'page') response.setHeader('Content-Disposition', `attachment; filename="alarm-journal.${form}"`);
      for (const { value } of begin) if (value !== undefined) response.write(value);
      try {
        const breath = breathing();
        for await (const piece of pieces) {
          if (response.destroyed) break;
          if (!response.write(piece))
            await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
          await breath();
        }
        response.end();
      } catch (cause) {
        // A download that breaks off is one that everybody notices.
        RED.log.error(worded(RED, cause).message);
        response.destroy();
      }
      return undefined;
    }),
  );
}
