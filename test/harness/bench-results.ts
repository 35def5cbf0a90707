import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from './user-dir';

interface Result {
  readonly figures: readonly { readonly name: string; readonly value: number }[];
}

/** A page of docs as its tables can be compared: what the formatter has put between is one space. */
export function page(name: string): string {
  return readFileSync(join(checkout, 'docs', name), 'utf8').replaceAll(/ +/g, ' ');
}

/** A figure that a bench has measured, from bench/results. */
export function measured(bench: string, name: string): number {
  const { figures } = JSON.parse(readFileSync(join(checkout, 'bench', 'results', `${bench}.json`), 'utf8')) as Result;
  const found = figures.find((each) => each.name === name);
  assert.ok(found, `${bench}: ${name}`);
  return found.value;
}

/** A number as the pages show it. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
