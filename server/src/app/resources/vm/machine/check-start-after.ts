/** Checks which VMs a VM starts after: they have to exist, and be others. */
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import { referenceUnknown } from '../../../rows/resource-problems.ts';

/** The field, as problems name it. */
const FIELD = 'healing.start_after';

/** The ids that a VM names. */
export function startAfterOf({ healing }: Pick<VmSpec, 'healing'>): readonly string[] {
  return healing?.start_after ?? [];
}

/** The query for the VMs that it names, as far as the tenant has them. */
export function startAfterQuery(tenantId: string, spec: Pick<VmSpec, 'healing'>) {
  const where = { tenant_id: tenantId, id: { in: [...startAfterOf(spec)] } };
  return { from: 'vms', where } as const;
}

/**
 * Checks them.
 * @param found - the VMs that exist
 * @param before - the VM before its change: what has been deleted since then is no fault of it
 */
export function checkStartAfter(
  spec: Pick<VmSpec, 'healing'>,
  found: readonly Pick<VmRow, 'id'>[],
  before?: { readonly id: string; readonly spec: Pick<VmSpec, 'healing'> },
): Problem[] {
  const known = new Set<string>([
    ...found.map(({ id }) => id),
    ...(before === undefined ? [] : startAfterOf(before.spec)),
  ]);
  return [...new Set(startAfterOf(spec))].flatMap((id) => {
    if (id === before?.id) return [startsAfterItself(id)];
    return known.has(id) ? [] : [referenceUnknown(FIELD, 'vm', id)];
  });
}

function startsAfterItself(id: string): Problem {
  return problem('validation-failed', {
    detail: `${FIELD} names the VM itself, ${id}.`,
    remedy: 'Name other VMs, or none.',
    fields: [{ path: ['healing', 'start_after'], message: 'names the VM itself' }],
  });
}
