/** Active waivers of checks, by what they are about. */
import type { CheckResult } from '@novacron/engine/compliance/model/check';
import type { CapabilityDeps } from '../../platform/deps.ts';

/** Ids of waivers, by the keys of the results that they cover. */
export type Waivers = ReadonlyMap<string, string>;

/** The keys of the waivers of a result: of its subject, and of the name before it had failed. */
export function waiverKeysOf({
  checkId,
  kind,
  subjectId,
  subjectName,
}: Pick<CheckResult, 'checkId' | 'kind' | 'subjectId' | 'subjectName'>): readonly string[] {
  return [`${checkId}/${kind}/id/${subjectId}`, `${checkId}/${kind}/name/${subjectName}`];
}

/** The waiver of a result; undefined without one. */
export function waiverOf(waivers: Waivers, result: CheckResult): string | undefined {
  return waiverKeysOf(result).flatMap((key) => waivers.get(key) ?? [])[0];
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
    rows.map(({ policy_id, resource_kind: kind, resource_name: name, waived_id, id }) => {
      const about = waived_id === null ? `name/${name}` : `id/${waived_id}`;
      return [`${policy_id}/${kind}/${about}`, id];
    }),
  );
}

/** Keys whose waiver is another one than before, or gone. */
export function changedWaivers(before: Waivers, after: Waivers): ReadonlySet<string> {
  const keys = [...before.keys(), ...after.keys()];
  return new Set(keys.filter((key) => before.get(key) !== after.get(key)));
}
