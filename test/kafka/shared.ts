import { TestKafka } from '../harness/kafka';

let starting: Promise<TestKafka> | undefined;

/** The broker that all tests of a run share; it ends with the process. */
export function sharedKafka(): Promise<TestKafka> {
  starting ??= (async () => {
    const kafka = new TestKafka();
    await kafka.start();
    // A new broker makes the topic of offsets first.
    const topic = await kafka.topic();
    for (let turn = 0; turn < 50; turn += 1) {
      const done = await kafka.read(topic, 0, 0).then(
        () => true,
        () => false,
      );
      if (done) break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return kafka;
  })();
  return starting;
}

after(async function () {
  this.timeout(60_000);
  await (await starting)?.remove();
});

/** Waits for what should happen. */
export async function until(what: string, ready: () => boolean, most = 20_000): Promise<void> {
  const deadline = Date.now() + most;
  while (!ready()) {
    if (Date.now() > deadline) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
