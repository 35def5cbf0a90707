import assert from 'node:assert/strict';
import type { Verdict } from '../../lib/alarm/verdict';
import { AlarmFlow, score, scored, type Loose } from '../harness/alarm-flow';
import helper from '../harness/helper';

describe('swat-severity', () => {
  let flow: AlarmFlow;

  beforeEach(() => (flow = new AlarmFlow()));
  afterEach(() => flow.remove());

  it('joins branches, keeps other properties, and settles every message', async () => {
    await flow.load();
    flow.send('severity', scored(1, { autoencoder: score(0.4) }, { label: 'left' }));
    flow.send('severity', scored(1, { iforest: score(0.6) }, { label: 'right' }));
    await flow.until(() => flow.got.done.length === 2);
    assert.equal(flow.got.verdict.length, 1);
    const [message] = flow.got.verdict;
    assert.equal(message.label, 'left');
    assert.deepEqual(Object.keys(message.scores as Loose), ['autoencoder', 'iforest']);
    const { partial, ratio, detectors, text } = message.payload as Verdict;
    assert.deepEqual(
      [partial, ratio, Object.keys(detectors), text],
      [false, 0.6, ['autoencoder', 'iforest'], 'Normal.'],
    );
    assert.deepEqual(flow.errors, []);
  });

  it('goes on without a detector that stays silent, marked partial, and leaves out its straggler', async () => {
    await flow.load({ maxWait: 0.05 });
    flow.send('severity', scored(1, { autoencoder: score(0.4) }));
    await flow.until(() => flow.got.done.length === 1);
    flow.send('severity', scored(1, { iforest: score(0.6) }));
    await flow.until(() => flow.got.done.length === 2);
    assert.deepEqual(
      flow.got.verdict.map((message) => (message.payload as Verdict).partial),
      [true],
    );
  });

  it('settles what it holds on reset and on close, without a verdict', async () => {
    await flow.load({ maxWait: 60 });
    flow.send('severity', scored(1, { autoencoder: score(0.4) }));
    flow.send('severity', { swat: { command: 'reset' } });
    await flow.until(() => flow.got.done.length === 2);
    flow.send('severity', scored(2, { autoencoder: score(0.4) }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(flow.got.done.length, 2);
    const before = flow.got.done;
    await (helper.getNode('severity') as unknown as { close(): Promise<void> }).close();
    await flow.until(() => before.length === 3);
    assert.equal(flow.got.verdict.length, 0);
  });

  it('says that no detector is ready, in the verdict and in grey', async () => {
    await flow.load();
    flow.send('severity', scored(1, { autoencoder: score(0, { ready: false }), iforest: score(0, { ready: false }) }));
    await flow.until(() => flow.got.verdict.length === 1);
    assert.equal((flow.got.verdict[0].payload as Verdict).finding, 'not-ready');
    assert.ok(flow.shown.some(({ fill }) => fill === 'grey'));
  });

  for (const [code, message] of [
    ['scores-missing', { payload: scored(1, {}).payload }],
    ['scores-missing', scored(1, JSON.parse('{"__proto__": {"autoencoder": 1}}') as Loose)],
    ['score-wrong', scored(1, { autoencoder: score(Number.NaN) })],
    ['score-wrong', scored(1, { autoencoder: score(Infinity) })],
    ['score-wrong', scored(1, { autoencoder: 'x'.repeat(1_000_000) })],
    ['severity-window', { payload: 'x'.repeat(1_000_000), scores: {} }],
    ['severity-window', { payload: null, scores: {} }],
    ['ratio-kinds-mixed', scored(1, { autoencoder: score(2), iforest: score(2, { ratioKind: 'raw' }) })],
    ['unknown-command', { swat: { command: 'train' } }],
    ['command-missing', { swat: {} }],
    ['unknown-command', { swat: { command: ['reset'] } }],
  ] as const) {
    it(`answers ${JSON.stringify(message).slice(0, 50)} with ${code}`, async () => {
      await flow.load();
      flow.send('severity', message);
      await flow.until(() => flow.errors.length > 0);
      flow.send('severity', scored(2, { autoencoder: score(0.4), iforest: score(0.4) }));
      await flow.until(() => flow.got.verdict.length === 1);
      assert.deepEqual(flow.codes(), [code]);
    });
  }

  for (const [code, settings] of [
    ['levels-order', { infoFrom: 3 }],
    ['levels-persistence', { persistN: '11' }],
    ['expected-none', { expectAutoencoder: false, expectIforest: false }],
    ['expected-forest-alone', { expectAutoencoder: false }],
    ['expected-forest-alone', { fusion: 'weighted-mean', weightAutoencoder: 0 }],
    ['setting-number', { hysteresis: 'much' }],
    ['setting-choice', { fusion: 'median' }],
  ] as const) {
    it(`refuses ${JSON.stringify(settings)} with ${code}, for every message`, async () => {
      await flow.load(settings);
      flow.send('severity', scored(1, { autoencoder: score(0.4), iforest: score(0.4) }));
      await flow.until(() => flow.errors.length > 0);
      assert.equal(flow.codes().at(-1), code);
    });
  }
});
