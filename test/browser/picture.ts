import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { fewColours } from '../harness/few-colours';
import { checkout } from '../harness/user-dir';

/** Toasts are hidden for it, not removed. */
export const WITHOUT_TOASTS = '#red-ui-notifications { visibility: hidden !important; }';

/** Keeps a picture of a page as it is seen, or of a part of it, in docs/images, where SWAT_PICTURES is set. */
export async function picture(place: Page | Locator, name: string): Promise<void> {
  if (process.env.SWAT_PICTURES === undefined) return;
  const png = await place.screenshot({ style: WITHOUT_TOASTS });
  writeFileSync(join(checkout, 'docs', 'images', `${name}.png`), fewColours(png));
}
