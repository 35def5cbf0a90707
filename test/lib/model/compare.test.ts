import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DetectorArtifact } from '../../../lib/detect/artifact';
import { compareVersions, pearson } from '../../../lib/model/compare';
import type { StoredModel } from '../../../lib/model/shelf';
import { seeded } from '../../../lib/kernels/random';
import { windowSchema } from '../../../lib/stream/schema';
import { NETWORK_REPORT, networkArtifact, WIDTH } from './network';
import { coded, NOW, SCHEMA } from './sample';

const stored = (version: string, artifact: DetectorArtifact, metrics = { loss: 0.01 }): StoredModel => ({
  version,
  origin: 'local',
  created: NOW,
  product: '1',
  artifact,
  report: { ...NETWORK_REPORT, metrics },
});
const random = seeded(4);
const recent = Array.from({ length: 450 }, (_, at) => ({
  asset: 'A',
  time: NOW + 1000 * at,
  schema: SCHEMA.id,
  features: Array.from({ length: WIDTH }, () => 100 * random()),
  bad: [],
}));
let breaths = 0;
const breathe = (): Promise<void> => {
  breaths += 1;
  return Promise.resolve();
};

describe('two versions side by side', () => {
  it('that are the same agree in everything', async () => {
    const a = stored('a', networkArtifact());
    const { overlap, settings, metrics, tags } = await compareVersions(a, { ...a, version: 'b' }, recent, breathe);
    assert.ok(typeof overlap === 'object');
    assert.deepEqual([settings, metrics, tags], [[], [], { added: [], missing: [] }]);
    assert.deepEqual([overlap.windows, overlap.agreement, overlap.onlyA, overlap.onlyB], [450, 1, 0, 0]);
    assert.ok(Math.abs(overlap.correlation! - 1) < 1e-9);
    assert.deepEqual([overlap.from, overlap.to, overlap.series.time.length], [NOW, NOW + 449_000, 150]);
    assert.ok(breaths > 40);
  });

  it('say what differs: settings, figures, scores', async () => {
    const a = stored('a', networkArtifact(1));
    const b = stored('b', networkArtifact(2), { loss: 0.02 });
    const { overlap, settings, metrics } = await compareVersions(a, b, recent, breathe);
    assert.ok(typeof overlap === 'object');
    assert.deepEqual(settings, [{ name: 'seed', a: 1, b: 2 }]);
    assert.deepEqual(metrics, [{ name: 'loss', a: 0.01, b: 0.02 }]);
    const { both, onlyA, onlyB, agreement, windows } = overlap;
    assert.ok(Math.abs(agreement - (1 - (onlyA + onlyB) / windows)) < 1e-12 && both <= windows);
  });

  it('of other tags name them, and say that no window fits both', async () => {
    const artifact = networkArtifact();
    const tags = [SCHEMA.tags[0], { ...SCHEMA.tags[1], name: 'MV102' }];
    const other = { ...artifact, schema: windowSchema({ tags }, [60]) };
    const compared = await compareVersions(stored('a', artifact), stored('b', other), recent, breathe);
    assert.deepEqual(compared.tags, { added: ['MV102'], missing: ['MV101'] });
    assert.equal(compared.overlap, 'other-windows');
    assert.equal((await compareVersions(stored('a', artifact), stored('b', artifact), [], breathe)).overlap, 'none');
    const forest = stored('f', { ...artifact, kind: 'iforest' });
    await assert.rejects(compareVersions(stored('a', artifact), forest, [], breathe), coded('compare-kinds'));
  });
});

describe('the correlation', () => {
  it('is 1 of a line that rises, -1 of one that falls, never beyond, and none without spread', () => {
    const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const line = pearson(
          a,
          a.map((x) => 3 - 2 * x),
        );
        assert.ok(new Set(a).size === 1 ? line === null : Math.abs(line! + 1) < 1e-9);
        const size = Math.min(a.length, b.length);
        const other = pearson(a.slice(0, size), b.slice(0, size));
        assert.ok(other === null || Math.abs(other) <= 1 + 1e-9);
      }),
    );
  });
});
