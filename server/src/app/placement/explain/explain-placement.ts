/** Explains why a VM is on its node, and why it is not on another one. */

import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import {
  PlacementDecision,
  type PlacementExplanation,
  PlacementOutcome,
} from '@novacron/contract/placement/placement';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Env } from '@novacron/engine/env';
import { explainNode } from '@novacron/engine/placement/place/explain-node';
import type { PlacementNode } from '@novacron/engine/placement/place/model/placement';
import { planPlacement } from '@novacron/engine/placement/place/plan-placement';
import type { Tables, VmRow } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import { desiredAs } from '../../rows/answer-resource.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { type RecordedBasis, readBasis } from '../decisions/read-basis.ts';
import type { PlacementDeps } from '../deps.ts';
import { FLEET, toFleetFacts } from '../facts/fleet-facts.ts';
import { withClaims } from '../facts/node-facts.ts';
import { readPlacementRules, ruleLevelsQuery } from '../facts/placement-rules.ts';
import { applyPoliciesToRequest } from '../steering/apply-placement-policies.ts';

/**
 * Explains a placement. For the nodes that the recorded decision names, the answer is that of the
 * decision; any other node is compared in the fleet that the decision saw. A VM that was moved to a
 * named node, such as by a drain, is explained by its own rules in that fleet. Where that record
 * has been deleted, the answer says so and compares in the fleet as it is, as if the VM were placed
 * now.
 * @returns `not-found` for an unknown VM or node, and for a decision without a record
 */
export async function explainPlacement(
  deps: PlacementDeps,
  input: ParsedInputOf<'placement.explain'>,
  context: CallContext,
): Promise<Result<PlacementExplanation, Problem>> {
  const { tenantId } = context.principal;
  const found = await findResource(deps.store, 'vm', { tenantId, id: input.id });
  if (!found.ok) return found;
  const row = found.value;
  const rows = await deps.store.snapshot({
    ...FLEET,
    allocations: { from: 'allocations', where: { vm_id: row.id } },
    decisions: { from: 'placement_decisions', where: { vm_id: row.id, tenant_id: tenantId } },
    kept: ruleLevelsQuery(tenantId),
  });
  const record = latest(rows.decisions);
  const decision =
    record === undefined ? null : PlacementDecision.parse(JSON.parse(record.decision_json));
  const common = {
    vm: row.name,
    decided_at: record === undefined ? null : toTimestamp(record.created_at_ms),
    decision,
    executed_at: record?.executed_at_ms == null ? null : toTimestamp(record.executed_at_ms),
    outcome: record?.outcome == null ? null : PlacementOutcome.parse(record.outcome),
  };
  const env = { nowMs: deps.clock.nowMs(), rng: deps.rng };
  const own = desiredAs(row, VmSpec).placement?.node ?? undefined;
  const basis = withOwnPin(await readBasis(deps, record), own);
  if (input.node === undefined) {
    if (decision === null) return err(notRecorded(row));
    const { explanation } = basis.isMove ? explainMove(basis, decision, env) : decision;
    return ok({ ...common, node: null, basis: 'recorded', explanation: [...explanation] });
  }
  const node = input.node;
  const recorded = decision === null ? undefined : describeRecorded(decision, node);
  if (recorded !== undefined) {
    return ok({ ...common, node, basis: 'recorded', explanation: recorded });
  }
  if (basis.kind === 'kept' && decision !== null) {
    const then = explainThen(basis, { node, decision }, env);
    if (then !== undefined) return ok({ ...common, node, basis: 'recorded', explanation: then });
  }
  const ask = await applyPoliciesToRequest(deps, tenantId, desiredAs(row, VmSpec));
  const asker = { tenantId, vmId: row.id, ask, nodes: rows.nodes, kept: rows.kept };
  const rules = await readPlacementRules(asker, { deps });
  const { groups } = await rules.readRanked();
  const others = rows.claims.filter(({ vm_id }) => vm_id !== row.id);
  const { nodes, licences } = toFleetFacts(withClaims(rows.nodes, others), deps);
  const explained = explainNode(
    {
      ...ask,
      licences,
      unknownFacts: 'refuse',
      nodes: nodes.map((each) => withoutVm(each, rows.allocations)),
      peers: groups.flat(),
    },
    node,
    env,
  );
  if (!explained.ok) return explained;
  const explanation = [...WHY_NOW[basis.kind], ...explained.value];
  return ok({ ...common, node, basis: 'current', explanation });
}

/** Recorded basis of a decision, and whether its node was named by a move and not by the VM. */
type OwnBasis = RecordedBasis & { readonly isMove: boolean };

/**
 * A drain, the optimizer or `vm migrate --node` names the node of a move: the question that was
 * asked is pinned to it. The question of the VM is the same one with its own pin, if it has one.
 */
function withOwnPin(basis: RecordedBasis, own: string | undefined): OwnBasis {
  if (basis.kind !== 'kept') return { ...basis, isMove: false };
  const { ask } = basis;
  const isMove = ask.constraints.node !== undefined && ask.constraints.node !== own;
  if (!isMove) return { ...basis, isMove };
  return { ...basis, isMove, ask: { ...ask, constraints: { ...ask.constraints, node: own } } };
}

/** Answers the question of a VM that was moved to a named node, in the fleet of that moment. */
function explainMove(
  basis: OwnBasis,
  decision: PlacementDecision,
  env: Env,
): Pick<PlacementDecision, 'explanation'> {
  if (basis.kind !== 'kept') return decision;
  const { ask, nodes, peers } = basis;
  const planned = planPlacement({ ...ask, unknownFacts: 'refuse', nodes, peers: peers ?? [] }, env);
  const named = `${decision.target_node} was named by the move that brought the VM there`;
  if (!planned.ok) return { explanation: [named] };
  const { explanation, score, target_node: target } = planned.value.decision;
  if (target === decision.target_node) return { explanation: [named, ...explanation] };
  const [use = '', scores = ''] = decision.explanation;
  const other = `${target} would be the choice of its own rules, with score ${score}`;
  return { explanation: [named, use, scores, other, ...explanation] };
}

/** Precedes an answer from the fleet as it is, where there is a record of the decision. */
const WHY_NOW: Readonly<Record<RecordedBasis['kind'], readonly string[]>> = {
  kept: ['The fleet did not have the node when the VM was placed; as the fleet is now:'],
  pruned: ['The fleet as it was when the VM was placed is not kept any more; as it is now:'],
  unknown: [],
};

/** Explains a node in the fleet that the decision saw; undefined for a node that it did not see. */
function explainThen(
  { ask, nodes, peers }: RecordedBasis & { readonly kind: 'kept' },
  { node, decision }: { readonly node: string; readonly decision: PlacementDecision },
  env: Env,
): string[] | undefined {
  const unknownFacts = 'refuse' as const;
  const question = { ...ask, unknownFacts, nodes, peers: peers ?? [], decided: decision };
  const explained = explainNode(question, node, env);
  if (!explained.ok) return undefined;
  const left = 'Rules about other VMs are left out: these were too many to be recorded.';
  return [...explained.value, ...(peers === null ? [left] : [])];
}

function latest(
  decisions: readonly Tables['placement_decisions'][],
): Tables['placement_decisions'] | undefined {
  return [...decisions].sort((left, right) => right.created_at_ms - left.created_at_ms)[0];
}

/** Explains the chosen node, or one of the next best, from the decision alone. */
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
    detail: `The placement decision of ${name} is not stored (any more).`,
    remedy: 'Name a node: the answer then uses the current fleet.',
  });
}
