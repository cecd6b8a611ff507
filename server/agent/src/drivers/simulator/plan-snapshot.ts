/** Effects of each action on a simulated snapshot: pure, so that it reads like a table. */
import type { Machine, MachineVolume } from '@novacron/contract/agent/machine';
import type { SnapshotId, VolumeId } from '@novacron/contract/ids';
import { err, ok, type Result } from '@novacron/contract/result';
import type { DriverCapabilities, DriverProblem } from '../driver.ts';
import type { SimulatedSnapshot } from './snapshot-store.ts';

/** State at the start of an action. */
export interface SnapshotScene {
  readonly snapshot_id: SnapshotId;
  readonly snapshot: SimulatedSnapshot | undefined;
  readonly capabilities: DriverCapabilities;
}

type Plan = Result<SimulatedSnapshot, DriverProblem>;

/** A snapshot of a volume as it is now; one that was taken already stays as it is. */
export function planTake(scene: SnapshotScene, { volume_id, size_gb }: MachineVolume): Plan {
  const { snapshot_id, snapshot, capabilities } = scene;
  if (capabilities.snapshots !== 'yes') return final('This hypervisor keeps no snapshots');
  if (snapshot !== undefined) {
    if (snapshot.volume_id === volume_id) return ok(snapshot);
    return final(`The snapshot ${snapshot_id} is one of ${snapshot.volume_id} already`);
  }
  return ok({ snapshot_id, volume_id, size_gb, restored_to: [] });
}

/** A volume has the content of the snapshot. */
export function planRestore({ snapshot_id, snapshot }: SnapshotScene, volumeId: VolumeId): Plan {
  if (snapshot === undefined) return final(`The snapshot ${snapshot_id} is not on this node`);
  const restored_to = [...new Set([...snapshot.restored_to, volumeId])];
  return ok({ ...snapshot, restored_to });
}

/** The snapshot that is exported. */
export function planExport({ snapshot_id, snapshot }: SnapshotScene): Plan {
  return snapshot === undefined
    ? final(`The snapshot ${snapshot_id} is not on this node`)
    : ok(snapshot);
}

/** A volume that a machine has stays. */
export function planDeleteVolume(
  machines: readonly Machine[],
  volumeId: VolumeId,
): Result<null, DriverProblem> {
  const user = machines.find(({ volumes }) =>
    volumes.some(({ volume_id }) => volume_id === volumeId),
  );
  return user === undefined ? ok(null) : final(`The volume ${volumeId} belongs to ${user.vm_id}`);
}

function final(message: string) {
  return err<DriverProblem>({ message: `${message}.`, next: 'final' });
}
