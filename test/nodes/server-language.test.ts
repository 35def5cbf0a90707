import assert from 'node:assert/strict';
import { SWAT_GUIDANCE, swatGuidanceKey } from '../../lib/plant/swat-guidance';
import type { Guidance } from '../../lib/plant/dictionary';
import { englishText } from '../../lib/platform/catalogue';
import { AlarmDeskClient, alarmDeskFlow, Refused } from '../harness/alarm-desk';
import { LIT101 } from '../harness/alarm-flow';
import { startCollector, type Collector } from '../harness/collector';
import { eventually } from '../harness/eventually';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

describe('a Node-RED whose environment is German', function () {
  this.timeout(90_000);
  const userDir = createUserDir();
  let collector: Collector;
  let nodeRed: RunningNodeRed | undefined;

  before(async () => {
    linkModule(userDir);
    collector = await startCollector();
    const flow = alarmDeskFlow({ plant: 'plant', log: false }, collector);
    const plant = { id: 'plant', type: 'swat-plant', name: 'Wasserwerk', source: 'swat', tags: [], learnFrames: 600 };
    const env = { LC_ALL: 'de_DE.UTF-8' };
    nodeRed = await startNodeRed({ userDir, env, settings: { lang: undefined }, flows: [...flow, plant] });
  });
  after(async () => {
    await nodeRed?.stop();
    await collector.close();
    removeUserDir(userDir);
  });

  it('tells alarms, what to do about them, and refusals in German', async () => {
    const desk = new AlarmDeskClient(() => nodeRed?.url ?? '');
    const params = { ...LIT101, place: 'P1', level: 'WARNING', ratio: 1.7 };
    await desk.verdict({ asset: 'line-1', time: Date.now(), finding: 'anomaly', level: 'WARNING', ratio: 1.7, tags: [LIT101], sentence: { code: 'anomaly-mean-above', params } }); // prettier-ignore
    await eventually(
      () => collector.posts.some(({ event }) => event === 'raised'),
      () => JSON.stringify(collector.posts),
    );
    const raised = collector.posts.find(({ event }) => event === 'raised') ?? {};
    assert.equal(
      raised.text,
      'WARNING-Alarm in line-1. P1: Mittelwert von LIT101 ist 823,4 mm, erwartet etwa 512,1 mm (WARNING, 1,7-fache Schwelle).',
    );
    assert.match((raised.guidance as Guidance).response, /^Vergleichen Sie LIT101 mit dem Schauglas/);
    await assert.rejects(desk.ask({ command: 'ack', id: 'line-2' }), (error) => {
      assert.ok(error instanceof Refused);
      assert.match(
        error.message,
        /Hier heißt kein Alarm und kein Asset „line-2“. Auf Quittierung warten: \w+ \(line-1\)/,
      );
      return true;
    });
  });
});

describe('guidance of the SWaT plant', () => {
  it('stands word by word in the catalogue of English, from which the languages are translated', () => {
    for (const [tag, guidance] of Object.entries(SWAT_GUIDANCE)) {
      const key = guidance === undefined ? undefined : swatGuidanceKey(tag, guidance);
      for (const part of ['cause', 'consequence', 'response'] as const)
        assert.equal(englishText(`guidance.${key ?? ''}.${part}`, {}), guidance?.[part], `${tag} ${part}`);
    }
  });

  it('is that of its owner where one word differs', () => {
    assert.ok(SWAT_GUIDANCE.LIT101);
    const own = { ...SWAT_GUIDANCE.LIT101, response: 'Call the shift leader.' };
    assert.equal(swatGuidanceKey('LIT101', own), undefined);
    assert.equal(swatGuidanceKey('LIT102', own), undefined);
  });
});
