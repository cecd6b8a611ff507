/**
 * Finds VMs that ask for failover and cannot have it: their root disks lie in storage that no other
 * node reaches. The room that the strategy `failover` keeps free does not help them.
 */
import { listNames } from '@novacron/contract/formats/list-names';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import { asksForFailover } from '@novacron/engine/placement/place/scorers/strategies';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { PlacementDeps } from '../deps.ts';
import { readFacts } from '../facts/node-facts.ts';
import { applyPoliciesToRequests } from '../steering/apply-placement-policies.ts';

/** VMs and nodes that a text names; more would be lists rather than hints. */
const NAMES_MAX = 3;

/** A VM and the node that it is to be on. */
interface VmOnNode {
  readonly ask: Pick<PlacementRequest, 'strategy'> & { readonly vm: { readonly name: string } };
  /** Name of the node. */
  readonly node: string;
  /**
   * Healing policy for the case that the node is confirmed dead; absent: the VM waits for its node.
   */
  readonly healing?: VmSpec['healing'] | undefined;
}

type Node = Pick<NodeRow, 'name' | 'facts_json'>;

/**
 * Says which VMs ask for failover and cannot have it, why, and what to do.
 * @param nodes - the fleet
 * @returns undefined where there are none; a node that announces no storage may share it
 */
export function describeFailoverRisk(
  places: readonly VmOnNode[],
  nodes: readonly Node[],
): string | undefined {
  const pools = new Map(nodes.map((node) => [node.name, readFacts(node)?.storage]));
  const isReached = (name: string): boolean => {
    const own = pools.get(name);
    if (own?.sharing !== 'shared') return own === undefined;
    return [...pools].some(([other, pool]) => other !== name && reaches(pool, own, name));
  };
  const bound = places.filter((place) => isToFailOver(place) && !isReached(place.node));
  if (bound.length === 0) return undefined;
  const where = bound.map(({ ask, node }) => `${ask.vm.name} on ${node}`);
  const better = [...pools.keys()].filter(
    (name) => pools.get(name) !== undefined && isReached(name),
  );
  const use =
    better.length === 0
      ? 'Give nodes a storage that they share (novacron agent --storage shared)'
      : `Place it on a node with shared storage, such as ${listNames(better, NAMES_MAX)}`;
  return (
    'Another node is to take over when one fails (`placement.strategy` or `on_node_loss`). The ' +
    `root disk is in storage that no other node reaches: ${listNames(where, NAMES_MAX)}. ` +
    `If that node fails, the VM waits for it. ${use}, or do not ask for it.`
  );
}

function isToFailOver({ ask, healing }: VmOnNode): boolean {
  return asksForFailover(ask.strategy) || healing?.on_node_loss === 'restart';
}

/** Same as {@link describeFailoverRisk}, for VMs with the additions of the tenant's policies. */
export async function readFailoverRisk(
  deps: PlacementDeps,
  tenantId: string,
  vms: readonly { readonly spec: VmSpec; readonly node: string }[],
): Promise<string | undefined> {
  if (vms.length === 0) return undefined;
  const specs = vms.map(({ spec }) => spec);
  const asks = await applyPoliciesToRequests(deps, tenantId, specs);
  const places = asks.map((ask, at) => ({
    ask,
    node: vms[at]?.node ?? '',
    healing: vms[at]?.spec.healing,
  }));
  if (!places.some(isToFailOver)) return undefined;
  return describeFailoverRisk(places, await deps.store.read({ from: 'nodes' }));
}

type Storage = NonNullable<ReturnType<typeof readFacts>>['storage'];

/** A node that looks for heartbeats and has not seen that of the other has another storage. */
function reaches(storage: Storage, own: NonNullable<Storage>, name: string): boolean {
  if (storage?.sharing !== 'shared' || storage.pool !== own.pool) return false;
  if (storage.peers === undefined || own.peers === undefined) return true;
  return storage.peers.some(({ node }) => node === name);
}
