/** So deep is looked into a payload. */
const DEPTH = 4;

/** A payload as text that looks like JSON and ends after so many characters: cheap however large the payload is. */
export function briefly(payload: unknown, most: number): string {
  const parts: string[] = [];
  let left = most;
  const add = (text: string): boolean => {
    parts.push(text.slice(0, left));
    left -= text.length;
    return left > 0;
  };
  write(payload, add, DEPTH, most);
  if (left >= 0) return parts.join('');
  return `${parts.join('').slice(0, most - 1)}…`;
}

/** @returns whether there is room for more */
function write(value: unknown, add: (text: string) => boolean, depth: number, most: number): boolean {
  if (typeof value === 'string') return add(JSON.stringify(value.slice(0, most)));
  if (typeof value === 'undefined') return add('');
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') return add(typeof value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return add(String(value));
  if (ArrayBuffer.isView(value)) return add(`<${value.byteLength} bytes>`);
  if (value instanceof Date) return add(Number.isNaN(value.getTime()) ? 'null' : value.toISOString());
  if (depth === 0) return add('…');
  const isArray = Array.isArray(value);
  if (!add(isArray ? '[' : '{')) return false;
  let first = true;
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    if (!first && !add(', ')) return false;
    first = false;
    if (!isArray && !add(`${key.slice(0, most)}: `)) return false;
    if (!write((value as Record<string, unknown>)[key], add, depth - 1, most)) return false;
  }
  return add(isArray ? ']' : '}');
}
