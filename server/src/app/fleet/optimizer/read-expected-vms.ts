/** The VMs that forecasts expect VM groups to need besides those that they have. */
import { memberName } from '@novacron/contract/kinds/vm-group/member-in-question';
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type { ExpectedVms } from '@novacron/engine/placement/optimizer/model/optimizer';
import type { UpperSizes } from '@novacron/engine/scaling/decide/model/scaling';
import type { VmGroupRow } from '../../../ports/tables/tables.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { givenKeysOf } from '../../resources/ssh-key/given-keys.ts';
import { readSpecs } from '../../resources/vm-batch/plan-vm-batch.ts';
import { toMemberVm } from '../../resources/vm-group/plan-members.ts';
import { storedDecisionOf } from '../../resources/vm-group/stored-decision.ts';
import { desiredAs, mapReadable } from '../../rows/answer-resource.ts';
import { toPlacementRequest } from '../../rows/placement-request.ts';

/** Age above which an earlier decision says nothing about the present. Unit: ms. */
const RECENT_MS = 300_000;

/**
 * Reads them, as of the latest decision about each group.
 * @param reach - `soon`: those that a node which is woken now is needed for; `horizon`: all that
 *   nodes are kept in service for
 */
export async function readExpectedVms(
  deps: Pick<CapabilityDeps, 'store' | 'clock'> & Parameters<typeof readSpecs>[0],
  reach: keyof UpperSizes,
): Promise<readonly ExpectedVms[]> {
  const nowMs = deps.clock.nowMs();
  const decisions = await deps.store.read({
    from: 'group_scalings',
    where: { decided_at_ms: { above: nowMs - RECENT_MS } },
  });
  const sizes = new Map(
    decisions.flatMap((row): [string, number][] => {
      const size = storedDecisionOf(row)?.forecast?.ready?.[reach];
      return size === undefined ? [] : [[row.id, size]];
    }),
  );
  if (sizes.size === 0) return [];
  const rows = await deps.store.read({
    from: 'vm_groups',
    where: { id: { in: [...sizes.keys()] } },
    damaged: 'blank',
  });
  const grown = rows.filter((row) => (sizes.get(row.id) ?? 0) > row.size);
  const expected = await Promise.all(
    mapReadable(grown, (row) => toExpected(deps, row, (sizes.get(row.id) ?? 0) - row.size)),
  );
  return expected.flat();
}

/** None where a person decides, or where a member could not be created. */
async function toExpected(
  deps: Parameters<typeof readSpecs>[0],
  row: VmGroupRow,
  count: number,
): Promise<readonly ExpectedVms[]> {
  const { id, name: group, tenant_id: tenantId } = row;
  const spec = desiredAs(row, VmGroupSpec);
  if (spec.scaling === null || spec.scaling.mode === 'recommend') return [];
  const member = toMemberVm({ id, spec, givenKeys: givenKeysOf(row) }, memberName(group, 0));
  const specs = await readSpecs(deps, { tenantId, vms: [member] });
  if (!specs.ok) return [];
  return specs.value.map((each) => ({
    group,
    tenantId,
    count,
    request: { ...toPlacementRequest(each), unknownFacts: 'accept' },
  }));
}
