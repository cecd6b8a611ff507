/** Resources that a change of policies newly refuses or newly allows. */

import type { SourcePlace } from '../../../output/reports/source-place.ts';
import type { PlannedResource } from '../../../terraform/planned-resource.ts';
import { askPolicies, isDenial, type Requester, type Verdict } from './ask-policies.ts';
import type { ReviewPolicy, VerdictChange } from './report/review-model.ts';

/** A resource with where it stands. */
export interface PlacedResource {
  readonly resource: PlannedResource;
  readonly scope: VerdictChange['scope'];
  readonly place: SourcePlace | undefined;
}

/** Asks the policies of both revisions about every resource; only block mode refuses. */
export function compareVerdicts(
  resources: readonly PlacedResource[],
  policies: { readonly base: readonly ReviewPolicy[]; readonly head: readonly ReviewPolicy[] },
  asker: Requester,
): readonly VerdictChange[] {
  return resources.flatMap(({ resource, scope, place }): VerdictChange[] => {
    const before = denialsOf(askPolicies(policies.base, resource, asker));
    const after = denialsOf(askPolicies(policies.head, resource, asker));
    const isDenied = after.size > 0;
    if (isDenied === before.size > 0) return [];
    const denials = isDenied ? after : before;
    return [
      {
        address: resource.address,
        scope,
        place,
        now: isDenied ? 'denied' : 'allowed',
        policies: [...denials.keys()],
        reasons: [...new Set([...denials.values()].flat())],
      },
    ];
  });
}

function denialsOf(verdicts: readonly Verdict[]): ReadonlyMap<string, readonly string[]> {
  const denials = new Map<string, readonly string[]>();
  for (const found of verdicts) {
    const { name, mode } = found.policy;
    if (mode !== 'block' || !isDenial(found)) continue;
    denials.set(name, [...(denials.get(name) ?? []), ...found.verdict.reasons]);
  }
  return denials;
}
