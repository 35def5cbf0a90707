import { strict as assert } from 'node:assert';
import { streams } from './dashboard-payloads';
import { looks, openView } from './dashboard-view';
import { idleSession } from './session';

describe('the streams', function () {
  this.timeout(180_000);
  const session = idleSession();

  it('show messages, figures and the process; what grows or is slow stands out', async () => {
        const { browser, nodeRed } = session();
        const { page, show, asked, problems } = await openView(browser, nodeRed.url, 'swat-streams');
        await page.clock.runFor(1100);
        assert.deepEqual(await asked(), [{ command: 'streams' }]);
        await show({ ok: true, command: 'streams', ...streams(12, 3) });
        assert.equal(await page.locator('.hint').count(), 0);
        await page.clock.runFor(2000);
        await show({ ok: true, command: 'streams', ...streams(132, 5) });
        assert.match(await page.locator('.slow').innerText(), /132 ms\s+above 100 ms: messages wait/);
        const windows = page.getByRole('listitem').filter({ hasText: 'windows of line 1' });
        assert.match(await windows.innerText(), /swat-window\s+late\s+5\s+2 more in the last minute\s+bad values\s+12/);
        assert.match(await page.getByRole('row').filter({ hasText: '(no topic)' }).innerText(), /10\.0\s+12,345\s+12:00:00/);
        await page.locator('.message summary').first().click();
        assert.ok(await page.locator('.message code.whole').first().isVisible(), 'the whole message');
        assert.deepEqual(await looks(page, 'streams'), []);
        assert.deepEqual(problems, []);
        await page.close();
  }); // prettier-ignore
});
