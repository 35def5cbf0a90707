/**
 * A copy of plain data that shares nothing with it: numbers, texts, `null`, lists and records of them. Many times faster than
 * `structuredClone` for what is small.
 */
export function plainCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each: unknown) => plainCopy(each)) as T;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const copied = plainCopy((value as Record<string, unknown>)[key]);
    // A name like any other, not the prototype of the copy.
    if (key === '__proto__')
      Object.defineProperty(copy, key, { value: copied, enumerable: true, configurable: true, writable: true }); // prettier-ignore
    else copy[key] = copied;
  }
  return copy as T;
}
