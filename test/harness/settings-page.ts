import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocks } from './pages';

/** A key of the API that the file on the page of headless operation names. */
export const PAGE_KEY = '0123456789'.repeat(3);

/** Writes the settings file of docs/headless.md, and the files that it names, below a folder instead of /etc and /run. */
export function writeSettingsOfPage(home: string): void {
  for (const folder of ['etc/swat', 'run/secrets']) mkdirSync(join(home, folder), { recursive: true });
  const [settings] = blocks('docs/headless.md', 'yaml');
  const ours = settings.replaceAll(/\/(etc|run)\//g, (path) => join(home, path));
  writeFileSync(join(home, 'etc', 'swat', 'swat.yaml'), ours);
  writeFileSync(join(home, 'etc', 'swat', 'ca.pem'), 'a certificate');
  for (const name of ['kafka', 'api-keys']) writeFileSync(join(home, 'run', 'secrets', name), `hmi:read:${PAGE_KEY}`);
}
