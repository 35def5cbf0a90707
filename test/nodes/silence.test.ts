import assert from 'node:assert/strict';
import { AlarmFlow, score, scored } from '../harness/alarm-flow';

/** The node's clock runs ahead, as if time had passed; its timer is a real one. */
describe('the status of a node to which nothing comes any more', function () {
  this.timeout(30_000);
  const realNow = performance.now.bind(performance);
  let flow: AlarmFlow;

  beforeEach(() => (flow = new AlarmFlow()));
  afterEach(async () => {
    performance.now = realNow;
    await flow.remove();
  });

  it('says since when there are no data, and how it stands with the next window', async () => {
    await flow.load();
    const give = (second: number): void =>
      flow.send('severity', scored(second, { autoencoder: score(0.4), iforest: score(0.4) }));
    const last = (): { fill?: string; text?: string } =>
      flow.shown.filter(({ text }) => text !== 'no alarm').at(-1) ?? {};
    give(1);
    await flow.until(() => last().fill === 'green');
    performance.now = () => realNow() + 31_000;
    for (let tries = 0; tries < 80 && last().fill !== 'grey'; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
    assert.match(last().text ?? '', /^no data since \d\d:\d\d$/);
    give(2);
    await flow.until(() => last().fill === 'green');
  });
});
