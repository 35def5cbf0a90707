import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqlJournal } from '../../../lib/journal/sql-journal';
import { openPostgres } from '../../../lib/platform/postgres';
import type { Sql } from '../../../lib/platform/sql';
import { openSqlite } from '../../../lib/platform/sqlite';
import { postgresFolder, startPostgres, type TestPostgres } from '../../harness/postgres';
import { journalContract } from './contract';

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
    });
  }
});
