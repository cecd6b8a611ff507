/** Finds the nodes that can run a VM from the disks that it has on another node. */
import type { NodeFacts } from '@novacron/contract/fleet/node-facts';
import { VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { VolumeRow } from '../../../../ports/tables/tables.ts';
import { readFacts } from '../../../placement/facts/node-facts.ts';
import { desiredAs } from '../../../rows/answer-resource.ts';
import { isAttachedAsDesired } from '../../../rows/observed/observed-resource.ts';
import { encryptsVolumes, hasEncrypted, opensVolumes } from '../../volume/volume-encryption.ts';
import { contentPool, poolOnNode, poolsOfNode } from '../../volume/volume-pool.ts';
import { capabilitiesOf } from '../machine/configure-steps.ts';

/** The shared storage that a VM has its disks in. */
export interface SharedDisks {
  readonly root: string;
  /** The pools of its volumes. */
  readonly volumes: readonly string[];
  /** `yes`: one of its volumes is encrypted. Absent: none is. */
  readonly encrypted?: 'yes';
  /**
   * The node that it is on, where that writes heartbeats into the storage of its root disk: a node
   * that looks for heartbeats and has never seen this one move has another storage with that id,
   * such as a copy. Absent for nodes that do not say what they have seen.
   */
  readonly writer?: string;
}

/**
 * Returns where the disks of a VM are.
 * @param source - the node that the VM is on
 * @returns undefined where its root disk is in storage of this node alone
 */
export function findSharedDisks(
  volumes: readonly VolumeRow[],
  source: NodeRow,
): SharedDisks | undefined {
  const root = readFacts(source)?.storage;
  if (root?.sharing !== 'shared') return undefined;
  const writes = root.peers !== undefined && capabilitiesOf(source).poolHeartbeat === 'yes';
  return {
    root: root.pool,
    volumes: poolsOfVolumes(volumes, source),
    ...(hasEncrypted(volumes) ? { encrypted: 'yes' } : {}),
    ...(writes ? { writer: source.name } : {}),
  };
}

/** The pools of all disks of a VM; undefined where its root disk is in storage of its node. */
export function poolsOfDisks(
  volumes: readonly VolumeRow[],
  source: NodeRow,
): readonly string[] | undefined {
  const disks = findSharedDisks(volumes, source);
  return disks === undefined ? undefined : [...new Set([disks.root, ...disks.volumes])];
}

/**
 * Returns the pools in which the attached volumes of a VM are.
 * @param source - the node that the VM is on
 */
export function poolsOfVolumes(volumes: readonly VolumeRow[], source: NodeRow): readonly string[] {
  const pools = volumes.filter(isAttachedAsDesired).flatMap((row) => {
    const { type } = desiredAs(row, VolumeSpec);
    return contentPool(row, source) ?? poolOnNode(source, { type, content: null }) ?? [];
  });
  return [...new Set(pools)].sort();
}

/** Whether a node, ready or not, reaches all of these pools. */
export function reachesPools(node: NodeRow, pools: readonly string[]): boolean {
  const reached = poolsOfNode(node);
  return pools.every((pool) => reached.includes(pool));
}

/** Whether a node has seen the heartbeat of another one move in its storage, or does not look. */
function hasSeen(
  { name, storage }: { readonly name: string; readonly storage: NonNullable<NodeFacts['storage']> },
  writer: string,
): boolean {
  if (name === writer || storage.peers === undefined) return true;
  return storage.peers.some(({ node }) => node === writer);
}

/** Whether a node, ready or not, can run a VM from these disks. */
export function reachesDisks(
  node: NodeRow,
  { root, volumes, encrypted, writer }: SharedDisks,
): boolean {
  const own = readFacts(node)?.storage;
  if (own?.sharing !== 'shared' || own.pool !== root) return false;
  if (writer !== undefined && !hasSeen({ name: node.name, storage: own }, writer)) return false;
  if (capabilitiesOf(node).define !== 'yes') return false;
  if (encrypted !== undefined && !encryptsVolumes(node)) return false;
  return reachesPools(node, volumes);
}

/**
 * Finds the nodes that can run a VM with a new root disk: those that reach its volumes.
 * @param source - the node that the VM was on
 */
export function findNodesForNewDisk(
  {
    nodes,
    volumes,
  }: { readonly nodes: readonly NodeRow[]; readonly volumes: readonly VolumeRow[] },
  source: NodeRow,
): readonly NodeRow[] {
  const pools = poolsOfVolumes(volumes, source);
  return nodes.filter(
    (node) =>
      node.id !== source.id &&
      node.status === 'ready' &&
      reachesPools(node, pools) &&
      opensVolumes(node, volumes),
  );
}

/**
 * Whether a node besides that of a VM, ready or not, reaches its disks.
 * @param volumes - those of the VM; none for its root disk alone
 * @param source - the node that the VM is on
 */
export function isReachedElsewhere(
  {
    nodes,
    volumes,
  }: { readonly nodes: readonly NodeRow[]; readonly volumes: readonly VolumeRow[] },
  source: NodeRow,
): boolean {
  const disks = findSharedDisks(volumes, source);
  if (disks === undefined) return false;
  return nodes.some((node) => node.id !== source.id && reachesDisks(node, disks));
}

/** @param source - the node that the VM was on */
export function findReachingNodes(
  {
    nodes,
    volumes,
  }: { readonly nodes: readonly NodeRow[]; readonly volumes: readonly VolumeRow[] },
  source: NodeRow,
): readonly NodeRow[] {
  const disks = findSharedDisks(volumes, source);
  if (disks === undefined) return [];
  return nodes.filter(
    (node) => node.id !== source.id && node.status === 'ready' && reachesDisks(node, disks),
  );
}
