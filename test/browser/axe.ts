import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { checkout } from '../harness/user-dir';

const SCRIPT = readFileSync(join(checkout, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');

/** What axe answers, as far as it is read here. */
interface Axe {
  run(context: {
    include: string[];
    exclude: string[];
  }): Promise<{ violations: { impact: string; id: string; nodes: { html: string }[] }[] }>;
}

/**
 * What keeps people out who see, hear or point less well, of serious or critical impact: the rule, and each place.
 * @param others places in the root that are not looked at
 */
export async function barriersOf(page: Page, root = 'html', others: readonly string[] = []): Promise<string[]> {
  await page.evaluate(SCRIPT);
  const found = await page.evaluate(
    async (context) => {
      const { violations } = await (window as unknown as { axe: Axe }).axe.run(context);
      return violations.flatMap(({ impact, id, nodes }) =>
        nodes.map(({ html }) => ({ impact, told: `${id}: ${html.slice(0, 200)}` })),
      );
    },
    { include: [root], exclude: [...others] },
  );
  return found.flatMap(({ impact, told }) => (impact === 'serious' || impact === 'critical' ? [told] : []));
}
