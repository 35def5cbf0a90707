/** That nothing comes of an asset any more, or that something does again. Times in ms, of arrival but for `lastTime`. */
export type Communication =
  | {
      readonly event: 'communication-lost';
      readonly asset: string;
      readonly since: number;
      /** The greatest event time. */
      readonly lastTime: number | undefined;
      readonly seconds: number;
    }
  | { readonly event: 'communication-restored'; readonly asset: string; readonly silentSeconds: number };
