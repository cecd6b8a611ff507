/** Decides where a VM would be placed now, without placing it. */
import type { PlacementAnswer } from '@novacron/contract/kinds/vm/orchestration-operations';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import { explainConflictingRules } from '../../../placement/decide/explain-conflicting-rules.ts';
import { describeFailoverRisk } from '../../../placement/decide/find-failover-risk.ts';
import {
  describeUnknownGroups,
  findUnknownGroups,
  nameUnknownGroups,
} from '../../../placement/decide/find-unknown-groups.ts';
import { place } from '../../../placement/decide/place.ts';
import { FLEET, toFleetFacts } from '../../../placement/facts/fleet-facts.ts';
import { withClaims } from '../../../placement/facts/node-facts.ts';
import { readPlacementRules, ruleLevelsQuery } from '../../../placement/facts/placement-rules.ts';
import { numberVm } from '../../../placement/prices/number-vms.ts';
import { applyPoliciesToRequest } from '../../../placement/steering/apply-placement-policies.ts';
import { readNewSpec } from '../../../rows/inherit-fields.ts';
import type { ResourceDeps } from '../../deps.ts';

/**
 * Decides as a create would at this moment: with the tenant's orchestration policies, its rules,
 * and spot VMs that would make room. Quotas and policies in Rego are not asked.
 * @returns `validation-failed` for a VM without a size; `no-capacity` with the reasons against
 *   every node
 */
export async function previewVmPlacement(
  deps: ResourceDeps,
  input: ParsedInputOf<'placement.decide'>,
  context: CallContext,
): Promise<Result<PlacementAnswer, Problem>> {
  const { tenantId } = context.principal;
  const wanted = await readNewSpec(deps.store, { tenantId, input });
  if (!wanted.ok) return wanted;
  const steered = await applyPoliciesToRequest(deps, tenantId, wanted.value);
  const ask = await numberVm(deps, { ask: steered, networks: wanted.value }, { tenantId });
  const { claims, kept, ...read } = await deps.store.snapshot({
    kept: ruleLevelsQuery(tenantId),
    ...FLEET,
  });
  const nodes = withClaims(read.nodes, claims);
  const rules = await readPlacementRules({ tenantId, vmId: undefined, ask, nodes, kept }, { deps });
  const question = { ask, fleet: toFleetFacts(nodes, deps), rules, kept: undefined };
  const placed = await place('create', question, { deps, context, nowMs: deps.clock.nowMs() });
  const unknown = findUnknownGroups([ask], rules.peers);
  if (!placed.ok) {
    const refused = nameUnknownGroups(placed.error, unknown);
    return err(await explainConflictingRules(deps.store, { tenantId, ask, planned: [] }, refused));
  }
  const { target_node: node, ...decision } = placed.value.plan.decision;
  const risk = describeFailoverRisk([{ ask, node, healing: wanted.value.healing }], nodes);
  const notices = [...describeUnknownGroups(unknown), ...(risk === undefined ? [] : [risk])];
  return ok({ node, ...decision, notices });
}
