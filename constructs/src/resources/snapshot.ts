import type { TerraformMetaArguments } from 'cdktf';
import { Construct } from 'constructs';
import { registerChecks } from '../checks/register-checks.ts';
import { DataNovacronSnapshot } from '../gen/data-novacron-snapshot/index.ts';
import { Snapshot as SnapshotResource } from '../gen/snapshot/index.ts';
import { pickMetaArguments } from '../props/meta-arguments.ts';
import type { ISnapshot, IVolume } from '../props/references.ts';
import { renderTimeouts, type Timeouts } from '../props/timeouts.ts';
import { deriveNames } from '../synthesis/derive-name.ts';
import { escapeLabels, escapeOptional } from '../synthesis/escape-template.ts';
import { LabelledConstruct } from './base/labelled-construct.ts';

/** Props of a snapshot. */
export interface SnapshotProps extends TerraformMetaArguments {
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
   * Labels for people and policies.
   * @default - none
   */
  readonly labels?: { [label: string]: string };
  /**
   * Time limits of Terraform operations.
   * @default - 20 minutes each
   */
  readonly timeouts?: Timeouts;
}

/** A snapshot. A volume that has snapshots cannot be deleted. */
export class Snapshot extends LabelledConstruct implements ISnapshot {
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

  private readonly resource: SnapshotResource;

  public constructor(scope: Construct, id: string, props: SnapshotProps) {
    super(scope, id, props.labels);
    this.resource = new SnapshotResource(this, 'Resource', {
      name: props.snapshotName ?? deriveNames(this, props),
      volumeId: props.volume.volumeId,
      description: escapeOptional(props.description),
      metadata: escapeLabels(props.labels),
      timeouts: renderTimeouts(props.timeouts),
      ...pickMetaArguments(props),
    });
    registerChecks(this, this.resource);
  }

  /** Id of the snapshot. */
  public get snapshotId(): string {
    return this._refer('id');
  }

  /** Name of the snapshot. */
  public get snapshotName(): string {
    return this._refer('name');
  }
}

class ImportedSnapshot extends Construct implements ISnapshot {
  public snapshotId: string;

  public constructor(scope: Construct, id: string, snapshotId = '') {
    super(scope, id);
    this.snapshotId = snapshotId;
  }
}
