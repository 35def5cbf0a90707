import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { checkout } from '../harness/user-dir';

/** Widths of a desk and of a phone, px. */
const WIDTHS = { wide: 1440, narrow: 390 } as const;
const BACKGROUNDS = { light: '#ffffff', dark: '#1f2427' } as const;

/** What a browser's axe answers, as far as it is read here. */
interface Axe {
  run(place: Document, options: object): Promise<{ violations: { id: string; impact: string; help: string }[] }>;
}

/** An element of the dashboards, and the commands it has fired. */
interface Shown extends HTMLElement {
  data: unknown;
  asked: object[];
}

/** A page with one element of the dashboards, whose script Node-RED serves; its clock stands and goes on by `page.clock`. */
export interface View {
  readonly page: Page;
  readonly problems: readonly string[];
  readonly show: (payload: object) => Promise<void>;
  /** The commands fired so far, the newest last. */
  readonly asked: () => Promise<Readonly<Record<string, unknown>>[]>;
}

/** @param locale of the browser */
export async function openView(browser: Browser, url: string, tag: string, locale = 'en-US'): Promise<View> {
  const page = await browser.newPage({ viewport: { width: WIDTHS.wide, height: 900 }, locale, timezoneId: 'UTC' });
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
  page.on('console', (line) => {
    if (line.type() === 'error') problems.push(`${line.text()} ${line.location().url}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) problems.push(`asks elsewhere: ${request.url()}`);
  });
  const now = Date.UTC(2026, 10, 28, 12);
  await page.clock.install({ time: now - 60_000 });
  const body = `<!doctype html><html lang="en"><title>SWaT</title><body style="margin: 8px; background: ${BACKGROUNDS.light}">
    <main><h1 style="font-size: 0; margin: 0">SWaT</h1><${tag}></${tag}></main>`;
  const place = new URL('/view', url).href;
  await page.route(place, (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.goto(place);
  // Or the time of the machine would pass as well, and data would be called old where it is busy.
  await page.clock.pauseAt(now);
  await page.evaluate((name) => {
    const element = document.querySelector<Shown>(name)!;
    element.asked = [];
    element.addEventListener('swat-command', (event) => element.asked.push((event as CustomEvent<object>).detail));
  }, tag);
  await page.addScriptTag({ url: '/swat/ui/swat-dashboard.js' });
  const element = page.locator(tag);
  return {
    page,
    problems,
    async show(payload) {
      await element.evaluate((shown, given) => ((shown as Shown).data = given), payload);
      await page.clock.runFor(100);
    },
    asked: () => element.evaluate((shown) => (shown as Shown).asked as Record<string, unknown>[]),
  };
}

/**
 * Looks at a page in light and dark, on a desk and on a phone: nothing may stick out, and axe may find nothing serious. Keeps a
 * picture of each, as the tests of the editor do. Ends with what was wrong.
 * @param again shows the same once more: a view of many parts is looked at for longer than until it calls its data old
 */
export async function looks(page: Page, name: string, again?: () => Promise<unknown>): Promise<string[]> {
  const wrong: string[] = [];
  await page.addScriptTag({ content: readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8') });
  for (const [theme, background] of Object.entries(BACKGROUNDS)) {
    for (const [size, width] of Object.entries(WIDTHS)) {
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate((colour) => (document.body.style.background = colour), background);
      await again?.();
      // A second: the theme is looked at with every picture that is drawn.
      await page.clock.runFor(1100);
      // The page's clock goes on by itself: what is looked at is not to be called old meanwhile.
      await page.evaluate(() => {
        for (const each of document.querySelectorAll<Shown>('main > *'))
          if (each.data !== undefined) each.data = each.data;
      });
      await page.clock.runFor(50);
      const view = `${name}-${theme}-${size}`;
      if (await isCutOff(page)) wrong.push(`${view} is wider than its page`);
      wrong.push(...(await barriers(page)).map((each) => `${view}: ${each}`));
      await shot(page, view);
    }
  }
  return wrong;
}

/** What keeps people out, of serious or critical impact. */
async function barriers(page: Page): Promise<string[]> {
  const running = page.evaluate(() =>
    (window as unknown as { axe: Axe }).axe.run(document, { resultTypes: ['violations'] }),
  );
  const state = { isRunning: true };
  void running.finally(() => (state.isRunning = false));
  // It waits by the clock of the page; little by little, or the element would call its data old.
  while (state.isRunning) await page.clock.runFor(1);
  return (await running).violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help }) => `${id}: ${help}`);
}

/** Keeps a picture of the page. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = join(checkout, '.work', 'screens', process.env.SWAT_SHOTS ?? 'local');
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** Whether something sticks out of the page to the right. */
function isCutOff(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
}
