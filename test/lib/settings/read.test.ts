import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SwatError } from '../../../lib/errors';
import { knownFields, type Fields } from '../../../lib/platform/fields';
import { appliedTo, environmentOf, type Sources } from '../../../lib/settings/apply';
import { readSettings } from '../../../lib/settings/read';

const FIELDS: Fields = {
  pump: {
    length: { kind: 'number' },
    span: { kind: 'number', min: 1, max: 100 },
    mark: { kind: 'flag' },
    topic: { kind: 'text' },
    password: { kind: 'secret' },
    levels: { kind: 'other' },
  },
  valve: {
    topic: { kind: 'text' },
    fails: { kind: 'text', choices: ['open', 'closed'] },
    span: { kind: 'number', min: 200 },
  },
};
const read = (text: string): ReturnType<typeof readSettings> => readSettings(text, FIELDS);
const faults = (text: string): unknown[] =>
  read(text).problems.map(({ code, details }) => [code, details.line, details.key]);
const sources = (env: Sources['env'] = {}, files: Readonly<Record<string, string>> = {}): Sources => ({
  env,
  readFile: (path) => {
    if (!Object.hasOwn(files, path)) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return files[path];
  },
});
const code = (wanted: string) => (cause: unknown) => cause instanceof SwatError && cause.code === wanted;

describe('a settings file', () => {
  it('says in YAML or JSON what the environment would, and the environment stands before it', () => {
    const yaml = 'kafka:\n  brokers: [a:9092, b]\n  group: 7\n  tls: true\nmetrics:\n  on: false\n';
    const json = '{"kafka": {"brokers": ["a:9092", "b"], "group": 7, "tls": true}, "metrics": {"on": false}}';
    for (const text of [yaml, json]) {
      const { file, problems } = read(text);
      assert.deepEqual(problems, []);
      assert.deepEqual(environmentOf(file, sources({ SWAT_KAFKA_GROUP: 'mine', SWAT_KAFKA_BROKERS: '' })), {
        SWAT_KAFKA_BROKERS: 'a:9092,b',
        SWAT_KAFKA_GROUP: 'mine',
        SWAT_KAFKA_TLS: '1',
        SWAT_METRICS: '0',
      });
    }
  });

  it('takes secrets from where it says, when they are needed', () => {
    const { file, problems } = read('kafka:\n  user: {env: WHO}\n  password: {file: /run/secrets/x}\n');
    assert.deepEqual(problems, []);
    const env = environmentOf(file, sources({ WHO: 'swat' }, { '/run/secrets/x': 'hidden\n' }));
    assert.deepEqual([env.SWAT_KAFKA_USER, env.SWAT_KAFKA_PASSWORD], ['swat', 'hidden']);
    assert.throws(() => environmentOf(file, sources({ WHO: 'swat' })), code('config-source'));
    assert.throws(() => environmentOf(file, sources({}, { '/run/secrets/x': 'hidden' })), code('config-source'));
  });

  it('sets fields of nodes by type, then by name, then by id', () => {
    const { file, problems } = read(
      'nodes:\n  n1: {length: 3}\n  pump: {length: 1, mark: false, topic: a}\n  North:\n    length: 2\n    topic: b\n    password: x\n    levels: [1, {a: 2}]\n',
    );
    assert.deepEqual(problems, []);
    const of = (id: string, type: string, name?: string): object =>
      appliedTo({ id, type, name }, file, FIELDS, sources());
    assert.deepEqual(of('n1', 'pump', 'North'), {
      fields: { length: 3, mark: false, topic: 'b', levels: [1, { a: 2 }] },
      secrets: { password: 'x' },
    });
    assert.deepEqual(of('n2', 'pump', ''), { fields: { length: 1, mark: false, topic: 'a' }, secrets: {} });
    assert.deepEqual(of('n2', 'valve'), { fields: {}, secrets: {} });
    const numbers = read('nodes: {pump: {topic: 5, password: 12}}').file;
    assert.deepEqual(appliedTo({ id: 'n2', type: 'pump' }, numbers, FIELDS, sources()), {
      fields: { topic: '5' },
      secrets: { password: '12' },
    });
    assert.throws(() => of('n2', 'valve', 'North'), (cause) => cause instanceof SwatError && cause.details.line === 5 && cause.details.known === 'topic, fails, span'); // prettier-ignore
  });

  it('tells all that is wrong, each with its line', () => {
    const text = [
      'kafka:',
      '  broker: a',
      '  tls: "yes"',
      '  group: [a]',
      'nodes:',
      '  pump:',
      '    lenght: 3',
      '    length: long',
      '    mark: 1',
      '    topic: {a: 1}',
      '  other: {nothing: 1}',
      'extra: 1',
    ].join('\n');
    assert.deepEqual(faults(text), [
      ['config-key', 2, 'broker'],
      ['config-type', 3, 'tls'],
      ['config-type', 4, 'group'],
      ['config-key', 7, 'pump.lenght'],
      ['config-type', 8, 'pump.length'],
      ['config-type', 9, 'pump.mark'],
      ['config-type', 10, 'topic'],
      ['config-key', 11, 'other.nothing'],
      ['config-key', 12, 'extra'],
    ]);
    assert.match(String(read('kafka:\n  broker: a').problems[0].details.known), /^brokers, group, clientId, tls/);
  });

  it('tells values that the dialogs would not take, each with its line', () => {
    const text =
      'nodes:\n  pump:\n    span: 0\n  valve:\n    fails: shut\n    span: 5\n  x:\n    span: 150\n    fails: open';
    const { file, problems } = read(text);
    assert.deepEqual(
      problems.map(({ code, details: { line, key, value } }) => [code, line, key, value]),
      [
        ['config-number', 3, 'pump.span', '0'],
        ['config-choice', 5, 'valve.fails', '"shut"'],
        ['config-number-least', 6, 'valve.span', '5'],
        ['config-number', 8, 'x.span', '150'],
      ],
    );
    assert.deepEqual(problems[1].details.choices, 'open, closed');
    // Whose field it is shows with the node: what one type takes another may not.
    const named = read('nodes: {x: {span: 50}}');
    assert.deepEqual(named.problems, []);
    assert.throws(
      () => appliedTo({ id: 'x', type: 'valve' }, named.file, FIELDS, sources()),
      code('config-number-least'),
    );
    assert.deepEqual(
      file.nodes[2].fields.map(({ name }) => name),
      ['fails'],
    );
  });

  for (const [what, text, line] of [
    ['an alias', 'kafka: &a\n  group: x\nmetrics: *a', 2],
    ['a bomb of aliases', 'a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]', 1],
    ['a tag', 'kafka:\n  group: !!binary aGk=', 2],
    ['a tag of its own', 'kafka:\n  group: !run x', 2],
    ['a name that stands twice', 'kafka:\n  group: a\n  group: b', 3],
    ['two documents', 'kafka:\n  group: a\n---\nkafka: {}', 3],
    ['what is not closed', 'kafka: {group: [', 1],
    ['more levels than sense', '['.repeat(200), 1],
    ['more levels than a stack', '['.repeat(100_000), 1],
    ['more levels of lists', '- '.repeat(50_000), 1],
  ] as const) {
    it(`refuses ${what}`, () => {
      const [problem] = read(text).problems;
      assert.deepEqual([problem.code, problem.details.line], ['config-syntax', line]);
    });
  }

  it('refuses what is too large, and takes an empty one', () => {
    assert.equal(read(`# ${'x'.repeat(300_000)}`).problems[0].code, 'config-size');
    for (const text of ['', '# nothing', 'kafka:', 'nodes:\n']) assert.deepEqual(read(text).problems, []);
    assert.equal(read('just words').problems[0].code, 'config-type');
  });

  it('never fails in another way, whatever it is given', () => {
    const json = fc.json();
    fc.assert(
      fc.property(fc.oneof(json, fc.string(), json.map((text) => `nodes: {pump: ${text}}`)), (text) => {
        const { file, problems } = read(text);
        assert.ok(problems.every((each) => each instanceof SwatError));
        const { fields } = appliedTo({ id: 'a', type: 'pump' }, file, FIELDS, sources({ a: 'b' }, { '': '' }));
        assert.equal(Object.getPrototypeOf(fields), Object.prototype);
      }),
      { numRuns: 500 },
    ); // prettier-ignore
  });

  it('knows the fields of all nodes as their dialogs have them', () => {
    const known = knownFields();
    assert.ok(Object.keys(known).length >= 14);
    assert.deepEqual(known['swat-window'].length, { kind: 'text' });
    assert.deepEqual(known['swat-window'].stride, { kind: 'number', min: 1, max: 10_000 });
    assert.deepEqual(known['swat-window'].by, { kind: 'text', choices: ['samples', 'time'] });
    assert.deepEqual(known['swat-kafka'].password, { kind: 'secret' });
    assert.deepEqual(known['swat-kafka-in'].keyIsAsset, { kind: 'flag' });
    assert.ok(Object.values(known).every((fields) => !Object.hasOwn(fields, 'name')));
  });
});
