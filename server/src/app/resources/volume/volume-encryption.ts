/** Which nodes can open encrypted volumes: those whose agents announce it. */
import type { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import { VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { SnapshotRow, VolumeRow } from '../../../ports/tables/tables.ts';
import { desiredAs } from '../../rows/answer-resource.ts';
import { isAttachedAsDesired } from '../../rows/observed/observed-resource.ts';
import { parseStored } from '../../rows/parse-stored.ts';

/** Whether a node encrypts volumes. */
export function encryptsVolumes({ capabilities_json }: Pick<NodeRow, 'capabilities_json'>) {
  const said = parseStored<Partial<AgentAnnouncement['capabilities']>>(capabilities_json);
  return said?.volumeEncryption === 'yes';
}

/** Whether an attached volume of a VM is encrypted. */
export function hasEncrypted(volumes: readonly VolumeRow[]): boolean {
  return volumes.filter(isAttachedAsDesired).some((row) => desiredAs(row, VolumeSpec).encrypted);
}

/** Whether a node can run a VM with these volumes. */
export function opensVolumes(node: NodeRow, volumes: readonly VolumeRow[]): boolean {
  return encryptsVolumes(node) || !hasEncrypted(volumes);
}

/** Refuses an encrypted volume whose commands go to a node that encrypts none. */
export function refuseEncryption(
  { name, encrypted }: VolumeSpec,
  { unable: [node] }: { readonly unable: readonly string[] },
): Problem | undefined {
  if (!encrypted || node === undefined) return undefined;
  return problem('in-use', {
    detail:
      `The volume ${name} is encrypted, and the node ${node}, which is to open it, cannot ` +
      'encrypt volumes: its agent does not announce it.',
    remedy: `Upgrade the agent of ${node}, or use a VM on another node.`,
    fields: [{ path: ['encrypted'], message: `is true, and ${node} cannot encrypt volumes` }],
    data: { node },
  });
}

/** Refuses a copy in plain of an encrypted snapshot; undefined of a snapshot in plain. */
export function refusePlainCopy(source: SnapshotRow, original: VolumeRow): Problem | undefined {
  if (!desiredAs(original, VolumeSpec).encrypted) return undefined;
  return problem('validation-failed', {
    detail: `The snapshot ${source.name} is encrypted, and so is each volume that is made from it.`,
    remedy: 'Set encrypted to true.',
    fields: [{ path: ['encrypted'], message: 'must be true, as the snapshot is encrypted' }],
  });
}
