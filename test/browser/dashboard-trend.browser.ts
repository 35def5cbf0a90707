import { strict as assert } from 'node:assert';
import type { TrendQuery } from '../../lib/history/reader';
import { NOW, trend } from './dashboard-payloads';
import { looks, openView, type View } from './dashboard-view';
import { idleSession } from './session';

const HOUR = 3_600_000;

describe('the trend', function () {
  this.timeout(180_000);
  const session = idleSession();
  const assets = { ok: true, command: 'assets', assets: [{ asset: 'SWaT', first: 0, last: NOW, level: 'NONE' }] };

  /** Answers what was asked last. */
  const answer = async ({ asked, show }: View): Promise<TrendQuery> => {
    const query = (await asked()).findLast(({ command }) => command === 'trend') as TrendQuery;
    await show({ ok: true, command: 'trend', ...trend(query) });
    return query;
  };
  const open = async (): Promise<View> => {
    const view = await openView(session().browser, session().nodeRed.url, 'swat-trend');
    await view.page.clock.runFor(1100);
    await answer(view);
    await view.show(assets);
    return view;
  };

  it('shows score, threshold, the anomaly and the tags to blame', async () => {
        const view = await open();
        const { page, problems } = view;
        const summary = await page.locator('.summary').innerText();
        assert.match(summary, /SWaT, 11:00:00 to 12:00:00: the highest score was 6\.60 times the threshold, at 11:4\d:\d\d\. Anomalies: 1\. Most to blame: LIT301, P302, FIT301\./);
        assert.equal(await page.locator('svg.chart .episode.CRITICAL').count(), 4);
        // What was expected goes on from verdict to verdict, but not over the time at which the tag was not to blame.
        const bands = await page.locator('svg.chart .expected').evaluateAll((all) => all.map((each) => each.getAttribute('d')?.match(/M/g)?.length));
        assert.deepEqual(bands, [2, 1]);
        // No level is in colour that was not reached.
        assert.deepEqual(await page.locator('svg.chart .unseen .limit-name').allTextContents(), ['threshold', 'WARNING']);
        assert.deepEqual(await page.locator('svg.chart .cut text').allTextContents(), ['6.60']);
        const axes = await page.locator('svg.chart').evaluateAll((all) => all.map((each) => [...each.querySelectorAll('.axis')].map((mark) => mark.textContent)));
        assert.equal(axes.length, 4);
        for (const marks of axes) assert.ok(marks.includes('11:30') && !marks.includes('-0'), marks.join(' '));
        assert.ok(axes[0].includes('5+'));
        assert.deepEqual(axes[2].slice(0, 2), ['off', 'on']);
        assert.equal((await page.locator('.legend li').allTextContents()).length, 5);
        assert.deepEqual(await page.locator('.limit-name').allTextContents(), ['threshold', 'WARNING', 'CRITICAL']);
        // Ten minutes without data are a gap.
        const line = await page.locator('svg.chart .line').first().getAttribute('d');
        assert.equal(line?.match(/M/g)?.length, 2);
        assert.deepEqual(await looks(page, 'trend', () => answer(view)), []);
        assert.deepEqual(problems, []);
        await page.close();
  }); // prettier-ignore

  it('asks for the length that is chosen, follows the newest data, and stays quick with a day', async () => {
    const view = await open();
    const { page } = view;
    await page.getByRole('button', { name: '24 h' }).click();
    const { from, to, points = 0 } = await answer(view);
    assert.deepEqual([from, to], [NOW - 24 * HOUR, undefined]);
    assert.ok(points <= 1400, `${points}`);
    assert.equal(await page.getByRole('button', { name: '24 h' }).getAttribute('aria-pressed'), 'true');
    const drawing = await page.evaluate(async () => {
      const element = document.querySelector<HTMLElement & { data: object }>('swat-trend')!;
      const begin = performance.now();
      const given = structuredClone(element.data);
      element.data = given;
      await new Promise((resolve) => setTimeout(resolve, 0));
      return performance.now() - begin;
    });
    assert.ok(drawing < 500, `${drawing} ms`);
    await page.close();
  });

  it('zooms by dragging, moves, zooms by buttons, and goes back to now', async () => {
    const view = await open();
    const { page } = view;
    const box = (await page.locator('svg.chart').first().boundingBox())!;
    await page.mouse.move(box.x + 64 + (box.width - 78) * 0.5, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 64 + (box.width - 78) * 0.75, box.y + 60, { steps: 4 });
    await page.clock.runFor(100);
    assert.equal(await page.locator('.selection').count(), 4);
    await page.mouse.up();
    const dragged = await answer(view);
    assert.ok(Math.abs(dragged.from! - (NOW - HOUR / 2)) < 5000 && Math.abs(dragged.to! - (NOW - HOUR / 4)) < 5000, JSON.stringify(dragged));
    await page.getByText('it does not move on').waitFor();

    await page.getByRole('button', { name: 'Earlier' }).click();
    const earlier = await answer(view);
    assert.equal(earlier.from, Math.round(dragged.from! - (dragged.to! - dragged.from!) / 2));
    await page.getByRole('button', { name: 'Zoom out' }).click();
    const wider = await answer(view);
    assert.ok(Math.abs(wider.to! - wider.from! - 2 * (earlier.to! - earlier.from)) < 5);
    await page.getByRole('button', { name: 'Back to live' }).click();
    assert.deepEqual((await answer(view)).from, NOW - HOUR);
    assert.equal(await page.getByRole('button', { name: 'Back to live' }).count(), 0);
    await page.close();
  }); // prettier-ignore

  it('shows any span that two fields name, by keyboard, refuses one that is none, and goes back to live', async () => {
    const view = await open();
    const { page, show } = view;
    const [from, to] = [page.getByLabel('From', { exact: true }), page.getByLabel('To', { exact: true })];
    // They follow what is shown, until somebody is at them.
    assert.deepEqual([await from.inputValue(), await to.inputValue()], ['2026-11-28T11:00', '2026-11-28T12:00']);
    assert.equal(await page.getByText('it does not move on').count(), 0);
    const before = (await view.asked()).length;

    await page.getByRole('button', { name: 'Zoom out' }).focus();
    await page.keyboard.press('Tab');
    assert.equal(await from.evaluate((field) => (field.getRootNode() as ShadowRoot).activeElement === field), true);
    await from.fill('2026-11-28T13:00:00');
    await page.keyboard.press('Enter');
    await page.clock.runFor(100);
    assert.equal(await page.getByRole('alert').innerText(), '“To” must be after “From”.');
    assert.equal(await from.getAttribute('aria-invalid'), 'true');
    await to.fill('');
    // What comes meanwhile leaves the fields alone.
    await show({ ok: true, command: 'trend', ...trend({}) });
    assert.deepEqual([await from.inputValue(), await to.inputValue()], ['2026-11-28T13:00', '']);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.clock.runFor(100);
    assert.match(await page.getByRole('alert').innerText(), /^Give both times/);
    assert.equal((await view.asked()).slice(before).some(({ to: end }) => end !== undefined), false);

    await from.fill('2026-11-20T06:30:00');
    await to.fill('2026-11-28T06:30:00');
    await page.keyboard.press('Enter');
    await page.clock.runFor(100);
    const asked = await answer(view);
    assert.deepEqual([asked.from, asked.to], [Date.UTC(2026, 10, 20, 6, 30), Date.UTC(2026, 10, 28, 6, 30)]);
    assert.ok(asked.points! <= 1400, `${asked.points}`);
    assert.equal(await page.getByRole('alert').count(), 0);
    assert.match(await page.locator('.summary').innerText(), /^SWaT, Nov 20, 2026, 06:30:00 to Nov 28, 2026, 06:30:00: /);
    // An axis of days has days.
    const axis = await page.locator('svg.chart').first().locator('.axis').allTextContents();
    assert.ok(axis.includes('Nov 25'), axis.join(' '));
    await page.getByText('it does not move on').waitFor();
    assert.equal(await page.locator('button[aria-pressed=true]').count(), 0);
    assert.deepEqual(await looks(page, 'trend-span', () => answer(view)), []);
    await page.setViewportSize({ width: 1440, height: 900 });

    // What the server makes of it is said at the fields, and goes with the next span.
    await from.fill('1998-01-01T00:00:00');
    await to.fill('1998-01-02T00:00:00');
    await page.keyboard.press('Enter');
    await show({ ok: false, command: 'trend', code: 'history-span', error: 'A span of time must end after it begins.' });
    assert.equal(await page.getByRole('alert').innerText(), 'A span of time must end after it begins.');
    await page.getByRole('button', { name: 'Back to live' }).click();
    assert.deepEqual((await answer(view)).from, NOW - HOUR);
    assert.equal(await page.getByRole('alert').count(), 0);
    assert.equal(await page.getByRole('button', { name: '1 h', exact: true }).getAttribute('aria-pressed'), 'true');
    assert.deepEqual([await from.inputValue(), await to.inputValue()], ['2026-11-28T11:00', '2026-11-28T12:00']);
    await page.close();
  }); // prettier-ignore

  it('says since when there is a past, where a span is before it', async () => {
    const view = await open();
    const { page, show } = view;
    const known = { asset: 'SWaT', first: Date.UTC(2026, 10, 1, 8), last: NOW, level: 'NONE' };
    await show({ ...assets, assets: [known] });
    await page.getByLabel('From', { exact: true }).fill('2026-10-01T00:00:00');
    await page.getByLabel('To', { exact: true }).fill('2026-10-02T00:00:00');
    await page.keyboard.press('Enter');
    const query = (await view.asked()).findLast(({ command }) => command === 'trend') as TrendQuery;
    await show({ ok: true, command: 'trend', ...trend(query), score: [], episodes: [], tags: [] });
    await page.getByText('no score was kept. The oldest that is kept is of Nov 1, 2026, 08:00:00.').waitFor();
    await page.close();
  });

  it('tells the values at a time, to a pointer and to a keyboard', async () => {
    const { page } = await open();
    const slider = page.getByRole('slider', { name: 'Time' });
    await slider.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('PageUp');
    await page.clock.runFor(100);
    assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /^11:\d\d:\d\d, score 0\.\d\d times the threshold, LIT301 \d+ mm, P302 on, FIT301 0\.00 m³\/h/);
    assert.equal(await page.locator('svg.chart .cursor').count(), 4);
    const box = (await page.locator('svg.chart').first().boundingBox())!;
    await page.mouse.move(box.x + 64 + (box.width - 78) * 0.66, box.y + 60);
    await page.clock.runFor(100);
    const readings = await page.locator('.reading').allInnerTexts();
    assert.match(readings[0], /Score\s+2\.40 × threshold\s+11:39/);
    assert.match(readings[1], /P3 LIT301\s+1,\d+ mm\s+expected 880 to 930/);
    assert.match(readings[2], /P3 P302\s+off\s+expected on/);
    await page.close();
  }); // prettier-ignore

  it('leads to an anomaly by its button', async () => {
    const view = await open();
    await view.page.getByRole('button', { name: 'Show CRITICAL of 11:35:00' }).click();
    const { from, to } = await answer(view);
    assert.deepEqual([from, to], [NOW - 30 * 60_000, NOW - 10 * 60_000]);
    await view.page.close();
  });

  it('says when there is no history, and when nothing is heard any more', async () => {
    const view = await open();
    const { page, show } = view;
    await page.clock.runFor(12_000);
    assert.match(await page.getByRole('alert').innerText(), /No news from Node-RED for 1\d s/);
    await show({ ok: true, command: 'trend', ...trend({}), asset: '', score: [], episodes: [], tags: [] });
    await page.getByText('No history of any plant yet.').waitFor();
    await page.close();
  });
});
