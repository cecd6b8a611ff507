/** Finds what an update of a VM group restores of its members, and what it leaves. */
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { FindMemberDrift, MemberDrift } from '../../resources/deps.ts';
import { pickFields } from '../../rows/observed-machine.ts';
import { compareResources, findChanged } from './compare-resources.ts';
import { holds, readMarks } from './drift-suppressions.ts';
import { appliedValues, replacedFields } from './plan-revert.ts';

/**
 * Finds the members that drift reports list. What becomes of a member with an operation in progress
 * is not known yet, and fields that only a new VM can restore stay: its data would be lost.
 */
export async function findMemberDrift(
  { store, clock }: Pick<CapabilityDeps, 'store' | 'clock'>,
  { tenantId, ids }: Parameters<FindMemberDrift>[0],
): Promise<ReadonlyMap<string, MemberDrift>> {
  const changed = await findChanged(store, { tenantId, kind: 'vm', ids });
  if (changed.length === 0) return new Map();
  const { drifted, busy } = await compareResources(store, { tenantId, ids: changed });
  if (drifted.length === 0) return new Map();
  const marks = await readMarks(store, tenantId);
  const found = drifted
    .filter(({ record, row }) => {
      const isIgnored = holds(marks.get(row.id)?.ignored, record, clock.nowMs());
      return !isIgnored && !busy.has(row.id);
    })
    .map((drift) => {
      const values = appliedValues(drift);
      const kept = replacedFields(drift).map(({ name }) => name);
      const names = Object.keys(values).filter((name) => !kept.includes(name));
      const isStuck = kept.length > 0 && names.length === 0;
      const restored = isStuck ? undefined : pickFields(values, names);
      return [drift.row.id, { restored, kept }] as const;
    });
  return new Map(found);
}
