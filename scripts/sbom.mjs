// `npm run sbom -- FILE`: what the package is made of, as CycloneDX: what npm installs with it, after the lock file, and what is
// bundled into dist/lib/vendor, which npm knows nothing of.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from './pack.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8'));

const BUNDLED = { name: 'cdx:npm:package:bundled', value: 'true' };

/** The bill of materials, with the licence, the address and, where the lock file has it, the hash of every part. */
export function sbom() {
  const { packages } = read('package-lock.json');
  const bill = installed();
  // npm calls it after its folder.
  const { component: own } = bill.metadata;
  own.name = read('package.json').name;
  const parts = read('dist', 'lib', 'vendor', 'bundled.json').map((part) => component(part, packages));
  const known = new Map(bill.components.map((each) => [each['bom-ref'], each]));
  for (const part of parts) {
    const reference = part['bom-ref'];
    // What is both installed and bundled is one part of the bill.
    if (known.has(reference)) known.get(reference).properties.push(BUNDLED);
    else {
      bill.components.push(part);
      bill.dependencies.push({ ref: reference, dependsOn: [] });
      bill.dependencies.find(({ ref }) => ref === own['bom-ref']).dependsOn.push(reference);
    }
  }
  return bill;
}

/**
 * What npm installs. `npm sbom --omit dev` leaves out what a tool needs as well, so the lock file is freed of the tools first, and of
 * what stands in it for npm 10 alone.
 */
function installed() {
  const manifest = read('package.json');
  delete manifest.devDependencies;
  const lock = read('package-lock.json');
  delete lock.packages[''].devDependencies;
  for (const [path, entry] of Object.entries(lock.packages))
    if (entry.dev || entry.peer || entry.extraneous) delete lock.packages[path];
  const folder = mkdtempSync(join(tmpdir(), 'swat-sbom-'));
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
    const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--omit', 'peer'];
    return JSON.parse(npm(args, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function component({ name, version, license }, packages) {
  const licensed = { licenses: [{ license: { id: license } }] };
  const bundled = { scope: 'required', properties: [BUNDLED] };
  // A font that comes inside another package has no version and no address of its own.
  if (version === undefined) return { 'bom-ref': name, type: 'file', name, ...bundled, ...licensed };
  const entries = Object.entries(packages).filter(([path]) => path.endsWith(`node_modules/${name}`));
  const integrity = entries.find(([, entry]) => entry.version === version)?.[1].integrity;
  const [, hash] = /^sha512-(.+)$/.exec(integrity ?? '') ?? [];
  return {
    'bom-ref': `${name}@${version}`,
    type: 'library',
    name,
    version,
    purl: `pkg:npm/${name.replace(/^@/, '%40')}@${version}`,
    ...bundled,
    ...(hash && { hashes: [{ alg: 'SHA-512', content: Buffer.from(hash, 'base64').toString('hex') }] }),
    ...licensed,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bill = sbom();
  const file = resolve(process.argv[2] ?? 'sbom.cdx.json');
  writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`);
  process.stdout.write(`${file}: ${bill.components.length} parts\n`);
}
