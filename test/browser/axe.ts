import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { checkout } from '../harness/user-dir';

const SCRIPT = readFileSync(join(checkout, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');

/** What axe answers, as far as it is read here. */
interface Axe {
  run(root: string): Promise<{ violations: { impact: string; id: string; nodes: { html: string }[] }[] }>;
}

/** What keeps people out who see, hear or point less well, of serious or critical impact: its rule, and the first place. */
export async function barriersOf(page: Page, root = 'html'): Promise<string[]> {
  await page.evaluate(SCRIPT);
  const found = await page.evaluate(async (place) => {
    const { violations } = await (window as unknown as { axe: Axe }).axe.run(place);
    return violations.map(({ impact, id, nodes }) => ({ impact, told: `${id}: ${nodes[0]?.html.slice(0, 200)}` }));
  }, root);
  return found.flatMap(({ impact, told }) => (impact === 'serious' || impact === 'critical' ? [told] : []));
}
