/** Says in a plan whether the create of a VM would leave room for the VMs of lost nodes. */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import type { Problem } from '@novacron/contract/problem/problem';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import { runKeyOf } from '../../../placement/previews/preview-run.ts';
import { amountsOf } from '../../../rows/vm-amounts.ts';
import type { ResourceDeps } from '../../deps.ts';
import { guardRoomTaken } from './guard-failover-room.ts';
import type { TakenRoom } from './taken-room.ts';

/** A VM of a plan, and the place that the plan shows. */
interface PlannedVm {
  /** Its desired fields. */
  readonly wanted: Readonly<Record<string, unknown>>;
  readonly decision: PlacementDecision;
  /** Names the run; its other VMs take room too, unless they are being created. */
  readonly session: string | undefined;
  readonly moment: 'plan' | 'apply';
}

/**
 * Checks the node that the plan shows and the next best ones, as a create would.
 * @returns the problem of the create; empty where one of them may be used
 */
export async function previewFailoverRoom(
  deps: ResourceDeps,
  context: CallContext,
  { wanted, decision, session, moment }: PlannedVm,
): Promise<readonly Problem[]> {
  if (deps.settings.failoverNodes === 0) return [];
  const parsed = VmSpec.safeParse(wanted);
  if (!parsed.success) return [];
  const spec = parsed.data;
  const nodes = await deps.store.read({ from: 'nodes' });
  const others = moment === 'apply' ? [] : listOthers(deps, context, { session, spec });
  const scope = { deps, context, nowMs: deps.clock.nowMs() };
  const refused: Problem[] = [];
  const names = [decision.target_node, ...decision.alternatives.map(({ node }) => node)];
  for (const name of names) {
    const node = nodes.find((each) => each.name === name);
    if (node === undefined) continue;
    const own = takeOf(node.id, { id: `planned ${spec.name}`, spec, amounts: amountsOf(spec) });
    const guards = await guardRoomTaken([...others, own], scope);
    if (guards.ok) return [];
    refused.push(guards.error);
  }
  return refused.slice(0, 1);
}

/** The room of the VMs that the run creates besides. */
function listOthers(
  { placementMemory }: ResourceDeps,
  { principal }: CallContext,
  { session, spec }: { readonly session: string | undefined; readonly spec: VmSpec },
): readonly TakenRoom[] {
  if (session === undefined) return [];
  const run = placementMemory.runs.byKey.get(runKeyOf(principal.tenantId, session));
  if (run === undefined) return [];
  return [...run.places.values()].flatMap(({ row, ask }) => {
    if (row.node_id === null || row.name === spec.name || run.names.has(row.name)) return [];
    return [takeOf(row.node_id, { id: `planned ${row.name}`, spec: undefined, amounts: ask.vm })];
  });
}

function takeOf(
  nodeId: string,
  { id, spec, amounts }: Pick<TakenRoom, 'id' | 'spec' | 'amounts'>,
): TakenRoom {
  return { id, write: 'create', nodeId, amounts, changes: [{ nodeId, amounts }], spec };
}
