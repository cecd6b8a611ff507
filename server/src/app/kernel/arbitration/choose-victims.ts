/**
 * Selects the spot VMs that an operation may stop for its own VM. It cannot wait for them, so it
 * stops only those that nothing more urgent claims and that their groups can spare.
 */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Intent } from '@novacron/engine/automation/arbiter/model/arbiter';
import { planArbitration } from '@novacron/engine/automation/arbiter/plan-arbitration';
import type { ChangeSet, Store } from '../../../ports/store.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { desiredAs, observedOf } from '../../rows/answer-resource.ts';
import { replan } from '../../rows/resource-problems.ts';
import { isWaiting, PREEMPTION, toClaimRow, toIntent } from './claim-rows.ts';
import { ARBITER_VERSION, type ObservedWork, observeWork, zoneOf } from './observe-work.ts';

/** VMs that may be stopped, as the arbiter saw them. */
export interface StoppableVms {
  readonly intents: readonly Intent[];
  /** Version of the claims that were read. */
  readonly version: number;
}

/** Limits are for what NovaCron does by itself: the stops are steps of an operation of a person. */
const NO_LIMITS = {
  zoneVmsMax: Number.POSITIVE_INFINITY,
  zoneNodesMax: Number.POSITIVE_INFINITY,
  cooldownMs: 0,
};

/**
 * Chooses among running VMs.
 * @param rows - in the order in which they are best stopped
 */
export async function chooseStoppable(
  store: Store,
  rows: readonly VmRow[],
  by: { readonly tenantId: string; readonly nowMs: number },
): Promise<StoppableVms> {
  const { nowMs } = by;
  const observed = await observeWork({ store }, by);
  const own = rows.map((row) => toStop(row, observed, nowMs));
  const others = observed.claims.filter((row) => isWaiting(row, nowMs)).map(toIntent);
  const { work, groups, version } = observed;
  const intents = [...own, ...others];
  const { grants } = planArbitration({ intents, work, groups, limits: NO_LIMITS }, { nowMs });
  const granted = new Set(grants.map(({ intent }) => intent));
  return { intents: own.filter((intent) => granted.has(intent)), version };
}

function toStop(row: VmRow, { groupOf, nodes }: ObservedWork, nowMs: number): Intent {
  const zone = zoneOf(row, nodes);
  const { id, name } = row;
  const claimed = { name: String(observedOf(row).node), use: 'shared' } as const;
  return {
    id: `${PREEMPTION}/${id}`,
    class: 'scaling',
    who: PREEMPTION,
    operation: 'vm.create',
    sinceMs: nowMs,
    priority: desiredAs(row, VmSpec).priority,
    vm: { id, name, groupId: groupOf.get(id) ?? null, zone, effect: 'stops', healedMs: null },
    nodes: zone === null ? [] : [{ ...claimed, zone }],
    supersedes: 'no',
    parentId: null,
    patienceMs: null,
  };
}

/** Claims them for an operation, if nothing was granted since they were chosen. */
export function claimVictims(
  { intents, version }: StoppableVms,
  of: { readonly tenantId: string; readonly nowMs: number; readonly operationId: string },
): ChangeSet {
  if (intents.length === 0) return [];
  return [
    {
      kind: 'move-rule',
      rule: ARBITER_VERSION,
      from: version,
      otherwise: replan('What NovaCron changes by itself'),
    },
    ...intents.map((intent) => {
      const row = { ...toClaimRow(intent, of), operation_id: of.operationId };
      return { kind: 'put', into: 'arbiter_claims', row } as const;
    }),
  ];
}
