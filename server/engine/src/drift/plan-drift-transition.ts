/** Plans the transition of a drift record: detected, returned, changed or resolved. */

/**
 * A field whose drift comes and goes within this time flaps: it is reported once. Unit:
 * milliseconds.
 */
export const FLAP_MS = 600_000;

/** The drift record of a resource from the previous comparison. */
export interface KnownDrift {
  readonly status: 'open' | 'resolved' | 'tampered';
  /** Drifts with the same text are the same drift. */
  readonly text: string;
  readonly changedAtMs: number;
  readonly flaps: number;
}

/**
 * - `detect`: reported for the first time; `return`: again within {@link FLAP_MS}, so it only
 *   counts
 * - `change`: other fields, or as bad as before in another way
 * - `resolve`: gone, and reported; `settle`: gone, but it flaps, so it is not reported yet
 * - `forget`: gone for so long that its return would be reported as new
 */
export type DriftTransition =
  | 'none'
  | 'detect'
  | 'return'
  | 'change'
  | 'resolve'
  | 'settle'
  | 'forget';

/**
 * Plans the transition of a record.
 * @param known - undefined where there is none
 * @param text - of the drift that was found; undefined where there is none
 */
export function planDriftTransition(
  known: KnownDrift | undefined,
  text: string | undefined,
  { nowMs }: { readonly nowMs: number },
): DriftTransition {
  // After a clock was set back a moment lies in the future: it counts as recent.
  const isRecent = known !== undefined && nowMs - known.changedAtMs < FLAP_MS;
  if (text === undefined) {
    if (known === undefined) return 'none';
    if (known.status === 'resolved') return isRecent ? 'none' : 'forget';
    return known.flaps > 0 ? 'settle' : 'resolve';
  }
  if (known === undefined) return 'detect';
  if (known.status === 'resolved') return isRecent ? 'return' : 'detect';
  return known.text === text ? 'none' : 'change';
}
