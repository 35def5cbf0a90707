import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../harness/eventually';
import helper from '../harness/helper';
import type { PlantNode } from '../../nodes/runtime/plant-node';
import swatPlant from '../../nodes/swat-plant';
import { SwatError } from '../../lib/errors';

interface Answer {
  tags: { name: string }[];
  problems: { line: number; code: string }[];
  error: string;
}

describe('swat-plant', () => {
  let folder: string;

  beforeEach((done) => {
    folder = mkdtempSync(join(tmpdir(), 'swat-plant-'));
    helper.settings({ userDir: folder, uiPort: 0, uiHost: '127.0.0.1' });
    helper.startServer(done);
  });

  afterEach((done) => {
    void helper.unload().then(() =>
      helper.stopServer(() => {
        rmSync(folder, { recursive: true, force: true });
        done();
      }),
    );
  });

  const load = async (settings: Record<string, unknown>): Promise<PlantNode> => {
    await helper.load(swatPlant, [{ id: 'p1', type: 'swat-plant', name: 'mine', ...settings }]);
    return helper.getNode('p1') as unknown as PlantNode;
  };
  const learned = (): string => join(folder, 'swat', 'plants', 'p1.json');
  const exists = (path: string): boolean => {
    try {
      return readFileSync(path).length > 0;
    } catch {
      return false;
    }
  };

  it('has the SWaT tags unless told otherwise', async () => {
    const node = await load({});
    assert.equal(node.plant?.tags.length, 51);
    assert.equal(node.offer({}), true);
  });

  it('has the tags of its own list', async () => {
    const node = await load({ source: 'list', tags: [{ name: 'LIT1', low: '0', high: '5' }] });
    assert.deepEqual(
      node.plant?.tags.map((tag) => tag.name),
      ['LIT1'],
    );
  });

  it('has no plant and says why when the list is unusable', async () => {
    const node = await load({ source: 'list', tags: [] });
    assert.equal(node.plant, undefined);
    assert.throws(
      () => node.offer({ A: 1 }),
      (error) => error instanceof SwatError && error.code === 'plant-empty',
    );
  });

  it('learns from the first frames, and still knows after a restart', async () => {
    const settings = { source: 'learn', learnFrames: 10 };
    const node = await load(settings);
    for (let frame = 1; frame < 10; frame += 1) assert.equal(node.offer({ LIT1: frame + 0.5 }), false);
    assert.deepEqual([node.plant, node.learning], [undefined, { frames: 9, needed: 10 }]);
    assert.equal(node.offer({ LIT1: 3.5 }), true);
    assert.equal(node.plant?.tags[0].name, 'LIT1');
    assert.equal(node.learning, undefined);

    await eventually(() => exists(learned()));
    await helper.unload();
    const again = await load(settings);
    assert.equal(again.plant?.tags[0].name, 'LIT1');
  });

  it('goes on learning after a restart', async () => {
    const settings = { source: 'learn', learnFrames: 10 };
    const first = await load(settings);
    for (let i = 0; i < 6; i += 1) first.offer({ LIT1: 500 + i });
    await helper.unload();
    const second = await load(settings);
    await eventually(() => second.learning?.frames === 6);
    assert.deepEqual(second.learning, { frames: 6, needed: 10 });
    for (let i = 6; i < 10; i += 1) second.offer({ LIT1: 500 + i });
    assert.equal(second.plant?.tags[0].name, 'LIT1');
  });

  it('refuses a corrupt file of learned tags and leaves it there', async () => {
    mkdirSync(join(folder, 'swat', 'plants'), { recursive: true });
    writeFileSync(learned(), '{"version":1,"tags":[{]');
    const node = await load({ source: 'learn' });
    assert.throws(
      () => node.offer({ A: 1 }),
      (error) => error instanceof SwatError && error.code === 'plant-file',
    );
    assert.equal(readFileSync(learned(), 'utf8').length, 23);
  });

  it('reads pasted CSV for the dialog, and tells broken lines', async () => {
    await load({});
    const { body } = (await helper
      .request()
      .post('/swat-plant/csv')
      .send({ csv: 'tag,low,high\nA,0,1\nB,x,1' })
      .expect(200)) as { body: Answer };
    assert.deepEqual(
      body.tags.map((tag) => tag.name),
      ['A'],
    );
    assert.deepEqual(
      body.problems.map(({ line, code }) => [line, code]),
      [[3, 'tag-number']],
    );
    await helper.request().post('/swat-plant/csv').send({ csv: 7 }).expect(400);
  });

  it('writes a list as CSV, and says what is wrong with one', async () => {
    await load({});
    const post = (tags: unknown) => helper.request().post('/swat-plant/csv/text').send({ tags });
    const source = { table: 'holding', register: '4', dataType: 'float32', order: 'CDAB' };
    const good = await post([{ name: 'A', low: '0', high: '1', source }]).expect(200);
    assert.equal(
      (good.body as { csv: string }).csv,
      'tag,stage,kind,unit,low,high,states,table,register,data type,word order\nA,P1,sensor,,0,1,,holding,4,float32,CDAB',
    );
    const twice = [1, 2].map((index) => ({ name: `A${index}`, low: 0, high: 1, source: { ...source, register: 4 } }));
    const bad = await post(twice).expect(400);
    assert.match((bad.body as Answer).error, /A1 and A2 both read register 4/);
    await post('none').expect(400);
  });

  it('gives the tags of the preset and of a deployed plant to copy', async () => {
    await load({ source: 'list', tags: [{ name: 'LIT1', low: '0', high: '5' }] });
    const preset = (await helper.request().get('/swat-plant/swat/tags').expect(200)) as { body: Answer };
    assert.equal(preset.body.tags.length, 51);
    const own = (await helper.request().get('/swat-plant/p1/tags').expect(200)) as { body: Answer };
    assert.equal(own.body.tags.length, 1);
    await helper.request().get('/swat-plant/nobody/tags').expect(404);
  });

  it('starts over when it is told to learn again, also past a corrupt file', async () => {
    mkdirSync(join(folder, 'swat', 'plants'), { recursive: true });
    writeFileSync(learned(), 'torn');
    const node = await load({ source: 'learn', learnFrames: 10, generation: 1 });
    for (let frame = 0; frame < 10; frame += 1) node.offer({ FIT2: frame });
    assert.equal(node.plant?.tags[0].name, 'FIT2');
    await eventually(() => exists(join(folder, 'swat', 'plants', 'p1.1.json')));
    assert.equal(readFileSync(learned(), 'utf8'), 'torn');
  });
});
