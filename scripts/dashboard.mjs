// Puts the elements of the dashboards into one script, and the texts that they load beside it: dist/nodes/dashboard.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const TEXTS = 'swat-dashboard.json';

/** @param root of the project */
export async function buildDashboard(root) {
  const out = join(root, 'dist', 'nodes', 'dashboard');
  const locales = join(root, 'nodes', 'locales');
  const languages = readdirSync(locales).filter((language) => existsSync(join(locales, language, TEXTS)));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: [join(root, 'nodes', 'dashboard', 'swat-dashboard.js')],
    outdir: out,
    bundle: true,
    minify: true,
    platform: 'browser',
    target: ['chrome109', 'firefox115', 'safari16.4'],
    format: 'iife',
    charset: 'utf8',
    loader: { '.css': 'text' },
    define: { SWAT_VERSION: JSON.stringify(version), SWAT_LANGUAGES: JSON.stringify(languages) },
    legalComments: 'none',
    logLevel: 'warning',
  });
  // What the nodes and the reports say, too, stands in their catalogue: titles of attacks, and the words of alarms.
  const read = (language, file) => JSON.parse(readFileSync(join(locales, language, file), 'utf8'));
  for (const language of languages) {
    const { attacks, alarm } = read(language, 'swat-plant.json');
    writeFileSync(join(out, `${language}.json`), JSON.stringify({ ...read(language, TEXTS), attacks, alarm }));
  }
}
