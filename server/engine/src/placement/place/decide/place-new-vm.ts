/**
 * Places a VM that does not exist yet. Nodes on standby are woken for it only where no node that is
 * awake can hold it, and nodes that are being woken already come first.
 */
import type { NodeId } from '@novacron/contract/ids';
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { Env } from '../../../env.ts';
import { findNode } from '../index/fleet-index.ts';
import type { FleetOverlay } from '../index/fleet-overlay.ts';
import type { PlacementNode, PlacementRequest } from '../model/placement.ts';
import { type PreviewedPlace, placeAsPreviewed } from './place-as-previewed.ts';

/** Inputs for the placement of a new VM besides the fleet. */
export interface NewVmChoices {
  /** The decision that a preview has shown; undefined where there is no preview. */
  readonly kept: PlacementDecision | undefined;
  /** Ids of nodes on standby that their agents can switch on. */
  readonly wakeable: readonly NodeId[];
  /**
   * The fleet with all VMs that other previews have shown: their room is left to them as long as
   * there is other room. Only read without a preview.
   */
  readonly expected?: FleetOverlay | undefined;
}

/**
 * Places a VM where its preview has shown it, else on a node that is awake, else on one that is to
 * be woken for it.
 * @param fleet - as it stands; it is not changed
 * @returns the placement, with a line about a node that has to be woken; or the problems of
 *   `decidePlacement` on the nodes that are awake, where no node that could be woken helps either
 */
export function placeNewVm(
  fleet: FleetOverlay,
  request: PlacementRequest,
  { kept, wakeable, expected }: NewVmChoices,
  env: Env,
): Result<PreviewedPlace, Problem> {
  if (kept === undefined && expected !== undefined) {
    const besides = placeAsPreviewed(expected, request, undefined, env);
    if (besides.ok) return besides;
  }
  const place = (each: FleetOverlay) => placeAsPreviewed(each, request, kept, env);
  // A node that the preview said would be woken is woken, even if another one has room by now.
  const shown = wakeable.filter((id) => findNode(fleet.index, id)?.name === kept?.target_node);
  const asShown = shown.length === 0 ? undefined : place(wakeNodes(fleet, shown));
  if (asShown?.ok === true && asShown.value.plan.decision === kept) return asShown;
  const awake = place(fleet);
  if (awake.ok || awake.error.code !== 'no-capacity') return awake;
  const waking = wakeable.filter((id) => (nodeOn(fleet, id)?.vmCount ?? 0) > 0);
  for (const woken of [waking, wakeable]) {
    const placed = woken.length === 0 ? awake : place(wakeNodes(fleet, woken));
    if (placed.ok) return ok(explainWaking(placed.value));
  }
  return awake;
}

function wakeNodes(fleet: FleetOverlay, ids: readonly NodeId[]): FleetOverlay {
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

function explainWaking({ plan, notice }: PreviewedPlace): PreviewedPlace {
  const { decision } = plan;
  const { target_node: node } = decision;
  const line = `wakes ${node} from standby, since no node that is awake can hold it`;
  const explanation = [line, ...decision.explanation];
  return { plan: { ...plan, decision: { ...decision, explanation } }, notice };
}
