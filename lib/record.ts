/** True for an object that is no array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a Buffer. `Buffer.isBuffer` alone takes whatever has its prototype, bytes or none. */
export function isBuffer(value: unknown): value is Buffer {
  return ArrayBuffer.isView(value) && Buffer.isBuffer(value);
}
