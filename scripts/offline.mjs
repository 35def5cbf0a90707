// `npm run offline:bundle -- [TARBALL] [OUT]`: the package with everything that it needs in one file, for machines without a
// network: `npm install --offline OUT`. Without a tarball the package is packed first.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm, pack } from './pack.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Makes the bundle `out` of a packed tarball: what the lock file names is put inside, and npm is told that it is there. */
export function offlineBundle(tarball, out) {
  const work = mkdtempSync(join(tmpdir(), 'swat-offline-'));
  try {
    execFileSync('tar', ['-xzf', resolve(tarball), '-C', work]);
    const folder = join(work, 'package');
    copyFileSync(join(root, 'package-lock.json'), join(folder, 'package-lock.json'));
    npm(['ci', '--omit=dev', '--omit=peer', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
    const file = join(folder, 'package.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    // npm puts in what these need themselves. Nothing may be built or fetched where it is installed.
    const bundled = { ...manifest, bundleDependencies: Object.keys(manifest.dependencies), scripts: {} };
    delete bundled.devDependencies;
    writeFileSync(file, JSON.stringify(bundled, null, 2));
    const { file: bundle } = pack(work, folder, '--ignore-scripts');
    mkdirSync(dirname(resolve(out)), { recursive: true });
    copyFileSync(bundle, out);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [given, out = `swat-${version}-offline.tgz`] = process.argv.slice(2);
  const work = mkdtempSync(join(tmpdir(), 'swat-pack-'));
  try {
    offlineBundle(given ?? pack(work).file, out);
    process.stdout.write(`${out}: ${(statSync(out).size / 1e6).toFixed(1)} MB\n`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
