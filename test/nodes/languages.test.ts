import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const locales = join(__dirname, '..', '..', '..', 'nodes', 'locales');
const ORIGINAL = 'en-US';
const languages = readdirSync(locales).filter((language) => language !== ORIGINAL);
const files = readdirSync(join(locales, ORIGINAL)).sort();
const read = (language: string, file: string): string => readFileSync(join(locales, language, file), 'utf8');

/** What may read as in English: names, signs, units, and words that a language has taken over or spells the same way. */
const SAME = new Set(
  [
    'Name|Asset|Assets|Text|Topic|Topics|Alarm|Journal|Batch|Register|Bit|Offset|Payload|Autoencoder|Rate|Rate /s|in',
    'CSV|JSON|HTML|TLS|PCA|Kafka|PostgreSQL|NodeId|LL|L|H|HH|INFO|WARNING|CRITICAL|normal|normal {}|{} normal|asset',
    'MQTT, JSON|SMS (Twilio)|Slack webhook|Microsoft Teams webhook|Login (SASL)|TensorFlow (@tensorflow/tfjs-node)',
    'MQTT: {} ({}).|Kafka: {}.|{} in {}|{} in {} ({})|{}x {}|{} {}x {}|s|ms|h|min|kB|{} s|{} min|{} h|{} kB|{} MB|{} GB',
    'swat-consumer-group|swat-sensor-data|swat-state|localhost:9092|postgresql://user:password@host:5432/db|P1, P3',
    'PIN|Origins|KB|Logo|Assets: {}|Normal|Score|UF|P3 Ultrafiltration|15 min|1 h|8 h|24 h|{} ms|{} h {} min|{} d {} h',
  ].flatMap((line) => line.split('|')),
);

/** What stays as it is: the type of a node that has no name, as in the palette, states of an actuator, and commands. */
const NAMES = /\.shown(?:Time)?$|\.hint\.states$|^\.cli\.usage\./;

type Texts = Map<string, string>;

function textsOf(language: string, file: string): Texts {
  const texts: Texts = new Map();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') texts.set(path, value);
    else for (const [key, inner] of Object.entries(value as object)) walk(inner, `${path}.${key}`);
  };
  walk(JSON.parse(read(language, file)), '');
  return texts;
}

/** What a text must keep in every language: what is filled in, elements, and what is written in braces for a template. */
function kept(text: string): string[] {
  return [...text.matchAll(/__\w+?__|\{\{[^}]*\}\}|<\/?(?:code|b|i)>/g)].map(([each]) => each).sort();
}

const hasWords = (text: string): boolean => /\p{L}/u.test(text.replace(/__\w+?__/g, ''));

interface Block {
  readonly tag: string;
  readonly text: string;
}

/** A help text as its blocks, each with the element that opens or closes it and what stands between it and the next one. */
function blocksOf(html: string): Block[] {
  const parts = html.split(/(<\/?(?:script|p|h3|dl|dt|dd|ol|ul|li|span)\b[^>]*>)/).slice(1);
  const blocks: Block[] = [];
  for (let at = 0; at < parts.length; at += 2) blocks.push({ tag: parts[at], text: parts[at + 1].trim() });
  return blocks;
}

const codesOf = (text: string): string[] =>
  [...text.matchAll(/<code>([^]*?)<\/code>/g)].map(([, code]) => code.trim()).sort();

/** Of `<dt>payload <span class="property-type">…</span>` the name of the property, which is the same in every language. */
function propertiesOf(blocks: readonly Block[]): string[] {
  return blocks.flatMap(({ tag, text }, at) =>
    tag.startsWith('<dt') && blocks[at + 1].tag.startsWith('<span') ? [text] : [],
  );
}

describe('languages of the texts', () => {
  it('are German at least, beside English', () => {
    assert.ok(languages.includes('de'));
  });

  for (const language of languages) {
    describe(language, () => {
      it('has the same files as English', () => {
        assert.deepEqual(readdirSync(join(locales, language)).sort(), files);
      });

      for (const file of files.filter((name) => name.endsWith('.json'))) {
        it(`has the keys, and what is filled in, of ${file}`, () => {
          const original = textsOf(ORIGINAL, file);
          const translated = textsOf(language, file);
          assert.deepEqual([...translated.keys()].sort(), [...original.keys()].sort());
          for (const [key, text] of original) assert.deepEqual(kept(translated.get(key) ?? ''), kept(text), key);
        });

        it(`has every text of ${file} translated`, () => {
          const translated = textsOf(language, file);
          const left = [...textsOf(ORIGINAL, file)].filter(
            ([key, text]) =>
              translated.get(key) === text &&
              !NAMES.test(key) &&
              hasWords(text) &&
              !SAME.has(text.replace(/__\w+?__/g, '{}')),
          );
          assert.deepEqual(left, []);
        });
      }

      for (const file of files.filter((name) => name.endsWith('.html'))) {
        it(`has the help of ${file} in the same shape, with the same names`, () => {
          const original = blocksOf(read(ORIGINAL, file));
          const translated = blocksOf(read(language, file));
          assert.deepEqual(
            translated.map(({ tag }) => tag),
            original.map(({ tag }) => tag),
          );
          assert.deepEqual(propertiesOf(translated), propertiesOf(original));
          original.forEach(({ text }, at) => {
            assert.deepEqual(codesOf(translated[at].text), codesOf(text), text);
          });
        });

        it(`has every paragraph of ${file} translated`, () => {
          const original = blocksOf(read(ORIGINAL, file));
          const left = blocksOf(read(language, file)).filter(
            ({ tag, text }, at) =>
              /^<(?:p|dd)\b/.test(tag) && text === original[at].text && hasWords(withoutCode(text)),
          );
          assert.deepEqual(left, []);
        });
      }

      it('has the headings of help that the others have', () => {
        const headings = new Set(
          files
            .filter((name) => name.endsWith('.html'))
            .flatMap((file) =>
              blocksOf(read(language, file))
                .filter(({ tag }) => tag === '<h3>')
                .map(({ text }) => text),
            ),
        );
        assert.ok(headings.size <= 4, [...headings].join(', '));
      });
    });
  }
});

function withoutCode(html: string): string {
  return html.replace(/<code>[^]*?<\/code>/g, '');
}
