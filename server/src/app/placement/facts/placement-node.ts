import type { NodeStatus, NodeSuspicion } from '@novacron/contract/fleet/node';
import type { PriceList } from '@novacron/engine/cost/model/price-list';
import { classPricesOf } from '@novacron/engine/cost/plan-price';
import type {
  PlacementNode,
  SuspicionKind,
} from '@novacron/engine/placement/place/model/placement';
import { featuresOfNode } from '../../rows/hypervisor-features.ts';
import { conditionsOf } from '../../rows/observed/node-conditions.ts';
import { isOnlyAgentSilent } from '../../rows/observed/node-suspicion.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { type ClaimedNodeRow, withFacts } from './node-facts.ts';

/**
 * Converts a stored node into a node of the placement planner, without its measured load.
 * @param list - the price list in force
 */
export function toPlacementNode(row: ClaimedNodeRow, list: PriceList | undefined): PlacementNode {
  const features = featuresOfNode(row.capabilities_json);
  const node: PlacementNode = {
    id: row.id,
    name: row.name,
    zone: row.zone,
    rack: row.rack,
    // The store's own, parsed before it was written. Nothing is placed on a node that refuses it,
    // that is suspected, or that its storage has cut off.
    status: isUsed(row) ? (row.status as NodeStatus) : 'lost',
    ...suspicionOf(row),
    ...(row.followed_json === null ? {} : { controlPlane: 'other' }),
    capacity: { cpuCores: row.cpu_cores, memoryMib: row.memory_mib, diskGb: row.disk_gb },
    used: {
      cpuCores: row.cpu_cores_used,
      memoryMib: row.memory_mib_used,
      diskGb: row.disk_gb_used,
    },
    vmCount: row.vm_count,
    ...pricesOf(row, list),
    // A request for one rack asks for this label.
    labels: { rack: row.rack },
    ...(features.length === 0 ? {} : { features }),
  };
  return withConditions(withFacts(node, row), row);
}

/**
 * Key of the taint for a condition, which VMs may tolerate; its value is the kind of the condition.
 */
const CONDITION_TAINT = 'novacron/condition';

/**
 * Adds a taint for each condition: a node that is about to fail is avoided, and takes VMs that have
 * no other place. A sign is no failure: a fleet that has it everywhere would take no VM at all.
 */
function withConditions(node: PlacementNode, row: ClaimedNodeRow): PlacementNode {
  const kinds = new Set(conditionsOf(row).map(({ kind }) => kind));
  if (kinds.size === 0) return node;
  const avoided = [...kinds].map((value) => ({
    key: CONDITION_TAINT,
    value,
    effect: 'avoid' as const,
  }));
  return { ...node, taints: [...(node.taints ?? []), ...avoided] };
}

/** A node on standby is woken, whatever was suspected of it when it was switched off. */
function isUsed({ status, followed_json, suspected_json, cut_off_json }: ClaimedNodeRow): boolean {
  if (followed_json !== null || cut_off_json !== null) return false;
  return suspected_json === null || status === 'standby';
}

function suspicionOf({
  cut_off_json,
  suspected_json,
}: ClaimedNodeRow): Pick<PlacementNode, 'suspected'> {
  if (cut_off_json !== null) return { suspected: 'cut-off' };
  return suspected_json === null ? {} : { suspected: suspicionKindOf(suspected_json) };
}

function suspicionKindOf(text: string): SuspicionKind {
  // Written by servers: {@link NodeSuspicion}.
  const stored: Partial<NodeSuspicion> | undefined = parseStored(text);
  if (stored?.planned_until !== undefined) return 'planned-stop';
  return isOnlyAgentSilent({ suspected_json: text }) ? 'agent-silent' : 'silent';
}

function pricesOf(
  { class: nodeClass }: ClaimedNodeRow,
  list: PriceList | undefined,
): Pick<PlacementNode, 'prices' | 'spotRisk'> {
  if (list === undefined) return {};
  const spotRisk = classPricesOf(list, nodeClass)?.spotRisk ?? 0;
  return { prices: { list, nodeClass }, ...(spotRisk === 0 ? {} : { spotRisk }) };
}
