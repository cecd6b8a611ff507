import { Construct } from 'constructs';
import { registerChecks } from '../checks/register-checks.ts';
import { DataNovacronSnapshot } from '../gen/data-novacron-snapshot/index.ts';
import { Snapshot as SnapshotResource } from '../gen/snapshot/index.ts';
import type { ISnapshot, IVolume } from '../props/references.ts';
import { renderTimeouts, type Timeouts } from '../props/timeouts.ts';
import { deriveName } from '../synthesis/derive-name.ts';

/** Props of a snapshot. */
export interface SnapshotProps {
  /** The volume to copy. */
  readonly volume: IVolume;
  /**
   * Name, unique within the tenant.
   * @default - derived from the construct's path
   */
  readonly snapshotName?: string;
  /**
   * Description of the snapshot.
   * @default - none
   */
  readonly description?: string;
  /**
   * How long a run waits.
   * @default - 20 minutes each
   */
  readonly timeouts?: Timeouts;
}

/** A snapshot. A volume that has snapshots cannot be deleted. */
export class Snapshot extends Construct implements ISnapshot {
  /** The snapshot with this id, managed elsewhere. */
  public static fromSnapshotId(scope: Construct, id: string, snapshotId: string): ISnapshot {
    return new ImportedSnapshot(scope, id, snapshotId);
  }

  /** The snapshot with this name, which Terraform looks up. */
  public static fromSnapshotName(scope: Construct, id: string, snapshotName: string): ISnapshot {
    const snapshot = new ImportedSnapshot(scope, id);
    snapshot.snapshotId = new DataNovacronSnapshot(snapshot, 'Lookup', { name: snapshotName }).id;
    return snapshot;
  }

  /** Id of the snapshot. */
  public readonly snapshotId: string;
  /** Name of the snapshot. */
  public readonly snapshotName: string;

  public constructor(scope: Construct, id: string, props: SnapshotProps) {
    super(scope, id);
    const resource = new SnapshotResource(this, 'Resource', {
      name: props.snapshotName ?? deriveName(this),
      volumeId: props.volume.volumeId,
      description: props.description,
      timeouts: renderTimeouts(props.timeouts),
    });
    this.snapshotId = resource.id;
    this.snapshotName = resource.name;
    registerChecks(this, resource);
  }
}

class ImportedSnapshot extends Construct implements ISnapshot {
  public snapshotId: string;

  public constructor(scope: Construct, id: string, snapshotId = '') {
    super(scope, id);
    this.snapshotId = snapshotId;
  }
}
