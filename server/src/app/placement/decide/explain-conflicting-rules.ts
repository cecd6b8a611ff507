/** Explains which rules of several VMs contradict each other, for a VM that no node can hold. */

import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Problem } from '@novacron/contract/problem/problem';
import type { PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import {
  type ConflictingRules,
  findConflictingRules,
} from '@novacron/engine/placement/place/request/find-conflicting-rules';
import type { Store } from '../../../ports/store.ts';
import { desiredAs, mapReadable } from '../../rows/answer-resource.ts';
import { toPlacementRequest } from '../../rows/placement-request.ts';

/** VMs whose rules are read. */
const VMS_MAX = 10_000;

/**
 * Adds the smallest set of rules that contradict each other to a refusal.
 * @param asked - the VM; `planned` are the requests of other VMs of the same plan, which do not
 *   exist yet
 * @param refused - any problem; one that is not `no-capacity` stays as it is
 */
export async function explainConflictingRules(
  store: Store,
  asked: {
    readonly tenantId: string;
    readonly ask: PlacementRequest;
    readonly planned: readonly PlacementRequest[];
  },
  refused: Problem,
): Promise<Problem> {
  const { tenantId, ask, planned } = asked;
  const isRuled = ask.constraints.affinity?.some(
    ({ rule, need }) => rule === 'together' && need === 'required',
  );
  if (refused.code !== 'no-capacity' || isRuled !== true) return refused;
  const rows = await store.read({ from: 'vms', where: { tenant_id: tenantId }, limit: VMS_MAX });
  const placed = mapReadable(rows, (row) => toPlacementRequest(desiredAs(row, VmSpec)));
  const names = new Set(placed.map(({ vm }) => vm.name));
  const found = findConflictingRules(ask, [
    ...placed.map((each) => ({ request: each, presence: 'placed' as const })),
    ...planned
      .filter(({ vm }) => vm.name !== ask.vm.name && !names.has(vm.name))
      .map((each) => ({ request: each, presence: 'planned' as const })),
  ]);
  return found === undefined ? refused : withRules(refused, found);
}

function withRules(refused: Problem, { kind, rules }: ConflictingRules): Problem {
  return {
    ...refused,
    detail: `${refused.detail} ${LEADS[kind]}: ${rules.join('; ')}.`,
    remedy: REMEDIES[kind],
    data: { ...refused.data, conflict: [...rules] },
  };
}

const LEADS: Readonly<Record<ConflictingRules['kind'], string>> = {
  clash: 'No fleet has a place for it, because these rules contradict each other',
  circle: 'Each of these VMs has to find another one there already, so none can be the first',
  missing: 'It has to be near a VM that is not there',
};

const REMEDIES: Readonly<Record<ConflictingRules['kind'], string>> = {
  clash: 'Give up one of the rules named.',
  circle: 'Leave the rule out of one of them: it is enough that the others ask to be near it.',
  missing: 'Create that VM first (in Terraform: depends_on), or correct its name.',
};
