/** Active waivers of checks, by what they are about. */
import type { CheckResult } from '@novacron/engine/compliance/model/check';
import type { CapabilityDeps } from '../../platform/deps.ts';

/** Ids of waivers, by the keys of the results that they cover. */
export type Waivers = ReadonlyMap<string, string>;

/** The key of the waiver of a result. */
export function waiverKeyOf({
  checkId,
  kind,
  subjectName,
}: Pick<CheckResult, 'checkId' | 'kind' | 'subjectName'>): string {
  return `${checkId}/${kind}/${subjectName}`;
}

/** Reads the waivers that apply now; of several for one result, the one that lasts longest. */
export async function readActiveWaivers(
  { store, clock }: Pick<CapabilityDeps, 'store' | 'clock'>,
  tenantId: string,
): Promise<Waivers> {
  const rows = await store.read({
    from: 'policy_waivers',
    where: { tenant_id: tenantId, waived_until_ms: { above: clock.nowMs() } },
    orderBy: { column: 'waived_until_ms', direction: 'asc' },
  });
  return new Map(
    rows.map(({ policy_id, resource_kind, resource_name, id }) => {
      return [`${policy_id}/${resource_kind}/${resource_name}`, id];
    }),
  );
}

/** Keys whose waiver is another one than before, or gone. */
export function changedWaivers(before: Waivers, after: Waivers): ReadonlySet<string> {
  const keys = [...before.keys(), ...after.keys()];
  return new Set(keys.filter((key) => before.get(key) !== after.get(key)));
}
