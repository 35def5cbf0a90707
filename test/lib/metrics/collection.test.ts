import assert from 'node:assert/strict';
import { Collection, type Told } from '../../../lib/metrics/collection';
import { FAMILIES } from '../../../lib/metrics/families';

const WINDOW = { id: 'n1', type: 'swat-window', name: 'line "1"\\' };

/** Lines of a text form that are series of ours. */
function series(text: string): string[] {
  return text.split('\n').filter((line) => line.startsWith('swat_'));
}

describe('the collection of metrics', () => {
  const told = (figures: ReturnType<Told['figures']>): Told => ({ figures: () => figures });

  it('tells each node by its id, type and name, and what it tells as it is at the time', async () => {
    const collection = new Collection({ version: '1.2.3' });
    let samples = 5;
    collection.join(WINDOW, {
      figures: () => ({ swat_samples_total: samples, swat_bad_values_total: { missing: 2, stale: 0 } }),
    });
    const labels = String.raw`node="n1",type="swat-window",name="line \"1\"\\"`;
    assert.ok(series(await collection.text()).includes(`swat_samples_total{${labels}} 5`));
    samples = 7;
    const lines = series(await collection.text());
    assert.ok(lines.includes(`swat_samples_total{${labels}} 7`), lines.join('\n'));
    assert.ok(lines.includes(`swat_bad_values_total{${labels},reason="missing"} 2`));
    assert.ok(lines.includes(`swat_bad_values_total{${labels},reason="stale"} 0`));
    assert.ok(lines.includes('swat_build_info{version="1.2.3"} 1'));
  });

  it('keeps nothing of a node that has left', async () => {
    const collection = new Collection({ version: '1' });
    const before = series(await collection.text());
    const member = collection.join(WINDOW, told({ swat_samples_total: 1, swat_alarms: { acknowledged: 1 } }));
    member.verdict(0.2);
    assert.notDeepEqual(series(await collection.text()), before);
    member.leave();
    member.verdict(0.2);
    assert.deepEqual(series(await collection.text()), before);
  });

  it('keeps two nodes of one id apart where a new one joins before the old one has left', async () => {
    const collection = new Collection({ version: '1' });
    const old = collection.join({ id: 'n1', type: 'swat-window' }, told({}));
    collection.join({ id: 'n1', type: 'swat-window' }, told({ swat_samples_total: 3 }));
    old.leave();
    assert.ok(series(await collection.text()).includes('swat_samples_total{node="n1",type="swat-window",name=""} 3'));
  });

  it('sorts the age of verdicts into buckets; one that lies ahead is of no age', async () => {
    const collection = new Collection({ version: '1' });
    const member = collection.join({ id: 's', type: 'swat-severity' }, told({}));
    for (const age of [-5, 0.03, 0.03, 400]) member.verdict(age);
    const lines = series(await collection.text());
    const bucket = (le: string): string | undefined =>
      lines.find((line) => line.startsWith(`swat_verdict_age_seconds_bucket{le="${le}"`))?.split(' ')[1];
    assert.deepEqual([bucket('0.01'), bucket('0.025'), bucket('0.05'), bucket('300'), bucket('+Inf')], ['1', '1', '3', '3', '4']); // prettier-ignore
  });

  it('is ready once the flows run and no node waits, and says which does', async () => {
    const collection = new Collection({ version: '1' });
    let reason: string | undefined = 'no-model';
    collection.join({ id: 'd', type: 'swat-pca' }, { figures: () => ({}), waitsFor: () => reason });
    assert.deepEqual(collection.readiness(), {
      ready: false,
      running: false,
      waiting: [{ id: 'd', type: 'swat-pca', reason: 'no-model' }],
    });
    collection.running = true;
    assert.equal(collection.readiness().ready, false);
    const waits = 'swat_not_ready{node="d",type="swat-pca",name="",reason="no-model"} 1';
    assert.ok(series(await collection.text()).includes(waits));
    reason = undefined;
    assert.deepEqual(collection.readiness(), { ready: true, running: true, waiting: [] });
    const lines = series(await collection.text());
    assert.ok(lines.includes('swat_ready 1'));
    assert.ok(!lines.some((line) => line.startsWith('swat_not_ready{')));
  });

  it('goes on without a node that cannot tell its figures, and says so', async () => {
    const collection = new Collection({ version: '1' });
    collection.running = true;
    collection.join(
      { id: 'bad', type: 'swat-alert' },
      {
        figures: () => {
          throw new Error('broken');
        },
        waitsFor: () => {
          throw new Error('broken');
        },
      },
    );
    collection.join({ id: 'good', type: 'swat-window' }, told({ swat_assets: 2 }));
    const lines = series(await collection.text());
    assert.ok(lines.includes('swat_assets{node="good",type="swat-window",name=""} 2'));
    assert.ok(lines.includes('swat_collection_failed{node="bad",type="swat-alert",name=""} 1'));
    assert.equal(collection.readiness().ready, false);
  });

  it('has a help text for every metric, and labels that are never of an asset or a tag', () => {
    for (const [name, form] of Object.entries(FAMILIES) as [string, { help: string; by?: string }][]) {
      assert.match(name, /^swat_[a-z0-9_]+$/);
      assert.match(form.help, /\.$/, name);
      assert.ok(!['asset', 'tag', 'user', 'topic'].includes(form.by ?? ''), name);
    }
  });

  it('has the figures of the process once, however many collections there are', async () => {
    const [first, second] = [new Collection({ version: '1' }), new Collection({ version: '1' })];
    for (const text of await Promise.all([first.text(), second.text()])) {
      for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds'])
        assert.equal(text.split(`# TYPE ${name} `).length, 2, name);
    }
  });
});
