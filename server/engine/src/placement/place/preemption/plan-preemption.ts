/**
 * Makes room for a VM that no node can hold: chooses spot VMs of one node that are to be stopped.
 * Sources of the idea: preemption by priority in Borg (Verma et al., EuroSys 2015) and in the
 * Kubernetes scheduler, which likewise takes the node whose highest victim matters least, then the
 * fewest victims, and spares every VM that need not be stopped.
 */
import type { NodeId } from '@novacron/contract/ids';
import type { Env } from '../../../env.ts';
import { tryPlacement } from '../decide/decide-placement.ts';
import { findRejections } from '../filters/reject-nodes.ts';
import { findNode } from '../index/fleet-index.ts';
import type { FleetOverlay } from '../index/fleet-overlay.ts';
import type {
  Amounts,
  PlacementNode,
  PlacementPlan,
  PlacementRequest,
} from '../model/placement.ts';
import { prepareRequest } from '../ranking/scan-fleet.ts';
import { chooseVictims, type SpotVm } from './choose-victims.ts';

/** Nodes that are tried with a full decision, the cheapest first; mostly the first one succeeds. */
const TRIES_MAX = 16;

/** A placement, and the VMs to stop for it. */
export interface PreemptionPlan {
  readonly plan: PlacementPlan;
  /** All on the node of the plan; empty where there is enough room by now. */
  readonly victims: readonly SpotVm[];
}

/** The VMs that may be stopped, and the preferred node: the one that a preview has shown. */
export interface PreemptionChoices {
  readonly spotVms: readonly SpotVm[];
  readonly shownNode?: string | undefined;
}

/**
 * Chooses a node and the spot VMs on it without which it can hold the VM.
 * @param fleet - on which no node can hold the VM; it is not changed
 * @returns the plan; undefined where no set of spot VMs of one node would help
 */
export function planPreemption(
  fleet: FleetOverlay,
  request: PlacementRequest,
  { spotVms, shownNode }: PreemptionChoices,
  env: Env,
): PreemptionPlan | undefined {
  if (spotVms.length === 0) return undefined;
  const options = listOptions(fleet, request, spotVms);
  const rankOf = ({ node }: Option) => (node.name === shownNode ? 0 : 1);
  options.sort((left, right) => rankOf(left) - rankOf(right) || compareOptions(left, right));
  for (const { freed, victims } of options.slice(0, TRIES_MAX)) {
    const changed = new Map(fleet.changed).set(freed.id, freed);
    const tried = tryPlacement({ ...fleet, changed }, request, env);
    if (!tried.ok) continue;
    const { nodeId } = tried.value;
    return { plan: tried.value, victims: nodeId === freed.id ? victims : [] };
  }
  return undefined;
}

interface Option {
  readonly node: PlacementNode;
  /** The node without its victims. */
  readonly freed: PlacementNode;
  readonly victims: readonly SpotVm[];
  /** Freed but unneeded resources, as shares of the node. */
  readonly wasteRatio: number;
}

function listOptions(
  fleet: FleetOverlay,
  request: PlacementRequest,
  spotVms: readonly SpotVm[],
): Option[] {
  const { countedRequest } = prepareRequest(fleet, request);
  const byNode = new Map<NodeId, SpotVm[]>();
  for (const each of spotVms) {
    const there = byNode.get(each.nodeId);
    if (there === undefined) byNode.set(each.nodeId, [each]);
    else there.push(each);
  }
  return [...byNode].flatMap(([id, there]) => {
    const node = fleet.changed.get(id) ?? findNode(fleet.index, id);
    const victims = node === undefined ? undefined : chooseVictims(node, request.vm, there);
    if (node === undefined || victims === undefined) return [];
    const freed = { ...node, used: usedWithout(node.used, victims) };
    if (findRejections(freed, countedRequest).length > 0) return [];
    return [{ node, freed, victims, wasteRatio: wasteOf(freed, request.vm) }];
  });
}

function usedWithout(used: Amounts, victims: readonly SpotVm[]): Amounts {
  return victims.reduce<Amounts>(
    (left, { frees }) => ({
      cpuCores: left.cpuCores - frees.cpuCores,
      memoryMib: left.memoryMib - frees.memoryMib,
      diskGb: left.diskGb - frees.diskGb,
    }),
    used,
  );
}

/** Returns the share that remains free once the VM is placed. */
function wasteOf({ capacity, used }: PlacementNode, vm: Amounts): number {
  const cores = (capacity.cpuCores - used.cpuCores - vm.cpuCores) / capacity.cpuCores;
  return cores + (capacity.memoryMib - used.memoryMib - vm.memoryMib) / capacity.memoryMib;
}

function compareOptions(left: Option, right: Option): number {
  return (
    highestOf(left) - highestOf(right) ||
    left.victims.length - right.victims.length ||
    sumOf(left) - sumOf(right) ||
    left.wasteRatio - right.wasteRatio ||
    (left.node.name < right.node.name ? -1 : 1)
  );
}

function highestOf({ victims }: Option): number {
  return Math.max(...victims.map(({ priority }) => priority));
}

function sumOf({ victims }: Option): number {
  return victims.reduce((sum, { priority }) => sum + priority, 0);
}
