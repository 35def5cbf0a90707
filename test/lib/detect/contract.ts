import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DetectorArtifact } from '../../../lib/detect/artifact';
import { ratioOf } from '../../../lib/detect/calibration';
import type { Detector, DetectorKind } from '../../../lib/detect/detector';
import { fitDetector } from '../../../lib/detect/fit';
import { detectorOf } from '../../../lib/detect/load';
import type { FitSettings } from '../../../lib/detect/settings';
import { SwatError } from '../../../lib/errors';
import { rowOf, shifted, simulate, TAGS, windowsOf } from './process';

const QUIET = { progress: () => undefined, cancelled: () => false };

/** An artifact as it comes back from a disk: settings and calibration through JSON, tensors through their bytes. */
function roundTrip(artifact: DetectorArtifact): DetectorArtifact {
  const { tensors, ...rest } = artifact;
  const kept = Object.entries(tensors).map(([name, { shape, data }]) => {
    const bytes = Buffer.from(new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)));
    const copy = new Float32Array(new Uint8Array(bytes).buffer);
    return [name, { shape: [...shape], data: copy }] as const;
  });
  return { ...(JSON.parse(JSON.stringify(rest)) as typeof rest), tensors: Object.fromEntries(kept) };
}

/**
 * What every detector keeps to, whatever it learns with.
 * @param gross deviations that are gross for this kind, by tag, in its unit
 * @param options whether windows hold raw samples, and whether chance takes part in its training
 */
export function detectorContract(
  kind: DetectorKind,
  settings: FitSettings,
  gross: readonly Readonly<Record<string, number>>[],
  { lags = 0, seeded = true }: { readonly lags?: number; readonly seeded?: boolean } = {},
): void {
  describe(`the ${kind} as a detector${lags > 0 ? ' of windows with raw samples' : ''}`, () => {
    const data = windowsOf(simulate(6000, 1), 60, 10, TAGS, lags);
    const width = data.schema.features.length;
    let artifact: DetectorArtifact;
    let detector: Detector;

    before(() => {
      ({ artifact } = fitDetector(kind, data, settings, QUIET));
      detector = detectorOf(artifact);
    });

    it('is the same when it is trained again with the same data and seed', () => {
      const again = fitDetector(kind, data, settings, QUIET).artifact;
      assert.deepEqual(again, artifact);
    });

    it('is another one with another seed, where chance takes part', () => {
      if (!seeded) return;
      const other = detectorOf(fitDetector(kind, data, { ...settings, seed: settings.seed + 1 }, QUIET).artifact);
      assert.notEqual(other.score(rowOf(data, 5)), detector.score(rowOf(data, 5)));
    });

    it('scores the same row the same, whatever it scored before', () => {
      const first = detector.score(rowOf(data, 3));
      detector.explain(shifted(data, 3, { AIT1: 5 }), new Set([1]));
      assert.equal(detector.score(rowOf(data, 3)), first);
    });

    it('comes back from its saved form with the same scores', () => {
      const back = detectorOf(roundTrip(artifact));
      for (let row = 0; row < data.count; row += 37) {
        assert.equal(back.score(rowOf(data, row)), detector.score(rowOf(data, row)));
        assert.deepEqual(back.explain(rowOf(data, row)), detector.explain(rowOf(data, row)));
      }
    });

    it('is saved, and blames, in numbers of its own: no view of a memory that a kernel works on goes along', () => {
      const { tensors } = artifact;
      for (const [name, { data: numbers }] of Object.entries(tensors)) {
        assert.equal(numbers.buffer.byteLength, numbers.byteLength, name);
      }
      const blamed: readonly object[] = detector.explain(shifted(data, 3, { AIT1: 5 }));
      const views = blamed.flatMap((each): unknown[] => Object.values(each));
      assert.ok(views.length > 0 && !views.some((value) => ArrayBuffer.isView(value)));
    });

    it('gives a finite score, not below 0, to any finite features, and sound contributions', () => {
      const wild = fc.oneof(
        fc.constantFrom(0, 1e30, -1e30, Number.MAX_VALUE, -Number.MAX_VALUE),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
      );
      fc.assert(
        fc.property(
          fc.array(wild, { minLength: width, maxLength: width }),
          fc.uniqueArray(fc.nat(data.schema.tags.length - 1)),
          (features, bad) => {
            const ignored = new Set(bad);
            const score = detector.score(features, ignored);
            assert.ok(Number.isFinite(score) && score >= 0);
            const list = detector.explain(features, ignored);
            assert.ok(list.length <= 5);
            list.forEach(({ tag, share, expected }, index) => {
              const position = data.schema.tags.findIndex(({ name }) => name === tag);
              const { low, high } = data.schema.tags[position];
              assert.ok(!ignored.has(position));
              assert.ok(share > 0 && share <= 1 && (index === 0 || share <= list[index - 1].share));
              assert.ok(Math.abs(expected) <= Math.max(Math.abs(low), Math.abs(high)));
            });
            assert.ok(list.reduce((sum, { share }) => sum + share, 0) <= 1 + 1e-9);
          },
        ),
        { numRuns: 100 },
      );
    });

    it('scores gross deviations past the threshold and names the tag first, with seen and expected', () => {
      for (const moves of gross) {
        for (const row of [10, 200, 400]) {
          const features = shifted(data, row, moves);
          const score = detector.score(features);
          const where = `${Object.keys(moves).join()} at row ${row}: ${score}`;
          assert.ok(ratioOf(artifact.calibration, 'calibrated', score) > 1, where);
          const [guilty] = detector.explain(features);
          assert.ok(guilty.tag in moves, where);
          assert.ok(guilty.seen > guilty.expected, `${where}: ${guilty.seen} against ${guilty.expected}`);
          assert.equal(guilty.unit, data.schema.tags.find((tag) => tag.name === guilty.tag)?.unit);
        }
      }
    });

    it('scores a tag that goes wild higher, and blames it more, than it did before', () => {
      const blame = (features: number[], name: string) =>
        detector.explain(features).find(({ tag }) => tag === name)?.share ?? 0;
      for (const [name, by] of Object.entries({ LIT1: 900, AIT1: 4, FIT2: 3 })) {
        const plain = rowOf(data, 50);
        const wild = shifted(data, 50, { [name]: by });
        assert.ok(detector.score(wild) > detector.score(plain));
        assert.ok(blame(wild, name) > blame(plain, name));
      }
    });

    it('lets ignored tags take no part', () => {
      const ignored = new Set([0, 4]);
      const plain = rowOf(data, 8);
      const wild = shifted(data, 8, { LIT1: 1e6 }).map((value, index) =>
        data.schema.features[index].tag === 4 ? -1e9 : value,
      );
      assert.equal(detector.score(wild, ignored), detector.score(plain, ignored));
      assert.ok(detector.explain(wild, ignored).every(({ tag }) => tag !== 'LIT1' && tag !== 'AIT1'));
      assert.ok(Number.isFinite(detector.score(wild, new Set([0, 1, 2, 3, 4, 5]))));
      assert.deepEqual(detector.explain(wild, new Set([0, 1, 2, 3, 4, 5])), []);
    });

    it('names as many tags as are asked for', () => {
      assert.equal(detector.explain(shifted(data, 8, { LIT1: 900 }), undefined, 1).length, 1);
    });

    it('scores a window by where normal is now, and expects it there', () => {
      const plain = rowOf(data, 8);
      const by = data.schema.features.map(({ tag }) => (tag === 4 ? 3 : 0));
      const moved = plain.map((value, index) => value + by[index] * detector.scaler.spread[index]);
      const baseline = Float64Array.from(by);
      const near = (a: number, b: number) => assert.ok(Math.abs(a - b) <= 1e-4 * Math.max(1, Math.abs(b)), `${a} ${b}`);
      near(detector.score(moved, undefined, baseline), detector.score(plain));
      near(detector.score(plain, undefined, new Float64Array(0)), detector.score(plain));
      const before = detector.explain(plain, undefined, 6);
      for (const { tag, feature, expected } of detector.explain(moved, undefined, 6, baseline)) {
        const told = before.find((other) => other.tag === tag && other.feature === feature);
        const index = data.schema.features.findIndex(
          (each) => data.schema.tags[each.tag].name === tag && each.statistic === feature,
        );
        if (told !== undefined) near(expected, told.expected + by[index] * detector.scaler.spread[index]);
      }
    });

    it('is refused when a part is missing, misshapen or not finite', () => {
      // What drift is told by may be missing; a detector does not look at it.
      for (const name of Object.keys(artifact.tensors).filter((each) => !each.startsWith('drift.'))) {
        const { [name]: part, ...others } = artifact.tensors;
        const broken = (reason: string, tensors: DetectorArtifact['tensors']) =>
          assert.throws(
            () => detectorOf({ ...artifact, tensors }),
            (error) => error instanceof SwatError && error.code === 'model-unusable' && error.details.reason === reason,
            `${name} ${reason}`,
          );
        // A network is as deep as its kernels say: without one, it is the shape that no longer fits. So with views.
        if (!/^dense[1-9].*kernel$|^view[1-9].features$/.test(name)) broken('missing', others);
        broken('shape', { ...others, [name]: { shape: [...part.shape, 2], data: part.data } });
        const data = part.data.slice();
        data[0] = NaN;
        broken('not-finite', { ...others, [name]: { shape: part.shape, data } });
      }
    });
  });
}
