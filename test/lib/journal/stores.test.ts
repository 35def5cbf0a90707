import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JournalFeed } from '../../../lib/journal/feed';
import { SqlJournal } from '../../../lib/journal/sql-journal';
import { ThreadedJournal } from '../../../lib/journal/threaded';
import { openPostgres } from '../../../lib/platform/postgres';
import type { Sql } from '../../../lib/platform/sql';
import { openSqlite } from '../../../lib/platform/sqlite';
import { systemTimers } from '../../../lib/platform/timers';
import { postgresFolder, startPostgres, type TestPostgres } from '../../harness/postgres';
import { journalContract } from './contract';
import { entry } from './contract-entry';

const open = (sql: Sql): Promise<SqlJournal> => SqlJournal.open(sql);

describe('the stores of the journal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'swat-journal-'));
  const paths = new WeakMap<Sql, string>();
  let files = 0;
  const sqlite = (path: string): Promise<Sql> => {
    const sql = openSqlite(path);
    paths.set(sql, path);
    return Promise.resolve(sql);
  };
  after(() => rmSync(folder, { recursive: true, force: true }));

  journalContract(
    'a file',
    {
      fresh: () => sqlite(join(folder, `journal-${(files += 1)}.db`)),
      again: (sql) => sqlite(paths.get(sql)!),
    },
    open,
  );

  // `.ci/run` installs PostgreSQL and asks for it: there, its absence is a failure.
  const bin = postgresFolder();
  if (bin !== undefined || process.env.SWAT_POSTGRES === '1') {
    describe('with a real server', () => {
      let server: TestPostgres | undefined;
      const urls = new WeakMap<Sql, string>();
      const connect = (url: string): Sql => {
        const sql = openPostgres(url, [process.cwd()]);
        urls.set(sql, url);
        return sql;
      };
      before(async function () {
        this.timeout(60_000);
        if (bin === undefined) throw new Error('PostgreSQL is not installed');
        server = await startPostgres(bin);
      });
      after(() => server?.stop());

      journalContract(
        'PostgreSQL',
        {
          fresh: async () => connect(await server!.database()),
          again: (sql) => Promise.resolve(connect(urls.get(sql)!)),
        },
        open,
      );

      it('is written to again after the server was ended at once, and nothing is lost or doubled', async function () {
        this.timeout(60_000);
        const url = await server!.database();
        const place = { kind: 'postgres', url, folders: [process.cwd()], headPath: join(folder, 'pg.head') } as const;
        const journal = new ThreadedJournal({ place, retentionDays: 0 }, () => undefined);
        let outages = 0;
        const feed = new JournalFeed(journal, { failed: () => (outages += 1), recovered: () => undefined }, systemTimers); // prettier-ignore
        try {
          await feed.write([entry(1)]);
          const crash = server!.crash();
          const later = Array.from({ length: 100 }, (_, index) => feed.write([entry(index + 2)]));
          await crash;
          await Promise.all(later);
          const { records, breach } = await journal.verify();
          assert.deepEqual([records, breach], [101, undefined]);
          assert.ok(outages <= 1);
        } finally {
          await journal.close();
        }
      });
    });
  }
});
