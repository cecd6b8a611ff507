/** A version of a policy's rule, and when it becomes effective. */
export interface DatedVersion {
  readonly version: number;
  /** null: from when it was written. */
  readonly activeFromMs: number | null;
}

/**
 * Returns the effective version: the latest one whose time has come; a future version leaves the
 * decision to the one before it.
 * @param versions - those of one policy, in any order
 * @returns undefined while the time of every version is still to come
 */
export function chooseVersion<V extends DatedVersion>(
  versions: readonly V[],
  nowMs: number,
): V | undefined {
  return versions
    .filter(({ activeFromMs }) => activeFromMs === null || activeFromMs <= nowMs)
    .reduce<V | undefined>(
      (latest, each) => (latest === undefined || each.version > latest.version ? each : latest),
      undefined,
    );
}
