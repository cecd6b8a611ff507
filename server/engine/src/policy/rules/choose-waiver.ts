/** Chooses the exception from a policy that applies to a resource. */
import type { WaiverInQuestion } from '../model/waiver.ts';

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
