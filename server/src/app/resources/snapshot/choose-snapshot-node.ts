/** Chooses the node that takes a snapshot and stores it. */
import { VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Tables, VmRow, VolumeRow } from '../../../ports/tables/tables.ts';
import { desiredAs, observedOf } from '../../rows/answer-resource.ts';
import type { WriteScope } from '../scope.ts';
import { capabilitiesOf } from '../vm/machine/configure-steps.ts';
import { encryptsVolumes } from '../volume/volume-encryption.ts';
import { nodeOfVm, poolsOfNode } from '../volume/volume-pool.ts';

type Node = Tables['nodes'];

/**
 * The node of the VM that uses the volume: only its hypervisor can take a consistent snapshot. An
 * unused volume is reachable from every node with the storage of its content, one of which is
 * chosen at random; where no storage is known, of all nodes.
 * @returns the name of the node
 */
export function chooseSnapshotNode(
  found: {
    readonly volume: VolumeRow;
    readonly vm: VmRow | undefined;
    readonly nodes: readonly Node[];
  },
  { deps }: WriteScope,
): Result<string, Problem> {
  const { volume, vm, nodes } = found;
  if (vm !== undefined) {
    const home = nodeOfVm(vm, nodes);
    if (home !== undefined && keepsSnapshots(home, volume)) return ok(home.name);
    return err(nodeLacksSnapshots(volume, vm));
  }
  const able = nodes.filter(
    (node) => node.status === 'ready' && keepsSnapshots(node, volume) && reaches(node, volume),
  );
  const chance = deps.rng.fork(`snapshot/${volume.id}`).next();
  const chosen = able[Math.floor(chance * able.length)];
  return chosen === undefined ? err(noSnapshotNode(volume)) : ok(chosen.name);
}

function reaches(node: Node, { pool_id }: VolumeRow): boolean {
  return pool_id === null || poolsOfNode(node).includes(pool_id);
}

function keepsSnapshots(node: Node, volume: VolumeRow): boolean {
  const { encrypted } = desiredAs(volume, VolumeSpec);
  return capabilitiesOf(node).snapshots === 'yes' && (!encrypted || encryptsVolumes(node));
}

function nodeLacksSnapshots(volume: VolumeRow, vm: VmRow): Problem {
  const node = String(observedOf(vm).node);
  const { encrypted } = desiredAs(volume, VolumeSpec);
  const what = encrypted ? 'encrypted snapshots' : 'snapshots';
  const why = `the hypervisor of ${node} cannot take ${what}`;
  return problem('validation-failed', {
    detail: `The volume ${volume.name} is attached to ${vm.name}, and ${why}.`,
    remedy: 'Detach the volume, or move the VM to another node (novacron vm migrate), first.',
    fields: [{ path: ['volume_id'], message: `is in use on ${node}, which cannot take ${what}` }],
  });
}

function noSnapshotNode(volume: VolumeRow): Problem {
  const { pool_id } = volume;
  const what = desiredAs(volume, VolumeSpec).encrypted ? 'encrypted snapshots' : 'snapshots';
  const which = pool_id === null ? '' : ` with the storage ${pool_id} of the volume`;
  return problem('no-capacity', {
    detail: `No ready node${which} can store ${what}.`,
    remedy:
      'Find the reason why nodes are lost (novacron node list), or add one that can ' +
      'store snapshots.',
    fields: [{ path: ['volume_id'], message: 'no node can store a snapshot of it' }],
  });
}
