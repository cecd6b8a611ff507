/** An exception from a policy, as far as decisions need it. */
export interface WaiverInQuestion {
  readonly id: string;
  readonly policyId: string;
  readonly resourceKind: string;
  readonly resourceName: string;
  readonly owner: string;
  readonly expiresAtMs: number;
}

/**
 * Returns the exception that lets a resource pass a policy now: the one that lasts longest.
 * @returns undefined where there is none, or where it has expired
 */
export function chooseWaiver<W extends WaiverInQuestion>(
  waivers: readonly W[],
  about: Pick<WaiverInQuestion, 'policyId' | 'resourceKind' | 'resourceName'> & {
    readonly nowMs: number;
  },
): W | undefined {
  return waivers
    .filter(
      (waiver) =>
        waiver.policyId === about.policyId &&
        waiver.resourceKind === about.resourceKind &&
        waiver.resourceName === about.resourceName &&
        waiver.expiresAtMs > about.nowMs,
    )
    .reduce<W | undefined>(
      (longest, each) =>
        longest === undefined || each.expiresAtMs > longest.expiresAtMs ? each : longest,
      undefined,
    );
}
