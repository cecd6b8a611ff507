import { Construct } from 'constructs';
import { registerChecks } from '../checks/register-checks.ts';
import { DataNovacronSnapshot } from '../gen/data-novacron-snapshot/index.ts';
import { Snapshot as SnapshotResource } from '../gen/snapshot/index.ts';
import type { ILabelled } from '../props/labelled.ts';
import type { ISnapshot, IVolume } from '../props/references.ts';
import { renderTimeouts, type Timeouts } from '../props/timeouts.ts';
import { deriveName } from '../synthesis/derive-name.ts';
import { escapeLabels, escapeOptional } from '../synthesis/escape-template.ts';

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
export class Snapshot extends Construct implements ISnapshot, ILabelled {
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
  private readonly resource: SnapshotResource;
  private labels: { [label: string]: string };

  public constructor(scope: Construct, id: string, props: SnapshotProps) {
    super(scope, id);
    this.labels = { ...props.labels };
    this.resource = new SnapshotResource(this, 'Resource', {
      name: props.snapshotName ?? deriveName(this),
      volumeId: props.volume.volumeId,
      description: escapeOptional(props.description),
      metadata: escapeLabels(props.labels),
      timeouts: renderTimeouts(props.timeouts),
    });
    this.snapshotId = this.resource.id;
    this.snapshotName = this.resource.name;
    registerChecks(this, this.resource);
  }

  public hasLabel(label: string): boolean {
    return this.labels[label] !== undefined;
  }

  public addLabel(label: string, value: string): void {
    this.labels = { ...this.labels, [label]: value };
    this.resource.metadata = escapeLabels(this.labels);
  }
}

class ImportedSnapshot extends Construct implements ISnapshot {
  public snapshotId: string;

  public constructor(scope: Construct, id: string, snapshotId = '') {
    super(scope, id);
    this.snapshotId = snapshotId;
  }
}
