import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Overview } from '../../lib/history/reader';
import { checkout } from '../harness/user-dir';
import { attacked, elsewhere, NOW, overview } from './dashboard-payloads';
import { looks, openView, shot, type View } from './dashboard-view';
import { idleSession } from './session';

describe('the plant overview', function () {
  this.timeout(180_000);
  const session = idleSession();
  const open = (): Promise<View> => openView(session().browser, session().nodeRed.url, 'swat-overview');

  it('asks, and says what may be the matter while nothing has come', async () => {
    const { page, asked, problems } = await open();
    await page.clock.runFor(1500);
    await page.getByText('Waiting for Node-RED').waitFor();
    assert.equal(await page.getByText('Nothing has come yet').count(), 0);
    await page.clock.runFor(5000);
    await page.getByText('wired to a swat-history node').waitFor();
    assert.deepEqual((await asked()).slice(0, 2), [{ command: 'overview' }, { command: 'assets' }]);
    await shot(page, 'overview-waiting');
    assert.deepEqual(problems, []);
    await page.close();
  });

  it('says that there is no data of a plant', async () => {
    const { page, show } = await open();
    await show(overview({ asset: '', time: 0, tags: [], stages: [] }));
    await page.getByText('No data of any plant yet.').waitFor();
    await page.close();
  });

  it('shows normal operation without a colour, with levels, states and flows', async () => {
    const { page, show, problems } = await open();
    await show(overview());
    await page.getByText('Score at 34% of the threshold.').waitFor();
    assert.equal(await page.locator('.guilty').count(), 0);
    assert.equal(await page.getByRole('region', { name: 'P3 Ultrafiltration' }).locator('.badge').innerText(), 'Normal');
    const drawn = await page.locator('svg.mimic').allTextContents();
    const tags = overview().tags.map(({ tag }) => tag);
    assert.deepEqual(tags.filter((tag) => !drawn.join('\n').includes(tag)), []);
    const water = page.locator('svg.mimic .tag', { hasText: 'LIT101' }).locator('.water');
    assert.equal(Number(await water.getAttribute('height')).toFixed(1), ((622 / 1700) * 124).toFixed(1));
    assert.deepEqual(await coloured(page), []);
    assert.deepEqual(await looks(page, 'overview-normal'), []);
    assert.deepEqual(problems, []);
    await page.close();
  }); // prettier-ignore

  it('under attack names the tag by shape, word and colour, and tells bad values apart', async () => {
        const { page, show } = await open();
        await show(attacked());
        const guilty = page.locator('svg.mimic .guilty');
        assert.deepEqual(await guilty.locator('.name').allTextContents(), ['LIT301']);
        assert.equal(await guilty.locator('.shape.CRITICAL').count(), 1);
        const stage = page.getByRole('region', { name: 'P3 Ultrafiltration' });
        assert.match(await stage.innerText(), /CRITICAL\s+because of LIT301, P302/);
        assert.deepEqual(await page.locator('svg.mimic .involved .name').allTextContents(), ['P302', 'FIT401']);
        const along = page.getByRole('region', { name: 'P4 Dechlorination' });
        assert.match(await along.innerText(), /Involved\s+moves along: FIT401/);
        assert.deepEqual(await page.locator('svg.mimic .involved .name').allTextContents(), ['P302', 'FIT401']);
        assert.match(await page.getByRole('region', { name: 'P5 Reverse osmosis' }).innerText(), /Bad data/);
        assert.match(await page.locator('header').innerText(), /CRITICAL\s+P3: LIT301 reads 1,130 mm, expected about 903 mm\./);
        const alarms = page.getByRole('region', { name: 'Alarms' });
        assert.match(await alarms.innerText(), /Alarms \(2\)\s+CRITICAL\s+since 11:56:55 \(3 min\)[^]*Active, unacknowledged/);
        assert.deepEqual(await looks(page, 'overview-attack'), []);
        // On a phone the stages stand below each other.
        const place = async (name: string) => (await page.getByRole('region', { name }).boundingBox())!;
        const [first, second] = [await place('P1 Raw water'), await place('P2 Chemical dosing')];
        assert.deepEqual([first.x, first.y < second.y], [second.x, true]);
        await page.close();
  }); // prettier-ignore

  it('has every tag in a table, with what its value is worth', async () => {
    const { page, show } = await open();
    await show(attacked());
    await page.getByText('All 51 tags as a table').click();
    await page.clock.runFor(100);
    const row = (tag: string): Promise<string> => page.getByRole('row').filter({ hasText: tag }).innerText();
    assert.match(await row('LIT301'), /^P3\s+LIT301\s+1,130 mm\s+good\s+62%/);
    assert.match(await row('AIT203'), /330 mV\s+old/);
    assert.match(await row('PIT502'), /–\s+kPa\s+none yet/);
    await page.close();
  });

  it('draws any other plant by its stages', async () => {
    const { page, show } = await open();
    await show(elsewhere());
    assert.equal(await page.locator('svg.mimic').count(), 0);
    const stage = page.getByRole('region', { name: 'Filter' });
    assert.match(await stage.innerText(), /X_LIT301\s+1,130 mm/);
    assert.equal(await stage.locator('.guilty .shape').count(), 1);
    assert.deepEqual(await looks(page, 'overview-other-plant'), []);
    await page.close();
  });

  it('says since when nothing was heard, greys out, and comes back', async () => {
    const { page, show } = await open();
    await show(attacked());
    assert.equal(await page.getByRole('alert').count(), 0);
    await page.clock.runFor(11_000);
    assert.match(await page.getByRole('alert').innerText(), /No news from Node-RED for 1\d s: all below is as it was at 12:00:0\d/);
    assert.equal(await page.locator('.lost .view').evaluate((view) => getComputedStyle(view).filter), 'grayscale(1)');
    await shot(page, 'overview-lost');
    await show(overview());
    assert.equal(await page.getByRole('alert').count(), 0);
    await page.close();
  }); // prettier-ignore

  it('is not called normal while nothing comes of the plant, and tells plant time from the clock', async () => {
    const { page, show } = await open();
    const silent = { health: 'no-data', why: '' } as const;
    const time = NOW + 20 * 60_000;
    await show(overview({ time }, {}, Object.fromEntries(['P1', 'P2', 'P3', 'P4', 'P5', 'P6'].map((stage) => [stage, silent])))); // prettier-ignore
    assert.match(await page.locator('header.head').innerText(), /^No data\s+Nothing has come of the plant since 12:20:00\.[^]*plant time, \d+ min ahead of the clock$/); // prettier-ignore
    await page.close();
  });

  it('stays with the plant that is shown, and points to a worse one', async () => {
    const { page, show, asked } = await open();
    const assets = [
      { asset: 'Line 2', first: 0, last: NOW, level: 'CRITICAL' },
      { asset: 'SWaT', first: 0, last: NOW, level: 'NONE' },
    ];
    await show({ ...overview(), ok: true, command: 'overview' });
    await show({ ok: true, command: 'assets', assets });
    await show({ ...attacked(), asset: 'Line 2' } satisfies Overview);
    assert.match(await page.locator('header').innerText(), /Normal/);
    await page.getByRole('button', { name: 'Show it' }).click();
    assert.deepEqual((await asked()).at(-2), { command: 'overview', asset: 'Line 2' });
    await show({ ...attacked(), asset: 'Line 2', ok: true, command: 'overview' });
    assert.match(await page.locator('header').innerText(), /CRITICAL[^]*Line 2/);
    assert.equal(await page.getByLabel('Plant').inputValue(), 'Line 2');
    await page.close();
  });

  it('speaks the language of the browser, and English where it has no other', async () => {
    const { browser, nodeRed } = session();
    const folder = join(checkout, 'nodes', 'locales');
    const languages = readdirSync(folder).filter((each) => existsSync(join(folder, each, 'swat-dashboard.json')));
    for (const locale of [...languages, 'fr-FR']) {
      const { page, show } = await openView(browser, nodeRed.url, 'swat-overview', locale);
      await show(overview());
      const language = languages.includes(locale) ? locale : 'en-US';
      const file = readFileSync(join(folder, language, 'swat-dashboard.json'), 'utf8');
      const { noAlarm } = (JSON.parse(file) as { overview: { noAlarm: string } }).overview;
      await page.locator(`.swat[lang="${language}"]`).getByText(noAlarm).waitFor();
      await page.close();
    }
  });

  it('says why a question was refused', async () => {
    const { page, show } = await open();
    await show(overview());
    await show({ ok: false, command: 'overview', error: 'No plant here is called "Line 9".' });
    assert.equal(await page.getByRole('alert').innerText(), 'No plant here is called "Line 9".');
    await page.close();
  });
});

/** Colours in the element that are not grey: of texts, fills and lines. */
function coloured(page: View['page']): Promise<string[]> {
  return page.evaluate(() => {
    const { shadowRoot } = document.querySelector('swat-overview')!;
    const found = [...shadowRoot!.querySelectorAll('*')].flatMap((element) => {
      const { color, fill, stroke, borderTopColor } = getComputedStyle(element);
      return [color, fill, stroke, borderTopColor].filter((each) => {
        const [red, green, blue] = (each.match(/[\d.]+/g) ?? []).map(Number);
        return Math.max(red, green, blue) - Math.min(red, green, blue) > 40;
      });
    });
    return [...new Set(found)];
  });
}
