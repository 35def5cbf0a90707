/**
 * A cell of a CSV (RFC 4180). A text that a spreadsheet would take for a formula is given an apostrophe, as OWASP advises
 * (CSV injection).
 */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
