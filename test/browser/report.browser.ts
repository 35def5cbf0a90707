import { strict as assert } from 'node:assert';
import type { Browser } from 'playwright-core';
import { documentOf } from '../../lib/report/document';
import { htmlOf } from '../../lib/report/html';
import { reportOf } from '../../lib/report/report';
import { voiceOf } from '../../lib/report/voice';
import { dayRequest, storyEntries } from '../lib/report/story';
import { barriersOf } from './axe';
import { shot } from './dashboard-view';
import { launchBrowser } from './editor';
import { picture } from './picture';

describe('a report as HTML, in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const language of ['en-US', 'de', 'zh-CN']) {
    it(`keeps nobody out and fits a telephone, in ${language}`, async () => {
      const records = storyEntries().map((entry, index) => ({ ...entry, n: index + 1, hash: 'f'.repeat(64) }));
      const report = reportOf({ ...dayRequest(), language }, { records, isCut: false, standing: [], audits: [] });
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      const html = htmlOf(documentOf(report, voiceOf(language, 'UTC'), undefined), undefined);
      await page.setContent(html);
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await shot(page, `report-${language}-${width}`);
        assert.deepEqual(await barriersOf(page), []);
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${width} px`);
      }
      if (language === 'en-US') {
        await page.setViewportSize({ width: 1000, height: 1050 });
        await page.setContent(html.replaceAll(/&lt;img .*?&gt;/g, 'line2').replaceAll(/ &lt;works&gt;| 0\.0\.0/g, ''));
        await picture(page, 'report-page');
      }
      await page.close();
    });
  }
});
