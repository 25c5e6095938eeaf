/** How it comes that a step is begun: `resumed` after a former holder, `retry` after it failed. */
export type RunOrigin = 'first' | 'retry' | 'resumed' | 'resumed-retry';

/**
 * `calm`: first make sure that no lost call can arrive, and nobody has moved the traffic; a call of an
 * earlier try of the same step would make the very same true. `looks`: it may have been sent already.
 */
export const BEFORE: Readonly<
  Record<RunOrigin, { readonly calm: boolean; readonly looks: boolean }>
> = {
  first: { calm: true, looks: false },
  retry: { calm: false, looks: false },
  resumed: { calm: true, looks: true },
  'resumed-retry': { calm: false, looks: true },
};
