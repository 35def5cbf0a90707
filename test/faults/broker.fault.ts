import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { FlowNode } from '../harness/admin';
import { eventually } from '../harness/eventually';
import { fakeClock } from '../harness/fake-clock';
import { TestKafka } from '../harness/kafka';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { skip } from '../harness/skip';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

/**
 * Both clocks of Node-RED go so many times as fast: in the full form the broker is away for an hour of them. Its patience is as
 * short then, half a second of the machine's for an answer: not for a machine with other work.
 */
const [SPEED, GONE_MS] = process.env.SWAT_FULL === undefined ? [4, 10_000] : [30, 120_000];
/** Records that wait in the topic, and at most so many that are between reading and writing when the broker goes. */
const RECORDS = 3000;
/** Messages that come from elsewhere while it is away. */
const EVERY_MS = 250;

function flowOf(brokers: string, from: string, to: string): FlowNode[] {
  const on = (id: string, type: string, wires: string[][], more: object = {}): FlowNode => ({ id, type, z: 'tab', x: 100, y: 100, wires, ...more }); // prettier-ignore
  return [
    { id: 'tab', type: 'tab', label: 'broker' },
    { id: 'kafka', type: 'swat-kafka', name: '', brokers },
    on('reads', 'swat-kafka-in', [['slow'], [], []], { broker: 'kafka', topics: from, group: 'gone', from: 'oldest', settle: 'each', inFlight: 500 }), // prettier-ignore
    // Half a second, so that the broker goes while there are some between reading and writing.
    on('slow', 'function', [['writes']], { func: `setTimeout(() => { node.send(msg); node.done(); }, ${500 * SPEED});`, outputs: 1 }), // prettier-ignore
    on('writes', 'swat-kafka-out', [[], [], []], { broker: 'kafka', topic: to, key: 'key', keyType: 'msg' }),
    on('in', 'http in', [['writes']], { url: '/say', method: 'post' }),
    on('taken', 'complete', [['answerable']], { scope: ['writes'] }),
    on('answerable', 'switch', [['answer']], { property: 'res', propertyType: 'msg', rules: [{ t: 'nnull' }] }),
    on('answer', 'http response', [], { statusCode: '204' }),
  ];
}

describe('a broker that is gone', () => {
  const kafka = new TestKafka();
  let userDir: string;
  let nodeRed: RunningNodeRed | undefined;

  after(async function () {
    this.timeout(60_000);
    await nodeRed?.stop();
    await kafka.remove();
    removeUserDir(userDir);
  });

  it(`for ${(GONE_MS * SPEED) / 1000} s of its clock: nothing is lost, only what was between reading and writing comes twice, and it goes on by itself`, async function () {
    this.timeout(240_000 + GONE_MS);
    // An attempt before this one may have left it, in the same group.
    await nodeRed?.stop();
    userDir = createUserDir();
    const clock = fakeClock(userDir, SPEED);
    if (clock === undefined) skip(this, 'libfaketime is not installed: apt-get install libfaketime');
    linkModule(userDir);
    await kafka.start();
    await kafka.create('swat-dead-letters', 1, { 'message.timestamp.type': 'LogAppendTime' });
    // Records have the broker's time: it refuses those of a clock that is an hour ahead.
    const byBroker = { 'message.timestamp.type': 'LogAppendTime' };
    const [from, to] = [await kafka.topic(3, byBroker), await kafka.topic(3, byBroker)];
    const waiting = Array.from({ length: RECORDS }, (_, index) => `read ${index}`);
    const texts = waiting.map((text) => JSON.stringify(text));
    await kafka.write(from, texts);
    // Else what is told may be that a broker that has just come up is not ready.
    await kafka.read(from, RECORDS);
    const running = await startNodeRed({ userDir, flows: flowOf(kafka.address, from, to), env: clock.env });
    nodeRed = running;
    const say = async (text: string): Promise<string> => {
      const headers = { 'content-type': 'text/plain' };
      const { status } = await fetch(`${running.url}/say`, { method: 'POST', headers, body: text });
      assert.equal(status, 204, text);
      return text;
    };
    await say('said before');
    const said = [Promise.resolve('said before')];
    assert.ok((await kafka.read(to, 400, 45_000)).length >= 400, 'records go through');

    await kafka.kill();
    const back = performance.now() + GONE_MS;
    while (performance.now() < back) {
      said.push(say(`said ${said.length}`));
      await pause(EVERY_MS);
    }
    const toldBy = (node: string): string[] =>
      [...running.log().matchAll(new RegExp(`\\[error\\] \\[swat-kafka-\\w+:${node}\\] (.*)`, 'g'))].map(
        ([, text]) => text,
      );
    const bothTell = (): boolean => toldBy('reads').length > 0 && toldBy('writes').length > 0;
    await eventually(bothTell, () => `nobody says that there is no broker\n${running.log().slice(-3000)}`, 60_000);
    const told = [toldBy('reads'), toldBy('writes')];
    await kafka.start();
    const expected = [...(await Promise.all(said)), ...waiting];

    let found: string[] = [];
    const all = async (): Promise<boolean> => {
      found = (await kafka.read(to, Infinity, 4000)).map(({ value }) => String(value));
      return new Set(found).size >= expected.length;
    };
    await eventually(all, () => `${new Set(found).size} of ${expected.length}\n${running.log().slice(-3000)}`, 150_000);
    const written = found.map((value) => value.replaceAll('"', ''));
    assert.deepEqual([...new Set(written)].sort(), [...expected].sort());
    const twice = written.length - expected.length;
    console.log(`      ${expected.length} records, ${twice} of them twice`);
    assert.deepEqual(await kafka.read('swat-dead-letters', 1, 2000), [], 'nothing was wrong with any record');
    assert.ok(twice <= 500, 'no more than was in flight');
    for (const texts of told) assert.deepEqual(texts, [...new Set(texts)], 'each says once what is wrong');
    assert.doesNotMatch(running.log(), /uncaught|unhandled/i);
  });
});
