import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { watchLoop } from '../../../lib/platform/loop-delay';

describe('the watch on the event loop', () => {
  it('tells what has held it up, to everyone who asks within a second, and only once', async () => {
    let now = 0;
    const watch = watchLoop(() => now);
    try {
      await pause(30);
      const end = performance.now() + 60;
      while (performance.now() < end);
      await pause(30);
      const first = watch.take();
      assert.ok(first.max >= 40, `${first.max} ms`);
      now = 999;
      assert.deepEqual(watch.take(), first);
      await pause(50);
      now = 1000;
      assert.notDeepEqual(watch.take(), first);
    } finally {
      watch.close();
    }
  });
});
