import type { Page } from 'playwright-core';

/** What node-red-dashboard 3.6.6 itself says in the console of any page of it. */
const DASHBOARDS_OWN = /404 \(Not Found\) \S+\/ui\/loading\.html$|^SideNav 'left' is not available!/;

/** Collects the errors of a page with the alarm desk. */
export function watch(page: Page, problems: string[]): void {
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
  page.on('console', (line) => {
    const told = `${line.text()} ${line.location().url}`;
    if (line.type() === 'error' && !DASHBOARDS_OWN.test(told)) problems.push(told);
  });
}

/** What of the desk stands out of its box or of the window, so that a reader sees only a part of it. */
export function cutOff(page: Page): Promise<string[]> {
  return page.locator('.swat-desk *:visible').evaluateAll((all) =>
    all
      .filter((each) => each instanceof HTMLElement && getComputedStyle(each).display !== 'inline')
      .filter((each) => {
        const out = each.getBoundingClientRect().right > window.innerWidth + 1;
        return out || (!each.matches('input, select') && each.scrollWidth > each.clientWidth + 1);
      })
      .map((each) => each.outerHTML.slice(0, 120)),
  );
}
