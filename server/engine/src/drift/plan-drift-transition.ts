/** What a comparison means for the record of a resource: it comes, comes back, changes or goes. */

/** A field that comes and goes within this time flaps: it is told once. Unit: milliseconds. */
export const FLAP_MS = 600_000;

/** What is known of a resource from the comparison before. */
export interface KnownDrift {
  readonly status: 'open' | 'resolved' | 'tampered';
  /** Two of the same text are the same drift. */
  readonly text: string;
  readonly changedAtMs: number;
  readonly flaps: number;
}

/**
 * - `detect`: told for the first time; `return`: again within {@link FLAP_MS}, so it only counts
 * - `change`: other fields, or as bad as before in another way
 * - `resolve`: gone, and told; `settle`: gone, but it flaps, so nobody is told yet
 * - `forget`: gone for so long that its return would be news
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
 * Plans what becomes of a record.
 * @param known - undefined where there is none
 * @param text - of the drift that was found; undefined where there is none
 */
export function planDriftTransition(
  known: KnownDrift | undefined,
  text: string | undefined,
  { nowMs }: { readonly nowMs: number },
): DriftTransition {
  // A clock that was set back makes a moment of the future: that is recent as well.
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
