/** The operations that improve the fleet: each answers with a plan and its operation. */
import { toAmount } from '@novacron/contract/cost/money';
import type { ImprovementPlan as AnsweredPlan } from '@novacron/contract/fleet/improvement';
import { parseDuration } from '@novacron/contract/formats/duration';
import type { OperationName, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { explainImprovement } from '@novacron/engine/placement/optimizer/explain-improvement';
import type {
  FleetSummary,
  ImprovementPlan,
} from '@novacron/engine/placement/optimizer/model/optimizer';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { answerOperation } from '../../kernel/operations/answer-operation.ts';
import { admitWrite } from '../../kernel/write/admit-write.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { Prepare } from '../../resources/scope.ts';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { beginPlan } from './begin-plan.ts';
import { observeFleet } from './observe-fleet.ts';
import { planWithRoom } from './plan-with-room.ts';
import {
  type Also,
  type ImprovementAsk,
  prepareImprovement,
  refuseLostDrain,
} from './prepare-improvement.ts';

/** Dependencies of improving the fleet. */
export type ImprovementParts = BeginParts<CapabilityDeps>;

/** A drain moves every VM. */
const DRAIN_MOVES_MAX = 100_000;

const MIB_PER_GB = 1024;
const PERCENT = 100;

interface Planning {
  readonly dry_run: boolean;
  readonly failover: 'keep' | 'ignore';
}

/** Drains a node. */
export async function drainNode(
  parts: ImprovementParts,
  input: ParsedInputOf<'node.drain'>,
  context: CallContext,
): Promise<Result<unknown, Problem>> {
  const ask = await askOfDrain(parts.deps, input);
  return ask.ok ? improve(parts, { name: 'node.drain', input, ask: ask.value }, context) : ask;
}

/** Plans a drain that is a step of a workflow. */
export const prepareNodeDrain: Prepare<ParsedInputOf<'node.drain'>> = async (input, scope) => {
  if (input.dry_run) return err([dryStep('node.drain')]);
  const ask = await askOfDrain(scope.deps, input);
  return ask.ok ? prepareImprovement(ask.value, () => undefined)(input, scope) : err([ask.error]);
};

async function askOfDrain(
  { store, clock }: Pick<CapabilityDeps, 'store' | 'clock'>,
  { id, for: span, failover, stop }: ParsedInputOf<'node.drain'>,
): Promise<Result<ImprovementAsk, Problem>> {
  const [row] = await store.read({ from: 'nodes', where: { id } });
  if (row === undefined) return err(notFound('node', id));
  const durationMs = parseDuration(span ?? '');
  const maintenanceUntilMs = durationMs === undefined ? null : clock.nowMs() + durationMs;
  const stops = stop ? ({ stops: 'what-stays' } as const) : {};
  const goal = { kind: 'drain', node: row.name, ...stops } as const;
  return ok({ movesMax: DRAIN_MOVES_MAX, failover, goal, maintenanceUntilMs });
}

/** Returns the problem of a step that would change nothing. */
export function dryStep(name: OperationName): Problem {
  return problem('validation-failed', {
    detail: `A workflow step cannot call ${name} as a dry run: a dry run starts no operation.`,
    remedy: 'Omit dry_run.',
    fields: [{ path: ['dry_run'], message: 'must be false in a step' }],
  });
}

/** Rebalances the fleet. */
export function rebalanceFleet(
  parts: ImprovementParts,
  input: Planning & { readonly moves_max: number },
  context: CallContext,
): Promise<Result<unknown, Problem>> {
  const ask = { ...limitsOf(input), goal: { kind: 'rebalance' } as const };
  return improve(parts, { name: 'optimizer.rebalance', input, ask }, context);
}

/** Empties nodes that the fleet does not need, or those that cost most. */
export function emptyNodes(
  parts: ImprovementParts,
  {
    kind,
    input,
    also = () => ({}),
  }: {
    readonly kind: 'consolidate' | 'reduce_cost';
    readonly input: Planning & {
      readonly moves_max: number;
      readonly headroom_percent: number;
      readonly power_down: boolean;
    };
    readonly also?: Also;
  },
  context: CallContext,
): Promise<Result<unknown, Problem>> {
  const goal = { kind, headroomRatio: input.headroom_percent / PERCENT };
  const emptied = input.power_down ? 'switch-off' : 'keep-on';
  const ask = { ...limitsOf(input), goal, emptied, also } as const;
  return improve(parts, { name: `optimizer.${kind}`, input, ask }, context);
}

/** Defragments the fleet: gathers free room. */
export async function defragmentFleet(
  parts: ImprovementParts,
  input: Planning & {
    readonly moves_max: number;
    readonly cpu_cores?: number | undefined;
    readonly memory_gb?: number | undefined;
    readonly disk_gb?: number | undefined;
  },
  context: CallContext,
): Promise<Result<unknown, Problem>> {
  const { cpu_cores: cpuCores, memory_gb: memoryGb, disk_gb: diskGb } = input;
  const given = [cpuCores, memoryGb, diskGb].filter((each) => each !== undefined);
  const size =
    cpuCores === undefined || memoryGb === undefined || diskGb === undefined
      ? undefined
      : { cpuCores, memoryMib: Math.round(memoryGb * MIB_PER_GB), diskGb };
  if (size === undefined && given.length > 0) return err(halfASize());
  const ask = { ...limitsOf(input), goal: { kind: 'defragment', size } as const };
  return improve(parts, { name: 'optimizer.defragment', input, ask }, context);
}

function limitsOf(input: Planning & { readonly moves_max: number }) {
  return { movesMax: input.moves_max, failover: input.failover };
}

function halfASize(): Problem {
  return problem('validation-failed', {
    detail: 'The size of the VM requires cpu_cores, memory_gb and disk_gb.',
    remedy: 'Set all three, or omit them to use the size of the largest VM.',
    fields: [{ path: ['cpu_cores'], message: 'requires memory_gb and disk_gb' }],
  });
}

async function improve(
  parts: ImprovementParts,
  wanted: {
    readonly name: OperationName;
    readonly input: Planning;
    readonly ask: ImprovementAsk;
  },
  context: CallContext,
): Promise<Result<unknown, Problem>> {
  const { deps, executor } = parts;
  const { name, input, ask } = wanted;
  if (input.dry_run) {
    const fleet = await observeFleet(deps);
    const planned = await planWithRoom(ask, fleet, { deps, context });
    if (!planned.ok) return planned;
    const refusal = refuseLostDrain(ask.goal, fleet.rows);
    if (refusal !== undefined) return err(refusal);
    return ok({ plan: toAnswer(planned.value.plan, context), warnings: [] });
  }
  let plan: ImprovementPlan | undefined;
  const prepare = prepareImprovement(ask, (latest) => {
    plan = latest;
  });
  const isOwn = context.principal.name === OWN_PRINCIPALS.optimizer;
  const admitted = isOwn
    ? await beginPlan(parts, { name, input: { ...input }, ask, prepare }, context)
    : await admitWrite(name, { ...input }, prepare, deps, context);
  if (!admitted.ok) return admitted;
  const { operation, warnings } = admitted.value;
  if (operation.status === 'running') executor.start(operation);
  return ok({
    ...(plan === undefined ? {} : { plan: toAnswer(plan, context) }),
    operation: await answerOperation(deps, operation),
    warnings,
  });
}

/** Only the existence of another tenant's VM is disclosed. */
function toAnswer(plan: ImprovementPlan, { principal }: CallContext): AnsweredPlan {
  const nameOf = ({ vm, tenantId }: { readonly vm: string; readonly tenantId: string }) =>
    tenantId === principal.tenantId ? vm : null;
  return {
    goal: plan.goal.kind,
    moves: plan.moves.map((move) => ({
      vm_id: move.vmId,
      vm: nameOf(move),
      from: move.from,
      to: move.to,
      manner: move.manner,
      memory_gb: move.memoryMib / MIB_PER_GB,
      imbalance_after: move.imbalance,
    })),
    emptied: [...plan.emptied],
    left: plan.left.map((each) => ({ vm_id: each.vmId, vm: nameOf(each), why: each.why })),
    before: toStanding(plan.before),
    after: toStanding(plan.after),
    effort: { memory_gb: plan.copiedMib / MIB_PER_GB, duration_seconds: plan.durationS },
    cost: {
      currency: plan.cost.currency,
      savings_per_hour: toAmount(plan.cost.savings),
      moves: toAmount(plan.cost.moves),
      payback_hours: plan.cost.paybackHours,
      unknown: plan.cost.unknown,
    },
    explanation: [...explainImprovement(plan)],
  };
}

function toStanding({ imbalance, nodesInUse, slots, unguarded }: FleetSummary) {
  return { imbalance, nodes_in_use: nodesInUse, slots, unguarded: [...unguarded] };
}
