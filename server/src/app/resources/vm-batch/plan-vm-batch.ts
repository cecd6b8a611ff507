/** Plans the placement of a batch of VMs. */

import type { NodeId } from '@novacron/contract/ids';
import type { VmCreate, VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { BatchObjective } from '@novacron/contract/kinds/vm-batch/placement-batch';
import type { PlacementPurpose } from '@novacron/contract/placement/placement';
import { type FieldProblem, type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { BatchPlan } from '@novacron/engine/placement/batch/model/batch';
import { allocateVm } from '@novacron/engine/placement/place/index/allocate-vm';
import { toPeer } from '@novacron/engine/placement/place/index/fleet-overlay';
import { grantsOn } from '@novacron/engine/placement/place/index/hold-claims';
import type { PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import type { z } from 'zod';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import {
  describeUnknownGroups,
  findUnknownGroups,
  nameUnknownGroups,
} from '../../placement/decide/find-unknown-groups.ts';
import { place } from '../../placement/decide/place.ts';
import { FLEET, type FleetFacts, toFleetFacts } from '../../placement/facts/fleet-facts.ts';
import { withClaims } from '../../placement/facts/node-facts.ts';
import {
  type PlacementRules,
  readSharedRules,
  ruleLevelsQuery,
} from '../../placement/facts/placement-rules.ts';
import { numberVms } from '../../placement/prices/number-vms.ts';
import { applyPoliciesToRequests } from '../../placement/steering/apply-placement-policies.ts';
import { inheritFields, toNewSpec } from '../../rows/inherit-fields.ts';
import type { ResourceDeps } from '../deps.ts';

/** The VMs to place. */
export interface VmBatchAsk {
  readonly vms: readonly z.output<typeof VmCreate>[];
  readonly objective?: BatchObjective | undefined;
  /** Purpose shown in decision records; defaults to a create. */
  readonly purpose?: PlacementPurpose | undefined;
  /** VMs of a plan that come before them and do not exist yet. */
  readonly planned?: readonly PlannedPlace[];
}

/** A VM that a plan has placed. */
export interface PlannedPlace {
  readonly ask: PlacementRequest;
  readonly nodeId: NodeId;
}

/** The placement of a batch, and the guards that protect it. */
export interface VmBatchPlan {
  readonly specs: readonly VmSpec[];
  readonly asks: readonly PlacementRequest[];
  readonly plan: BatchPlan;
  readonly rules: PlacementRules;
  readonly nodes: readonly Tables['nodes'][];
  /** About rules that name what is not there. */
  readonly notices: readonly string[];
}

/**
 * Plans a batch over the fleet of this moment.
 * @returns `validation-failed` for a VM that contradicts itself; `no-capacity` where not all of
 *   them find a node
 */
export async function planVmBatch(
  deps: ResourceDeps,
  context: CallContext,
  ask: VmBatchAsk,
): Promise<Result<VmBatchPlan, Problem>> {
  const { tenantId } = context.principal;
  const wanted = await readSpecs(deps, { tenantId, vms: ask.vms });
  return wanted.ok ? placeSpecs(deps, context, { ...ask, specs: wanted.value }) : wanted;
}

/** Places VMs whose specs are read. */
export async function placeSpecs(
  deps: ResourceDeps,
  context: CallContext,
  ask: Pick<VmBatchAsk, 'objective' | 'planned'> & { readonly specs: readonly VmSpec[] },
): Promise<Result<VmBatchPlan, Problem>> {
  const { tenantId } = context.principal;
  const { specs } = ask;
  const { planned = [] } = ask;
  const steered = await applyPoliciesToRequests(deps, tenantId, specs);
  const vms = steered.map((each, at) => ({ ask: each, networks: specs[at] }));
  const asks = await numberVms(deps, vms, { tenantId, plannedVms: planned.length });
  const { claims, kept, ...read } = await deps.store.snapshot({
    kept: ruleLevelsQuery(tenantId),
    ...FLEET,
  });
  const nodes = withClaims(read.nodes, claims);
  const rules = await readSharedRules({ tenantId, vmId: undefined, asks, nodes, kept }, { deps });
  const fleet = withPlanned(toFleetFacts(nodes, deps), planned);
  const ranked = await rules.readRanked();
  const peers = [...ranked.groups.flat(), ...planned.map((each) => toPeer(each.ask, each))];
  const question = { asks, fleet, peers, objective: ask.objective };
  const plan = await place('batch', question, { deps, context, nowMs: deps.clock.nowMs() });
  const unknown = findUnknownGroups(asks, rules.peers);
  if (!plan.ok) return err(nameUnknownGroups(plan.error, unknown));
  const notices = describeUnknownGroups(unknown);
  return ok({ specs, asks, plan: plan.value, rules, nodes, notices });
}

/** The fleet as it is once the VMs of a plan that come before are there. */
function withPlanned(fleet: FleetFacts, planned: readonly PlannedPlace[]): FleetFacts {
  if (planned.length === 0) return fleet;
  const byId = new Map(fleet.nodes.map((node) => [node.id, node]));
  for (const { ask, nodeId } of planned) {
    const node = byId.get(nodeId);
    if (node === undefined) continue;
    byId.set(nodeId, allocateVm(node, ask.vm, grantsOn(node, ask.vm)));
  }
  return { ...fleet, nodes: fleet.nodes.map((node) => byId.get(node.id) ?? node) };
}

/** Reads the specs of new VMs, with the fields of their templates. */
export async function readSpecs(
  { store }: ResourceDeps,
  { tenantId, vms }: Pick<VmBatchAsk, 'vms'> & { readonly tenantId: string },
): Promise<Result<readonly VmSpec[], Problem>> {
  const inherited = await inheritFields(store, { tenantId, inputs: vms });
  const specs: VmSpec[] = [];
  for (const [at, vm] of vms.entries()) {
    const spec = toNewSpec(vm, inherited[at] ?? {});
    if (!spec.ok) return err(aboutVm(spec.error, { at, name: vm.name }));
    specs.push(spec.value);
  }
  return ok(specs);
}

/** A problem of one VM of a batch as a problem of the batch; the fields are those of that VM. */
export function aboutVm(
  found: Problem,
  { at, name }: { readonly at: number; readonly name: string },
): Problem {
  if (found.data?.replan === true) return found;
  const fields = found.fields?.map(
    (each): FieldProblem => ({ ...each, path: ['vms', at, ...each.path] }),
  );
  return {
    ...found,
    detail: `${name}: ${found.detail}`,
    ...(fields === undefined ? {} : { fields }),
  };
}

/** Refuses a batch in which two VMs have one name; undefined where none have. */
export function checkBatchNames(vms: readonly { readonly name: string }[]): Problem | undefined {
  const first = new Map<string, number>();
  const repeated = vms.flatMap(({ name }, at) => {
    const before = first.get(name);
    if (before === undefined) first.set(name, at);
    return before === undefined ? [] : [{ name, at, before }];
  });
  if (repeated.length === 0) return undefined;
  const names = [...new Set(repeated.map(({ name }) => name))].join(', ');
  return problem('validation-failed', {
    detail: `Several VMs of the batch have the same name: ${names}.`,
    remedy: 'Give each VM a name of its own.',
    fields: repeated.map(({ at, before }) => ({
      path: ['vms', at, 'name'],
      message: `is the name of VM ${before} of the batch too`,
    })),
  });
}
