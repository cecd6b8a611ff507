/** Forecasts what happens to VMs when nodes fail. */
import type { FailureForecast } from '@novacron/contract/fleet/capacity-operations';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { explainFailure } from '@novacron/engine/placement/optimizer/explain-failure';
import { forecastFailure } from '@novacron/engine/placement/optimizer/forecast-failure';
import type { ResidentVm } from '@novacron/engine/placement/optimizer/model/optimizer';
import type { PlacementNode } from '@novacron/engine/placement/place/model/placement';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { observeFleet } from '../optimizer/observe-fleet.ts';

type Input = ParsedInputOf<'capacity.failure'>;

/**
 * Simulates the restart of the VMs of the failed nodes on the remaining ones; stopped VMs count
 * too, because they hold room.
 * @returns `validation-failed` where no node fails; `not-found` for unknown names
 */
export async function answerFailure(
  deps: CapabilityDeps,
  input: Input,
  { principal }: CallContext,
): Promise<Result<FailureForecast, Problem>> {
  const fleet = await observeFleet(deps);
  const wrong = checkNames(input, fleet.nodes);
  if (wrong !== undefined) return err(wrong);
  const hits = (node: PlacementNode) =>
    FAILING.some((kind) => input[kind].includes(nameOf(node, kind)));
  const env = { nowMs: deps.clock.nowMs(), rng: deps.rng };
  const forecast = forecastFailure(fleet, hits, env);
  // Only the existence of another tenant's VM is disclosed.
  const toVm = ({ id, tenantId, request, node }: ResidentVm) => ({
    vm_id: id,
    vm: tenantId === principal.tenantId ? request.vm.name : null,
    from: node,
  });
  return ok({
    nodes_failed: [...forecast.nodesFailed],
    verdict: forecast.stranded.length === 0 ? 'safe' : 'stranded',
    restarted: forecast.restarted.map(({ vm, to }) => ({ ...toVm(vm), to })),
    stranded: forecast.stranded.map(({ vm, reason }) => ({ ...toVm(vm), reason })),
    unguarded_before: [...forecast.unguardedBefore],
    unguarded_after: [...forecast.unguardedAfter],
    explanation: [...explainFailure(forecast)],
  });
}

const FAILING = ['zone', 'rack', 'node'] as const;

function nameOf({ name, zone, rack }: PlacementNode, kind: (typeof FAILING)[number]): string {
  return { zone, rack: `${zone}/${rack}`, node: name }[kind];
}

/** A forecast for an unknown node would look like good news. */
function checkNames(input: Input, nodes: readonly PlacementNode[]): Problem | undefined {
  const asked = FAILING.flatMap((kind) => input[kind].map((name, at) => ({ kind, name, at })));
  if (asked.length === 0) {
    return problem('validation-failed', {
      detail: 'The request names no zone, rack or node to fail.',
      remedy: 'Set at least one of them.',
      fields: [{ path: ['node'], message: 'is empty, and so are zone and rack' }],
    });
  }
  const unknown = asked.find(
    ({ kind, name }) => !nodes.some((node) => nameOf(node, kind) === name),
  );
  if (unknown === undefined) return undefined;
  const { kind, name, at } = unknown;
  const known = [...new Set(nodes.map((node) => nameOf(node, kind)))].sort().slice(0, 10);
  return problem('not-found', {
    detail: `The fleet has no ${kind} ${name}.`,
    remedy: `Choose one of these: ${known.join(', ')}.`,
    fields: [{ path: [kind, at], message: `no ${kind} has this name` }],
  });
}
