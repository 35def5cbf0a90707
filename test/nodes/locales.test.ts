import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAMILIES } from '../../lib/metrics/families';
import { plainFigures } from '../../lib/metrics/plain';
import { ATTACKS } from '../../lib/plant/attacks';

const root = join(__dirname, '..', '..', '..');
const locales = join(root, 'nodes', 'locales');
const nodeTypes = readdirSync(join(root, 'nodes'))
  .filter((file) => file.endsWith('.html'))
  .map((file) => file.replace('.html', ''));

const read = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');
const catalogueOf = (type: string): unknown => JSON.parse(read('nodes', 'locales', 'en-US', `${type}.json`));
const found = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1]);

function textAt(catalogue: unknown, key: string): unknown {
  return key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], catalogue);
}

function* sources(folder: string): Generator<{ file: string; text: string }> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const file = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(file);
    else if (entry.name.endsWith('.ts')) yield { file, text: read(file) };
  }
}

describe('texts of the nodes', () => {
  for (const type of nodeTypes) {
    describe(type, () => {
      const dialog = read('nodes', `${type}.html`);

      it('has a dialog, a help text with a first paragraph, and a catalogue', () => {
        assert.match(dialog, new RegExp(`data-template-name="${type}"`));
        const help = read('nodes', 'locales', 'en-US', `${type}.html`);
        assert.match(help, new RegExp(`data-help-name="${type}"`));
        assert.match(help, /<script[^>]*>\s*<p>\s*\S/);
        assert.equal(typeof catalogueOf(type), 'object');
      });

      it('has a text for every key that the dialog uses', () => {
        const keys = [
          ...found(dialog, /data-i18n="(?:\[[\w-]+\])?([\w.-]+)"/g),
          ...found(dialog, /\b_\(\s*'([\w.-]+[\w-])'/g),
        ].filter((key) => !key.startsWith('node-red:'));
        const catalogue = catalogueOf(type);
        const missing = keys.filter((key) => typeof textAt(catalogue, key) !== 'string');
        assert.deepEqual(missing, []);
      });
    });
  }

  it('have a text for every key that the scripts of the dialogs share', () => {
    const scripts = readdirSync(join(root, 'nodes', 'editor')).map((file) => read('nodes', 'editor', file));
    const keys = scripts.flatMap((script) => [
      ...found(script, /swat\.text\('([\w.-]*[\w-])'/g),
      ...found(script, /swat\.say\('([\w.-]*[\w-])'/g).map((key) => `guide.${key}`),
    ]);
    assert.ok(keys.length > 20);
    const catalogue = catalogueOf('swat-model');
    assert.deepEqual(
      keys.filter((key) => typeof textAt(catalogue, `swat-model.${key}`) !== 'string'),
      [],
    );
  });

  it('have a text for every key that the elements of the dashboards use', () => {
    const scripts = readdirSync(join(root, 'nodes', 'dashboard')).map((file) => read('nodes', 'dashboard', file));
    const keys = scripts.flatMap((script) => found(script, /\btext\(\s*'([\w.-]*[\w-])'/g));
    assert.ok(keys.length > 40);
    const catalogue = catalogueOf('swat-dashboard');
    const figures = Object.keys(FAMILIES).map((family) => Object.keys(plainFigures({ [family]: 0 }))[0]);
    const named = [
      ...keys,
      ...figures.filter((key) => key !== 'kafkaState' && key !== 'kafkaLanes').map((key) => `figure.${key}`),
    ];
    assert.deepEqual(
      named.filter((key) => typeof textAt(catalogue, key) !== 'string'),
      [],
    );
  });

  it('have a sentence for every error that the code names', () => {
    const catalogue = catalogueOf('swat-plant');
    const missing = [...sources('lib'), ...sources('nodes')].flatMap(({ file, text }) =>
      found(text, /new SwatError\(\s*'([\w-]+)'/g)
        .filter((code) => typeof textAt(catalogue, `errors.${code}`) !== 'string')
        .map((code) => `${file}: errors.${code}`),
    );
    assert.deepEqual(missing, []);
  });

  it('have a text for every status and sentence that the nodes show', () => {
    const catalogue = catalogueOf('swat-plant');
    const missing = [...sources('nodes')].flatMap(({ file, text }) =>
      found(text, /'((?:status|sentences|errors)\.[\w.-]*[\w-])'/g)
        .filter((key) => typeof textAt(catalogue, key) !== 'string')
        .map((key) => `${file}: ${key}`),
    );
    assert.deepEqual(missing, []);
  });

  it('have the title of every attack, in English as messages have it', () => {
    const titles = Object.fromEntries(ATTACKS.map(({ id, title }) => [String(id), title]));
    assert.deepEqual((catalogueOf('swat-plant') as { attacks: unknown }).attacks, titles);
  });

  it('have each key once: of two, JSON forgets one', () => {
    const count = (value: unknown): number =>
      typeof value === 'object' && value !== null
        ? Object.values(value).reduce<number>((sum, each) => sum + (Array.isArray(value) ? 0 : 1) + count(each), 0)
        : 0;
    for (const language of readdirSync(locales)) {
      for (const file of readdirSync(join(locales, language)).filter((name) => name.endsWith('.json'))) {
        const text = read('nodes', 'locales', language, file);
        const keys = [...text.matchAll(/"(?:[^"\\]|\\.)*"\s*:?/g)].filter(([each]) => each.endsWith(':'));
        assert.equal(keys.length, count(JSON.parse(text)), file);
      }
    }
  });
});
