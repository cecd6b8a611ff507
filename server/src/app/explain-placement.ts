/** Answers why a VM is where it is, and why it is not on another node. */
import type { ParsedInputOf } from '@novacron/contract/operations';
import { PlacementDecision, type PlacementExplanation } from '@novacron/contract/placement';
import { type Problem, problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { VmSpec } from '@novacron/contract/vm';
import { explainNode } from '@novacron/engine/placement/explain-node';
import type { PlacementNode } from '@novacron/engine/placement/model';
import type { Tables, VmRow } from '../ports/tables.ts';
import type { CallContext } from './application.ts';
import type { AppDeps } from './deps.ts';
import { desiredOf } from './resources/answer-resource.ts';
import { findResource } from './resources/find-resource.ts';
import { toPlacementAsk } from './resources/placement-ask.ts';
import { toPlacementNode } from './resources/placement-node.ts';
import { keptLevels, readPlacementRules } from './resources/placement-rules.ts';
import { toTimestamp } from './time.ts';

/**
 * Explains a placement. What the recorded decision says of a node is answered from it; any other
 * node is judged in the fleet as it is, as if the VM were placed anew.
 * @returns `not-found` for an unknown VM or node, and for a decision that is not kept
 */
export async function explainPlacement(
  deps: AppDeps,
  input: ParsedInputOf<'placement.explain'>,
  context: CallContext,
): Promise<Result<PlacementExplanation, Problem>> {
  const { tenantId } = context.principal;
  const found = await findResource(deps.store, 'vm', { tenantId, id: input.id });
  if (!found.ok) return found;
  const row = found.value;
  const rows = await deps.store.snapshot({
    nodes: { from: 'nodes' },
    allocations: { from: 'allocations', where: { vm_id: row.id } },
    decisions: { from: 'placement_decisions', where: { vm_id: row.id, tenant_id: tenantId } },
    kept: keptLevels(tenantId),
  });
  const record = latest(rows.decisions);
  const decision =
    record === undefined ? null : PlacementDecision.parse(JSON.parse(record.decision_json));
  const common = {
    vm: row.name,
    decided_at: record === undefined ? null : toTimestamp(record.created_at_ms),
    decision,
  };
  if (input.node === undefined) {
    if (decision === null) return err(notRecorded(row));
    const { explanation } = decision;
    return ok({ ...common, node: null, basis: 'recorded', explanation });
  }
  const node = input.node;
  const recorded = decision === null ? undefined : describeRecorded(decision, node);
  if (recorded !== undefined) {
    return ok({ ...common, node, basis: 'recorded', explanation: recorded });
  }
  const ask = toPlacementAsk(VmSpec.parse(desiredOf(row)));
  const asker = { tenantId, vmId: row.id, ask, nodes: rows.nodes, kept: rows.kept };
  const { peers } = await readPlacementRules(asker, { deps });
  const explained = explainNode(
    {
      ...ask,
      nodes: rows.nodes.map((each) => withoutVm(toPlacementNode(each), rows.allocations)),
      peers,
    },
    node,
    { nowMs: deps.clock.nowMs(), rng: deps.rng },
  );
  if (!explained.ok) return explained;
  return ok({ ...common, node, basis: 'current', explanation: [...explained.value] });
}

function latest(
  decisions: readonly Tables['placement_decisions'][],
): Tables['placement_decisions'] | undefined {
  return [...decisions].sort((left, right) => right.created_at_ms - left.created_at_ms)[0];
}

/** What a decision itself says of a node: the chosen one, or one of the next best. */
function describeRecorded(decision: PlacementDecision, node: string): string[] | undefined {
  const { target_node: target, score, explanation, alternatives } = decision;
  if (node === target) return [`${node} was chosen with score ${score}`, ...explanation];
  const other = alternatives.find((each) => each.node === node);
  if (other === undefined) return undefined;
  const lines = [`${node} could hold it, with score ${other.score}`];
  return other.score === score
    ? [...lines, `${target} had the same score and won the lot`]
    : [...lines, `${target} was preferred with score ${score}`];
}

function withoutVm(
  node: PlacementNode,
  allocations: readonly Tables['allocations'][],
): PlacementNode {
  const held = allocations.find((each) => each.node_id === node.id);
  if (held === undefined) return node;
  const { cpuCores, memoryMib, diskGb } = node.used;
  return {
    ...node,
    used: {
      cpuCores: cpuCores - held.cpu_cores,
      memoryMib: memoryMib - held.memory_mib,
      diskGb: diskGb - held.disk_gb,
    },
    vmCount: node.vmCount - 1,
  };
}

function notRecorded({ name }: VmRow): Problem {
  return problem('not-found', {
    detail: `The decision about the place of ${name} is not kept (any more).`,
    remedy: 'Ask about a node: that is answered from the fleet as it is.',
  });
}
