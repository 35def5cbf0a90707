import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluate } from '../../../lib/cli/evaluate';
import { errorText } from '../../../lib/cli/terminal';
import { train } from '../../../lib/cli/train';
import { USUAL_KINDS } from '../../../lib/cli/learn';
import { createStore } from '../../../lib/model/store';
import { disk } from '../../../lib/platform/files';
import { coded, withFolder } from '../model/sample';
import { listener } from './listener';

const AT = '2026-11-22T00:00:00Z';
/** An hour in two runs, one pass: enough to be a model, not to be a good one. */
const PLAN = ['--hours', '1', '--runs', '2', '--stride', '15', '--epochs', '1', '--length', '30', '--seed', '5'];

const weightsOf = async (folder: string): Promise<Buffer[]> => {
  const store = createStore({ files: disk, folder, product: '0' });
  return Promise.all(
    USUAL_KINDS.map(async (kind) => {
      const [{ version }] = await store.list(kind);
      return readFile(join(folder, kind, version, 'weights.bin'));
    }),
  );
};

describe('swat train', () => {
  it('saves a model that can be loaded and evaluated; the same plan gives the same bytes', () =>
    withFolder(async (folder) => {
      const [first, second] = [join(folder, 'first'), join(folder, 'second')];
      const terminal = listener();
      assert.equal(await train([...PLAN, '--at', AT, '--out', first], terminal), 0);
      assert.equal(await train([...PLAN, '--at', AT, '--out', second], listener()), 0);
      for (const [index, weights] of (await weightsOf(first)).entries()) {
        assert.ok(weights.length > 0);
        assert.ok(weights.equals((await weightsOf(second))[index]), `${USUAL_KINDS[index]} differs`);
      }

      const store = createStore({ files: disk, folder: first, reference: first, product: '0' });
      for (const [index, kind] of USUAL_KINDS.entries()) {
        const { artifact, report, created, version } = await store.load(kind);
        assert.match(version, /^20261122-000000-[0-9a-f]{6}$/);
        assert.equal(created, Date.parse(AT));
        assert.equal(artifact.schema.features[0].length, 30);
        assert.equal(artifact.settings.seed, 5);
        assert.ok(artifact.calibration.threshold > 0);
        assert.match(terminal.results[index], new RegExp(`^${kind} ${version}, threshold .*, ${report.rows} windows$`));
      }

      const measured = listener();
      const chosen = ['--model', first, '--hours', '0.1', '--runs', '2', '--attacks', '16,4', '--json'];
      assert.equal(await evaluate(chosen, measured), 0);
      const { models, normal, packed, record } = JSON.parse(measured.results.join('\n')) as {
        models: Record<string, string>;
        normal: { hours: number };
        record?: unknown;
        packed: {
          attacks: number;
          rows: number;
          attackRows: number;
          hours: number;
          runs: { seed: number; rows: number; accuracy: number; neverBegan: string }[];
          results: { seed: number; attack: number; stages: string; firstDifference: string | null }[];
        };
      };
      assert.match(models.autoencoder, /^20261122-000000-/);
      assert.ok(Math.abs(normal.hours - 0.2) < 1e-9);
      assert.equal(record, undefined);
      assert.equal(packed.attacks, 4);
      assert.equal(packed.attackRows, 2 * (275 + 389));
      assert.equal(
        packed.rows,
        packed.runs.reduce((sum, { rows }) => sum + rows, 0),
      );
      assert.deepEqual(
        packed.runs.map(({ seed, neverBegan }) => [seed, neverBegan]),
        [
          [7310001, ''],
          [7311001, ''],
        ],
      );
      assert.deepEqual(
        packed.results.slice(0, 2).map(({ attack, stages, firstDifference }) => [attack, stages, firstDifference]),
        [
          [16, 'P3', 'LIT301'],
          [4, 'P5', null],
        ],
      );

      const drilled = listener();
      assert.equal(await evaluate(['--model', first, '--hours', '0.1', '--runs', '1', '--drill', '2'], drilled), 0);
      assert.match(drilled.results.join('\n'), /\| drill \| seed 7310001 \|[^]*drill, seed 7310001: \d of 2 detected/);
    }));

  it('trains the kinds that are named, and no others', () =>
    withFolder(async (folder) => {
      assert.equal(await train([...PLAN, '--kinds', 'pca', '--at', AT, '--out', folder], listener()), 0);
      const store = createStore({ files: disk, folder, product: '0' });
      assert.equal((await store.list('pca')).length, 1);
      assert.deepEqual(await store.list('autoencoder'), []);
    }));

  it('says of what there is too little, and what helps', () =>
    withFolder((folder) =>
      assert.rejects(train(['--hours', '1', '--runs', '1', '--stride', '60', '--out', folder], listener()), (error) => {
        coded('cli-too-small-stride', { name: 'simulated plant', stride: 60 })(error);
        assert.match(
          errorText(error),
          /^simulated plant: \d+ windows .*One window in 60 is learned.* smaller --stride\.$/,
        );
        return true;
      }),
    ));

  for (const [args, code] of [
    [['--at', 'yesterday'], 'cli-time'],
    [['--runs', '1.5'], 'setting-whole'],
    [['--hours', '0'], 'setting-number'],
    [['--stages', '6'], 'cli-option'],
    [['--kinds', 'pca,knn'], 'cli-kind'],
  ] as const) {
    it(`says ${code} of ${args.join(' ')}, before any work`, async () => {
      const terminal = listener();
      await assert.rejects(train(args, terminal), coded(code));
      assert.deepEqual([terminal.told, terminal.results], [[], []]);
    });
  }
});

describe('swat evaluate', () => {
  for (const [args, code, details] of [
    [['--attacks', '99'], 'unknown-attack', { attack: 99 }],
    [['--attacks', '3,'], 'unknown-attack', {}],
    [['--attacks', 'some'], 'unknown-attack', {}],
    [['--attacks', '3,5'], 'unknown-attack', { attack: 5 }],
    [['--model', join(__dirname, 'none'), '--attacks', 'none'], 'model-missing', { kind: 'autoencoder' }],
    [['--data', join(__dirname, 'none')], 'cli-file', {}],
    [['gecco'], 'cli-option', {}],
    [['--format', 'csv'], 'cli-needs-data', { name: 'format' }],
    [['--out', 'x.csv'], 'cli-needs-data', { name: 'out' }],
    [['--length', '9.5'], 'setting-whole', { name: 'length' }],
  ] as const) {
    it(`says ${code} of ${args.join(' ').replace(__dirname, '')}, before any work`, async () => {
      const terminal = listener();
      await assert.rejects(evaluate(args, terminal), coded(code, details));
      assert.deepEqual([terminal.told, terminal.results], [[], []]);
    });
  }
});
