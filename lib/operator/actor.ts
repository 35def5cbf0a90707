/**
 * How whoever does something was known: by name and PIN, by a trusted reverse proxy, as the user of the editor, or by the key of
 * an API.
 */
export type Known = 'pin' | 'proxy' | 'editor' | 'key';

/** Whoever does something, once that was checked. */
export interface Actor {
  readonly user: string;
  readonly known: Known;
}
