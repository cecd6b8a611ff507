/** Chooses the node that holds the standby of a VM, by the rules of placement. */
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { StandbyChoice, StandbyGap } from '@novacron/engine/healing/recover/model/standby';
import type { ChangeSet } from '../../../../ports/store.ts';
import type { StandbyRow } from '../../../../ports/tables/standby-row.ts';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import { checkQuota } from '../../../access/quota/tenant-quota.ts';
import { place } from '../../../placement/decide/place.ts';
import { FLEET, toFleetFacts } from '../../../placement/facts/fleet-facts.ts';
import { withClaims } from '../../../placement/facts/node-facts.ts';
import { readPlacementRules, ruleLevelsQuery } from '../../../placement/facts/placement-rules.ts';
import { applyPoliciesToRequest } from '../../../placement/steering/apply-placement-policies.ts';
import { withCpuFeature } from '../../../rows/cpu-baselines.ts';
import type { WriteScope } from '../../scope.ts';
import { guardRoomTaken } from '../failover/guard-failover-room.ts';
import {
  chargeOfStandby,
  holdStandby,
  type RoomOnNode,
  releaseStandby,
  withoutStandby,
  withPlannedStandbys,
} from './standby-room.ts';

/** A VM, where its standby may be, and the one that it has. */
export interface StandbyQuestion {
  readonly row: VmRow;
  readonly spec: VmSpec;
  readonly choice: StandbyChoice;
  readonly held: StandbyRow | undefined;
  /** Room that standbys of other VMs are planned to hold; none when absent. */
  readonly planned?: readonly RoomOnNode[];
}

/** The node that holds it from the commit on, or why none can. */
export type ChosenStandby =
  | { readonly kind: 'held'; readonly node: string; readonly changes: ChangeSet }
  | { readonly kind: 'gap'; readonly reason: StandbyGap };

/** The node that would hold a standby, or why none can. */
export type PlannedStandby =
  | { readonly kind: 'held'; readonly node: string }
  | { readonly kind: 'gap'; readonly reason: StandbyGap };

type Scope = Pick<WriteScope, 'deps' | 'context' | 'nowMs'>;

/** Chooses it. The one that it has is given back in the same commit. */
export async function chooseStandby(
  { row, spec, choice, held, planned = [] }: StandbyQuestion,
  scope: Scope,
): Promise<ChosenStandby> {
  const { tiers, vm } = choice;
  if (vm.reach === undefined) return { kind: 'gap', reason: 'local' };
  if (tiers.length === 0) return { kind: 'gap', reason: 'reach' };
  const { tenant_id: tenantId } = row;
  const { store } = scope.deps;
  const { kept, claims, quotas, ...read } = await store.snapshot({
    kept: ruleLevelsQuery(tenantId),
    ...FLEET,
    quotas: { from: 'tenant_quotas', where: { id: tenantId } },
  });
  const hasQuota = held === undefined || held.node_id === null;
  if (hasQuota && checkQuota(quotas[0], chargeOfStandby(vm.amounts)) !== undefined) {
    return { kind: 'gap', reason: 'quota' };
  }
  const steered = await applyPoliciesToRequest(scope.deps, tenantId, spec);
  const asked = withCpuFeature(steered, row);
  const present = withoutStandby(withClaims(read.nodes, claims), held);
  const nodes = withPlannedStandbys(present, planned);
  const rules = await readPlacementRules(
    { tenantId, vmId: row.id, ask: asked, nodes, kept },
    scope,
  );
  const fleet = toFleetFacts(nodes, scope.deps);
  let reason: StandbyGap = 'room';
  for (const tier of tiers) {
    const excludeNodes = nodes.map(({ name }) => name).filter((name) => !tier.includes(name));
    const others = asked.constraints.excludeNodes ?? [];
    const constraints = { ...asked.constraints, excludeNodes: [...others, ...excludeNodes] };
    const placed = await place('migrate', { ask: { ...asked, constraints }, fleet, rules }, scope);
    const node = placed.ok && nodes.find(({ id }) => id === placed.value.nodeId);
    if (!node) continue;
    const allocation_id = scope.deps.ids.next('alloc');
    const taken = { id: allocation_id, nodeId: node.id, amounts: vm.amounts };
    const kept = await keepFailoverRoom(taken, scope);
    if (kept === undefined) {
      reason = 'failover';
      continue;
    }
    const standby: StandbyRow = {
      id: row.id,
      tenant_id: tenantId,
      node_id: node.id,
      node: node.name,
      allocation_id,
      cpu_cores: vm.amounts.cpuCores,
      memory_mib: vm.amounts.memoryMib,
      disk_gb: vm.amounts.diskGb,
      reason: null,
      since_ms: scope.nowMs,
    };
    const changes = [
      ...rules.prerequisites,
      ...rules.guard(node),
      ...kept,
      ...(held === undefined ? [] : releaseStandby(held)),
      ...holdStandby(standby, node),
    ];
    return { kind: 'held', node: node.name, changes };
  }
  return { kind: 'gap', reason };
}

/** The guards of the room that is kept for lost nodes; undefined where it would be used up. */
async function keepFailoverRoom(
  taken: Pick<Parameters<typeof guardRoomTaken>[0][number], 'id' | 'nodeId' | 'amounts'>,
  scope: Scope,
): Promise<ChangeSet | undefined> {
  if (scope.deps.settings.failoverNodes === 0) return [];
  const { nodeId = '', amounts } = taken;
  const write = {
    ...taken,
    write: 'create',
    changes: [{ nodeId, amounts }],
    spec: undefined,
  } as const;
  const guards = await guardRoomTaken([write], scope);
  return guards.ok ? guards.value : undefined;
}
