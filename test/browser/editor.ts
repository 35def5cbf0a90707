import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { eventually } from '../harness/eventually';
import { checkout, packageName } from '../harness/user-dir';
import { barriersOf } from './axe';
import { WITHOUT_TOASTS } from './picture';
import type { Session } from './session';

/** The little of the editor's global that the tests read. */
declare const RED: {
  workspaces: { active(): string };
  actions: { invoke(name: string): void };
  nodes: { eachNode(visit: (node: { id: string; type: string; name?: string }) => void): void; dirty(): boolean };
  view: { reveal(id: string): void };
  editor: { editConfig(name: string, type: string, id: string): void };
  sidebar: { help: { show(type: string, bringToFront: boolean): void } };
};

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What the editor of Node-RED 5.0.7 itself trips over after some twenty seconds, now and then: the first of its tips. */
const TIP_WITHOUT_PLACE = /reading 'html'\)\n\s+at a \(\S+\/red\/red\.min\.js/;

export type Theme = 'light' | 'dark';

/** The themes that the editor of the Node-RED under test has: 4.1 has no dark one. */
export function themes(): readonly Theme[] {
  const manifest = join(process.env.SWAT_NODE_RED ?? checkout, 'node_modules', 'node-red', 'package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return Number.parseInt(version, 10) < 5 ? ['light'] : ['light', 'dark'];
}

/** A page with Node-RED's editor in it. */
export interface Editor {
  readonly page: Page;
  /** Errors of the browser console and uncaught exceptions so far. */
  readonly problems: readonly string[];
}

let running: Browser | undefined;

/**
 * The browser of all tests of a run, started at the first call, and anew where it has ended: Debian's Chromium, or the one that
 * the variable CHROMIUM names. Who opens pages closes them, with `closePages` at the latest; the browser ends with the run.
 */
export async function launchBrowser(): Promise<Browser> {
  if (running?.isConnected() !== true) {
    running = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
  }
  return running;
}

/** Closes every page, so that none draws beside the tests that follow. */
export async function closePages(): Promise<void> {
  for (const context of running?.contexts() ?? []) await context.close();
}

/** Opens the editor in the language of a browser, and waits until it can be used. */
export async function openEditor(
  { browser, nodeRed }: Session,
  theme: Theme = 'light',
  locale = 'en-US',
): Promise<Editor> {
  const { url } = nodeRed;
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 }, colorScheme: theme, locale });
  const problems: string[] = [];
  page.on('console', (line) => {
    // The editor itself looks for the public node catalogue, which may be out of reach.
    const elsewhere = /^https?:/.test(line.location().url) && !line.location().url.startsWith(url);
    if (line.type() === 'error' && !elsewhere) problems.push(`${line.text()} ${line.location().url}`);
  });
  page.on('pageerror', (error) => {
    const told = error.stack ?? error.message;
    if (!TIP_WITHOUT_PLACE.test(told)) problems.push(told);
  });
  // Where Node-RED 5 keeps the user's choice; 4.1 has no dark theme and does not look.
  await page.addInitScript((value) => localStorage.setItem('view-dark-theme', JSON.stringify(value)), theme);
  await page.goto(url);
  await page.waitForFunction(() => typeof RED !== 'undefined' && Boolean(RED.workspaces.active()));
  await page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden' });
  return { page, problems };
}

/** The node types that stand in a group of the palette, in their order. */
export async function paletteTypes({ page }: Editor, category: string): Promise<string[]> {
  const nodes = page.locator(`#red-ui-palette-container-${category} .red-ui-palette-node`);
  await nodes.first().waitFor({ state: 'attached' });
  return nodes.evaluateAll((found) => found.map((node) => node.getAttribute('data-palette-type') ?? ''));
}

/** Drags a node from the palette into the workspace and gives its id. */
export async function dragFromPalette({ page }: Editor, type: string, x: number, y: number): Promise<string> {
  const before = await idsOf(page, type);
  const node = page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
  await node.scrollIntoViewIfNeeded();
  await node.hover();
  await page.mouse.down();
  await page.mouse.move(x, y, { steps: 5 });
  await page.mouse.up();
  const added = (await idsOf(page, type)).filter((id) => !before.includes(id));
  if (added.length !== 1) throw new Error(`dragging ${type} added ${added.length} nodes`);
  return added[0];
}

/** Imports an example flow of this package through Import > Examples. */
export async function importExample({ page }: Editor, name: string): Promise<void> {
  const before = await nodeCount(page);
  await page.evaluate(() => RED.actions.invoke('core:show-examples-import-dialog'));
  const rows = page.locator('#red-ui-clipboard-dialog-import-tab-examples .red-ui-treeList-label');
  await rows.filter({ hasText: packageName }).first().click();
  // The list slides open: a click can miss what moves under it.
  const ok = page.locator('#red-ui-clipboard-dialog-ok');
  for (let turn = 0; turn < 10 && !(await ok.isEnabled()); turn += 1) {
    await rows.filter({ hasText: name }).first().click();
    await page.waitForTimeout(200);
  }
  await ok.click();
  await page.locator('#red-ui-clipboard-dialog-ok').waitFor({ state: 'hidden' });
  // The dialog is gone before the flow has been fetched.
  await eventually(async () => (await nodeCount(page)) !== before, `the nodes of ${name}`);
}

function nodeCount(page: Page): Promise<number> {
  return page.evaluate(() => {
    let count = 0;
    RED.nodes.eachNode(() => (count += 1));
    return count;
  });
}

/**
 * Presses Deploy and waits until nothing is left to deploy.
 * @throws Error with what the editor says instead, such as that nodes are not properly configured.
 */
export async function deploy({ page }: Editor): Promise<void> {
  await page.locator('#red-ui-header-button-deploy').click();
  try {
    await page.waitForFunction(() => !RED.nodes.dirty(), undefined, { timeout: 15_000 });
  } catch (cause) {
    throw new Error(`not deployed: ${await page.locator('#red-ui-notifications').innerText()}`, { cause });
  }
}

/** The id of the only node with this name. */
export async function idByName({ page }: Editor, name: string): Promise<string> {
  const ids = await page.evaluate((wanted) => {
    const found: string[] = [];
    RED.nodes.eachNode((node) => {
      if (node.name === wanted) found.push(node.id);
    });
    return found;
  }, name);
  if (ids.length !== 1) throw new Error(`${ids.length} nodes are named "${name}"`);
  return ids[0];
}

/** Presses the button of a node in the workspace. */
export async function pressButton({ page }: Editor, id: string): Promise<void> {
  await page.evaluate((node) => RED.view.reveal(node), id);
  // The view scrolls there, and the node flashes.
  await page.waitForTimeout(1000);
  await page.locator(`g.red-ui-flow-node-group[id="${id}"] .red-ui-flow-node-button-button`).click();
}

/** Opens the dialog of a node by a double click, as a user does. */
export async function openDialog({ page }: Editor, id: string): Promise<void> {
  await page.locator(`g.red-ui-flow-node-group[id="${id}"] rect.red-ui-flow-node`).dblclick({ force: true });
  await page.locator('#node-dialog-ok').waitFor();
  // The tray slides in.
  await page.waitForTimeout(400);
}

/** Closes the open dialog without a change. */
export async function cancelDialog({ page }: Editor): Promise<void> {
  await page.locator('#node-dialog-cancel').click();
  await page.locator('#node-dialog-cancel').waitFor({ state: 'detached' });
}

/** Opens the dialog of a new config node. */
export async function openConfigDialog({ page }: Editor, type: string): Promise<void> {
  await page.evaluate((wanted) => RED.editor.editConfig('', wanted, '_ADD_'), type);
  await page.locator('#node-config-dialog-ok').waitFor();
  await page.waitForTimeout(400);
}

/** Closes the open dialog of a config node without a change. */
export async function cancelConfigDialog({ page }: Editor): Promise<void> {
  await page.locator('#node-config-dialog-cancel').click();
  await page.locator('#node-config-dialog-cancel').waitFor({ state: 'detached' });
}

/** Opens the sections of the open dialog that are folded. */
export async function unfold({ page }: Editor): Promise<void> {
  await page.locator('#red-ui-editor-stack details').evaluateAll((all) => {
    for (const section of all) section.setAttribute('open', '');
  });
}

/** Fields of the open dialog that the browser marks as invalid, such as a number off its step; references aside. */
export async function invalidFields({ page }: Editor): Promise<string[]> {
  const fields = page.locator('#red-ui-editor-stack input:invalid');
  return fields.evaluateAll((found) => found.map((field) => field.id));
}

/** What is shown in the open dialog as a key of the catalogue instead of a text. */
export async function untranslated({ page }: Editor): Promise<string[]> {
  const text = await page.locator('#red-ui-editor-stack').innerText();
  return text.match(/\bswat-[a-z]+\.\w[\w.]*/g) ?? [];
}

/** What keeps people out of a part of the editor, its contrast included. */
export async function barriersIn(page: Page, part: string, but: readonly string[]): Promise<string[]> {
  // The body of the editor has no height: axe would take all for unseen, and look at no contrast.
  const style = await page.addStyleTag({ content: 'body { min-height: 100vh }' });
  const found = await barriersOf(page, part, but);
  await style.evaluate((element) => (element as unknown as { remove(): void }).remove());
  return found;
}

/** What keeps people out of the form of the open dialog; fields that Node-RED makes of ours are its own, and so are the colours of buttons. */
export async function barriers({ page }: Editor): Promise<string[]> {
  const form = ':is(#dialog-form, #node-config-dialog-edit-form)';
  const fields = ['.red-ui-typedInput-container', '[id^=red-ui-trap]'];
  return [...(await barriersOf(page, form, fields)), ...(await barriersIn(page, form, [...fields, '.red-ui-button']))];
}

/** The open dialog, for a picture of it. */
export function dialogOf({ page }: Editor): Locator {
  return page.locator('.red-ui-tray').last();
}

/** Labels, buttons and headings of the open dialog whose text does not fit into them. */
export async function cutOff({ page }: Editor): Promise<string[]> {
  const parts = page.locator('#red-ui-editor-stack').locator('label, button, h4, summary');
  return parts.evaluateAll((found) =>
    found
      .filter((part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display !== 'inline')
      .map((part) => part.textContent.trim()),
  );
}

/** The help of a node type as the sidebar shows it. */
export async function helpOf({ page }: Editor, type: string): Promise<string> {
  await page.evaluate((wanted) => RED.sidebar.help.show(wanted, true), type);
  return page
    .locator('.red-ui-help', { has: page.locator('h3') })
    .first()
    .innerText();
}

/** Shows the debug messages in the sidebar. */
export async function showDebug({ page }: Editor): Promise<void> {
  await page.evaluate(() => RED.actions.invoke('core:show-debug-tab'));
  await page.locator('.red-ui-debug-content').first().waitFor();
}

/**
 * Waits for a message of a debug node in the sidebar that matches, and gives its text.
 * @throws Error with what is there when none comes within `patience` milliseconds.
 */
export async function waitForDebug({ page }: Editor, node: string, pattern: RegExp, patience: number): Promise<string> {
  const messages = page.locator('.red-ui-debug-msg');
  const wanted = messages.filter({ hasText: `node: ${node}` }).filter({ hasText: pattern });
  try {
    return await wanted.first().innerText({ timeout: patience });
  } catch (cause) {
    const there = (await messages.allInnerTexts()).join('\n');
    throw new Error(`"${node}" has no debug message that matches ${String(pattern)}:\n${there}`, { cause });
  }
}

/** Keeps a picture of the page in .work/screens/<SWAT_SHOTS>. */
export async function screenshot({ page }: Editor, name: string): Promise<void> {
  const path = join('.work', 'screens', process.env.SWAT_SHOTS ?? 'local', `${name}.png`);
  await page.screenshot({ path, style: WITHOUT_TOASTS });
}

async function idsOf(page: Page, type: string): Promise<string[]> {
  return page.evaluate((wanted) => {
    const found: string[] = [];
    RED.nodes.eachNode((node) => {
      if (node.type === wanted) found.push(node.id);
    });
    return found;
  }, type);
}
