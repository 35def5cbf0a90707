import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tagsIn } from '../../../lib/cli/tags-file';
import { errorText } from '../../../lib/cli/terminal';
import { csvOf } from '../../../lib/plant/csv';
import { SWAT } from '../../../lib/plant/swat';
import { withFolder } from '../model/sample';

describe('the file of --plant', () => {
  it('is CSV as the dialog writes it, or JSON', () =>
    withFolder(async (folder) => {
      const [csv, json] = [join(folder, 'tags.csv'), join(folder, 'tags.json')];
      writeFileSync(csv, `\uFEFF${csvOf(SWAT.tags)}`);
      writeFileSync(json, JSON.stringify({ tags: SWAT.tags }));
      const tags = await tagsIn(csv);
      assert.equal(tags.length, 51);
      assert.deepEqual(tags, await tagsIn(json));
    }));

  it('is refused with its line where one cannot be read', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'tags.csv');
      writeFileSync(path, 'tag,low,high\nLIT1,0,1\nLIT2,x,1\n');
      await assert.rejects(tagsIn(path), (error) => /tags\.csv, line 3: .*low/.test(errorText(error)));
    }));
});
