/**
 * Nodes on standby that may be woken for a VM: only where no node that is awake can hold it, and
 * first those that are being woken already.
 */
import type { NodeId } from '@novacron/contract/ids';
import type { PlacementDecision } from '@novacron/contract/placement';
import type { Problem } from '@novacron/contract/problem';
import { ok, type Result } from '@novacron/contract/result';
import { findNode } from '@novacron/engine/placement/fleet/fleet-index';
import type { FleetOverlay } from '@novacron/engine/placement/fleet/overlay';
import type { PlacementNode } from '@novacron/engine/placement/model';
import type { NodeRow } from '../../../ports/node-row.ts';
import type { PreviewedPlace } from './place-as-previewed.ts';

/** Ids of the nodes on standby whose agents can switch them on. */
export function wakeableOf(rows: readonly NodeRow[]): readonly NodeId[] {
  return rows.flatMap((row) => {
    if (row.status !== 'standby') return [];
    // Written from what an agent announced.
    const capabilities: Readonly<Record<string, unknown>> = JSON.parse(row.capabilities_json);
    // The store's own, so it was parsed before it was written.
    return capabilities.nodePower === 'yes' ? [row.id as NodeId] : [];
  });
}

/**
 * Places a VM on a node that is awake, else on one that would be woken for it.
 * @param fleet - as it stands
 * @param from - who may be woken, and what a plan has shown: a node that it said would be woken is
 *   woken even if another one could hold the VM by now
 * @param place - decides on a fleet
 * @returns what was decided, with a line about a node that has to be woken; or why no node that is
 *   awake can hold the VM, where none that would be woken can either
 */
export function placeOrWake(
  fleet: FleetOverlay,
  from: { readonly wakeable: readonly NodeId[]; readonly kept: PlacementDecision | undefined },
  place: (fleet: FleetOverlay) => Result<PreviewedPlace, Problem>,
): Result<PreviewedPlace, Problem> {
  const { wakeable, kept } = from;
  const shown = wakeable.filter((id) => findNode(fleet.index, id)?.name === kept?.target_node);
  const asShown = shown.length === 0 ? undefined : place(wake(fleet, shown));
  if (asShown?.ok === true && asShown.value.plan.decision === kept) return asShown;
  const awake = place(fleet);
  if (awake.ok || awake.error.code !== 'no-capacity') return awake;
  const awaited = wakeable.filter((id) => (nodeOn(fleet, id)?.vmCount ?? 0) > 0);
  for (const woken of [awaited, wakeable]) {
    const placed = woken.length === 0 ? awake : place(wake(fleet, woken));
    if (placed.ok) return ok(tellWaking(placed.value));
  }
  return awake;
}

function wake(fleet: FleetOverlay, ids: readonly NodeId[]): FleetOverlay {
  const changed = new Map(fleet.changed);
  for (const id of ids) {
    const node = nodeOn(fleet, id);
    if (node !== undefined) changed.set(id, { ...node, status: 'ready' });
  }
  return { ...fleet, changed };
}

function nodeOn({ index, changed }: FleetOverlay, id: NodeId): PlacementNode | undefined {
  return changed.get(id) ?? findNode(index, id);
}

function tellWaking({ plan, notice }: PreviewedPlace): PreviewedPlace {
  const { decision } = plan;
  const { target_node: node } = decision;
  const line = `wakes ${node} from standby, since no node that is awake can hold it`;
  const explanation = [line, ...decision.explanation];
  return { plan: { ...plan, decision: { ...decision, explanation } }, notice };
}
