import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from './user-dir';

/** What users read, by its path in the checkout. */
export const PAGES: readonly string[] = [
  'README.md',
  ...readdirSync(join(checkout, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
  'deploy/README.md',
]; // prettier-ignore

/** The text of a page, or of any other file of the checkout. */
export const read = (page: string): string => readFileSync(join(checkout, page), 'utf8');

/** The blocks of a page in a language, as they stand. */
export function blocks(page: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm');
  return [...read(page).matchAll(fence)].map(([, text]) => text);
}

/** The commands of a page for a shell, each in one line. */
export function commandLines(page: string): string[] {
  return blocks(page, 'sh').flatMap((block) => block.replaceAll('\\\n', ' ').split('\n').filter(Boolean));
}
