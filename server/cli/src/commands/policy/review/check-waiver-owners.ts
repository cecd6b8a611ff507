/** Holds the owners of waivers against CODEOWNERS. */

import type { CodeOwners } from './read-code-owners.ts';
import type { Finding } from './report/review-model.ts';

/**
 * Reports waivers in force whose owner does not own the policy that they waive. A policy that has
 * no owner may be waived by anybody.
 * @param findings - of a resource, after its waivers
 * @returns a warning for each such waiver, at the place of the waived finding
 */
export function checkWaiverOwners(
  findings: readonly Finding[],
  ownersOf: CodeOwners,
): readonly Finding[] {
  const seen = new Set<string>();
  return findings.flatMap((finding): Finding[] => {
    const { waiver, policyFile, address, policy } = finding;
    if (waiver === undefined || policyFile === undefined) return [];
    const owners = ownersOf(policyFile);
    const key = JSON.stringify([address, policy, waiver.owner]);
    if (owners.length === 0 || owners.some((owner) => isSame(owner, waiver.owner))) return [];
    if (seen.has(key)) return [];
    seen.add(key);
    const message =
      `the waiver of ${waiver.owner} is not by an owner of ${policyFile}: ` +
      `CODEOWNERS has ${owners.join(', ')}`;
    return [
      {
        ...finding,
        level: 'warning',
        policy: 'waivers',
        policyFile: undefined,
        rulePath: undefined,
        attribute: undefined,
        message,
        waiver: undefined,
      },
    ];
  });
}

/** `ann` and `@Ann` are one; a mail address or a team is named in full. */
function isSame(owner: string, name: string): boolean {
  const plain = (text: string) => text.replace(/^@/, '').toLowerCase();
  return plain(owner) === plain(name);
}
