import assert from 'node:assert/strict';
import { Peak } from '../../../lib/metrics/peak';

describe('Peak', () => {
  const START = 1_700_000_010_000;

  it('is the greatest value of the last minute, whatever came after it', () => {
    const peak = new Peak();
    assert.equal(peak.value(START), undefined);
    peak.note(0.5, START);
    peak.note(3, START + 1000);
    peak.note(1, START + 2000);
    assert.equal(peak.value(START + 60_000), 3);
  });

  it('forgets after a minute and a half at the latest', () => {
    const peak = new Peak();
    peak.note(3, START);
    peak.note(1, START + 45_000);
    assert.equal(peak.value(START + 90_000), 1);
    assert.equal(peak.value(START + 150_000), undefined);
  });

  it('begins anew after a long pause', () => {
    const peak = new Peak();
    peak.note(3, START);
    peak.note(0.1, START + 86_400_000);
    assert.equal(peak.value(START + 86_400_000), 0.1);
  });
});
