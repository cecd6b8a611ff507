/** Places the VMs of a batch together, with the solver's help where that is worth its time. */
import type { BatchObjective } from '@novacron/contract/placement-batch';
import type { Problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { VmCreate, VmSpec } from '@novacron/contract/vm';
import { draftBatch } from '@novacron/engine/batch/draft-batch';
import type { BatchPlan, SolverAnswer } from '@novacron/engine/batch/model';
import { planBatch } from '@novacron/engine/batch/plan-batch';
import type { PlacementAsk } from '@novacron/engine/placement/model';
import type { z } from 'zod';
import type { Tables } from '../../../ports/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { toPlacementNode } from '../../placement/facts/placement-node.ts';
import {
  keptLevels,
  type PlacementRules,
  readSharedRules,
} from '../../placement/facts/placement-rules.ts';
import { steerAsks } from '../../placement/steering/apply-placement-policies.ts';
import { inheritFields, toNewSpec } from '../../rows/inherit-fields.ts';
import type { ResourceDeps } from '../deps.ts';
import { aboutVm } from './about-vm.ts';

/** A batch waits no longer for its proof. */
const SOLVE_MS_MAX = 1_000;

/** What is to be placed. */
export interface VmBatchAsk {
  readonly vms: readonly z.output<typeof VmCreate>[];
  readonly objective?: BatchObjective | undefined;
}

/** Where the VMs go, and what protects that. */
export interface VmBatchPlan {
  readonly specs: readonly VmSpec[];
  readonly asks: readonly PlacementAsk[];
  readonly plan: BatchPlan;
  readonly rules: PlacementRules;
  readonly nodes: readonly Tables['nodes'][];
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
  if (!wanted.ok) return wanted;
  const specs = wanted.value;
  const asks = await steerAsks(deps, tenantId, specs);
  const { nodes, kept } = await deps.store.snapshot({
    kept: keptLevels(tenantId),
    nodes: { from: 'nodes' },
  });
  const rules = await readSharedRules({ tenantId, vmId: undefined, asks, nodes, kept }, { deps });
  const objective = ask.objective ?? objectiveOf(asks);
  const input = { nodes: nodes.map(toPlacementNode), peers: rules.peers, asks, objective };
  const env = { nowMs: deps.clock.nowMs(), rng: deps.rng };
  const draft = draftBatch(input, env);
  if (!draft.ok) return draft;
  const { asked } = draft.value;
  const answer: SolverAnswer | undefined =
    asked === undefined ? undefined : await solve(deps, asked.model);
  const plan = planBatch(draft.value, answer, env);
  return plan.ok ? ok({ specs, asks, plan: plan.value, rules, nodes }) : plan;
}

async function readSpecs(
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

async function solve(
  { solver }: ResourceDeps,
  model: Parameters<NonNullable<ResourceDeps['solver']>['solve']>[0],
): Promise<SolverAnswer> {
  if (solver === undefined) return { kind: 'failed', why: 'this server has none' };
  return solver.solve(model, SOLVE_MS_MAX);
}

function objectiveOf(asks: readonly PlacementAsk[]): BatchObjective {
  return asks.every(({ strategy }) => strategy === 'pack') ? 'nodes' : 'peak';
}
