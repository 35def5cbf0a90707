import assert from 'node:assert/strict';
import { topicOffsets, type OffsetReader } from '../../../lib/kafka/kafkajs-offsets';

const FOUND = [{ partition: 0, offset: '7', high: '7', low: '2' }];

/** A reader that fails so often, as kafkajs does, and then answers; and what was done with it. */
function reader(done: string[], name: string, failures: string[]): OffsetReader {
  return {
    connect: () => Promise.resolve(void done.push(`${name} connects`)),
    disconnect: () => Promise.resolve(void done.push(`${name} leaves`)),
    fetchTopicOffsets() {
      const type = failures.shift();
      done.push(`${name} asks`);
      return type === undefined ? Promise.resolve(FOUND) : Promise.reject(Object.assign(new Error(type), { type }));
    },
  };
}

function timers(waited: number[]): Parameters<typeof topicOffsets>[3] {
  return {
    after(ms, callback) {
      waited.push(ms);
      setImmediate(callback);
      return () => undefined;
    },
  };
}

describe('the offsets of a topic', () => {
  it('are asked for anew, by a reader that knows no leaders yet, where the leader is moving', async () => {
    const done: string[] = [];
    const waited: number[] = [];
    const failures = ['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE'];
    const found = await topicOffsets(
      reader(done, 'first', failures),
      () => reader(done, 'fresh', failures),
      'plant',
      timers(waited),
    );
    assert.deepEqual(found, FOUND);
    const fresh = ['fresh connects', 'fresh asks', 'fresh leaves'];
    assert.deepEqual(done, ['first asks', ...fresh, ...fresh]);
    assert.deepEqual(waited, [100, 200]);
  });

  it('are not asked for again where something else is wrong, nor for ever', async () => {
    for (const [type, asks] of [
      ['TOPIC_AUTHORIZATION_FAILED', 1],
      ['NOT_LEADER_FOR_PARTITION', 8],
    ] as const) {
      const done: string[] = [];
      const failures = Array<string>(100).fill(type);
      const made = (): OffsetReader => reader(done, 'one', failures);
      await assert.rejects(topicOffsets(made(), made, 'plant', timers([])), { type });
      assert.equal(done.filter((each) => each === 'one asks').length, asks, type);
    }
  });
});
