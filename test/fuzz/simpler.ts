import { inspect } from 'node:util';
import { copied } from './hostile';

type Message = Record<string, unknown>;
/** Attempts that one failing message is worth. */
const ATTEMPTS = 400;
/** Takes no longer, ms. */
const TIME_MS = 20_000;
const LONGEST = 4000;

/** A message in words, without calling any getter or trap of it. */
export function described(value: unknown): string {
  const text = inspect(value, { depth: 6, getters: false, showProxy: true, maxArrayLength: 20, maxStringLength: 200, breakLength: 160 }); // prettier-ignore
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/**
 * Makes a failing message smaller for as long as it still fails: leaves out what can be left out, deepest last.
 * @param fails whether a message still fails in the same way
 */
export async function minimised(message: Message, fails: (candidate: Message) => Promise<boolean>): Promise<Message> {
  let best = message;
  const until = Date.now() + TIME_MS;
  let left = ATTEMPTS;
  for (let progress = true; progress && left > 0;) {
    progress = false;
    for (const path of paths(best)) {
      if (left <= 0 || Date.now() > until) return best;
      left -= 1;
      const candidate = copied(best) as Message;
      if (!leaveOut(candidate, path) || !(await fails(copied(candidate) as Message))) continue;
      best = candidate;
      progress = true;
      break;
    }
  }
  return best;
}

function paths(value: unknown, before: readonly string[] = []): string[][] {
  if (before.length > 4 || typeof value !== 'object' || value === null || copied(value) === value) return [];
  const keys = Object.keys(value).slice(0, 60);
  const own = keys.map((key) => [...before, key]);
  const inner = keys.flatMap((key) => {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    return descriptor === undefined || !('value' in descriptor) ? [] : paths(descriptor.value, [...before, key]);
  });
  return [...own, ...inner];
}

function leaveOut(message: Message, path: readonly string[]): boolean {
  let at: unknown = message;
  for (const key of path.slice(0, -1)) at = (at as Message)[key];
  const last = path[path.length - 1];
  if (Array.isArray(at)) return at.splice(Number(last), 1).length > 0;
  return Reflect.deleteProperty(at as Message, last);
}
