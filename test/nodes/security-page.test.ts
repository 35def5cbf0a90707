import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../harness/user-dir';

const read = (...path: string[]): string => readFileSync(join(checkout, ...path), 'utf8');
const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(checkout, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ending));

/** The rows of the table whose head has this cell. */
function tableWith(page: string, cell: string): string[][] {
  const rows = page.split('\n').map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((each) => each.trim()),
  );
  const head = rows.findIndex((cells) => cells.includes(cell));
  const end = rows.findIndex((cells, index) => index > head && cells.length === 0);
  return rows.slice(head + 2, end);
}

/** A test is named by its file, and by a part of its title. */
function assertNamed(what: string, test: string): void {
  const [, file, title] = /^`([^`]+)`: _(.+)_$/.exec(test) ?? [];
  assert.ok(file, `${what}: ${test}`);
  const texts = [...read(file).matchAll(/(['"`])(.+?)\1/g)].map(([, , text]) => text);
  assert.ok(
    texts.some((text) => text.includes(title)),
    `${file} has no "${title}"`,
  );
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly license?: string }>>;
}
interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

describe('docs/security.md', () => {
  const page = read('docs', 'security.md');

  it('names a test for every threat, and each has such a case', () => {
    const rows = tableWith(page, 'STRIDE');
    assert.ok(rows.length >= 20);
    assert.deepEqual(new Set(rows.map(([kind]) => kind)), new Set('STRIDE'));
    for (const [, threat, , test] of rows) assertNamed(threat, test);
  });

  it('names a test for every trick of an import, and each has such a case', () => {
    const rows = tableWith(page, 'trick');
    assert.ok(rows.length >= 8);
    for (const [trick, , test] of rows) assertNamed(trick, test);
  });

  it('lists what is installed, bundled and optional, with the licences of the lock file', () => {
    const manifest = JSON.parse(read('package.json')) as Manifest;
    const { packages } = JSON.parse(read('package-lock.json')) as Lock;
    const sources = filesIn('lib/vendor', '.ts').map((name) => read('lib', 'vendor', name));
    const bundled = sources.flatMap((text) => [...text.matchAll(/from '([^'.]+)'/g)].map(([, name]) => name));
    const wanted = [
      ...Object.keys(manifest.dependencies).map((name) => [name, 'installed']),
      ...[...bundled, '@fontsource/noto-sans-sc'].map((name) => [name, 'bundled']),
      ...Object.keys(manifest.peerDependencies).map((name) => [name, 'only if you install it']),
    ];
    const rows = tableWith(page, 'licence');
    const sorted = (list: readonly (readonly string[])[]): string[] => list.map((each) => each.join(' ')).sort();
    assert.deepEqual(sorted(rows.map(([name, how]) => [name, how])), sorted(wanted));
    for (const [name, , , licence] of rows) {
      const locked = packages[`node_modules/${name}`] as Lock['packages'][string] | undefined;
      // An optional engine that no test needs is in no lock file.
      if (name !== '@tensorflow/tfjs-node') assert.equal(locked?.license, licence, name);
    }
  });

  it('points to pages that are there', () => {
    for (const [, target] of page.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)) assert.ok(read('docs', target), target);
  });
});

describe('the package', () => {
  it('runs nothing that it has read', () => {
    const code = ['lib', 'nodes'].flatMap((folder) => filesIn(folder, '.ts').map((name) => join(folder, name)));
    assert.ok(code.length > 300);
    const runs = /\beval\s*\(|new Function\b|\bvm\b['"]|runIn(?:New|This)?Context|\bexecSync\b|\bexec\s*\(\s*`/;
    const dialogs = filesIn('nodes', '.html').map((name) => join('nodes', name));
    for (const file of [...code, ...dialogs]) assert.doesNotMatch(read(file), runs, file);
  });

  it('puts no text into a page as HTML', () => {
    const pages = ['.html', '.js'].flatMap((ending) => filesIn('nodes', ending).map((name) => join('nodes', name)));
    const templates = filesIn('examples', '.json').map((name) => join('examples', name));
    assert.ok(pages.length > 20 && templates.length > 30);
    const asHtml =
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\.html\([^)]|v-html|ng-bind-html|\{\{\{|"allowHtml": ?true/;
    for (const file of [...pages, ...templates]) assert.doesNotMatch(read(file), asHtml, file);
  });

  it('has nothing that writes to a controller', () => {
    const code = ['lib', 'nodes'].flatMap((folder) => filesIn(folder, '.ts').map((name) => join(folder, name)));
    const writes = /\bwrite(?:Register|Coil|FC\d|Single|Multiple)|WriteRequest|type: 'DCMD'/;
    for (const file of code) assert.doesNotMatch(read(file), writes, file);
    // All that an edge node of Sparkplug is asked: to say again what its metrics are called.
    const asking = code.filter((file) => read(file).includes("type: 'NCMD'")).sort();
    assert.deepEqual(asking, ['lib/sparkplug/edge-node.ts', 'nodes/runtime/sparkplug-intake.ts']);
    for (const file of asking) assert.match(read(file), /rebirth/i, file);
    // Of the protocols of controllers only the server of the simulated plant is bundled.
    const vendor = filesIn('lib/vendor', '.ts').map((name) => read('lib', 'vendor', name)).join('\n'); // prettier-ignore
    assert.deepEqual(vendor.match(/^export \{.*\} from '(?:modbus-serial|.*opcua.*|.*s7.*)'/gm), ["export { ServerTCP } from 'modbus-serial'"]); // prettier-ignore
  });
});
