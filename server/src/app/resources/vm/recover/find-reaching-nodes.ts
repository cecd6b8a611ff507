/** Finds the nodes that can run a VM from the disks that it has on another node. */
import { VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { VolumeRow } from '../../../../ports/tables/tables.ts';
import { readFacts } from '../../../placement/facts/node-facts.ts';
import { desiredAs } from '../../../rows/answer-resource.ts';
import { isAttachedAsDesired } from '../../../rows/observed-resource.ts';
import { contentPool, poolOnNode, poolsOfNode } from '../../volume/volume-pool.ts';
import { capabilitiesOf } from '../machine/configure-steps.ts';

/** @param source - the node that the VM was on */
export function findReachingNodes(
  {
    nodes,
    volumes,
  }: { readonly nodes: readonly NodeRow[]; readonly volumes: readonly VolumeRow[] },
  source: NodeRow,
): readonly NodeRow[] {
  const root = readFacts(source)?.storage;
  if (root?.sharing !== 'shared') return [];
  const pools = volumes.filter(isAttachedAsDesired).flatMap((row) => {
    const { type } = desiredAs(row, VolumeSpec);
    return contentPool(row, source) ?? poolOnNode(source, { type, content: null }) ?? [];
  });
  return nodes.filter((node) => {
    const own = readFacts(node)?.storage;
    if (node.id === source.id || node.status !== 'ready') return false;
    if (own?.sharing !== 'shared' || own.pool !== root.pool) return false;
    if (capabilitiesOf(node).define !== 'yes') return false;
    const reached = poolsOfNode(node);
    return pools.every((pool) => reached.includes(pool));
  });
}
