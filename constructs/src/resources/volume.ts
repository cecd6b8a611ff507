import type { TerraformMetaArguments } from 'cdktf';
import { Construct } from 'constructs';
import { registerChecks } from '../checks/register-checks.ts';
import { DataNovacronStorage } from '../gen/data-novacron-storage/index.ts';
import { Storage } from '../gen/storage/index.ts';
import type { VolumeType } from '../props/choices.ts';
import { pickMetaArguments } from '../props/meta-arguments.ts';
import { type ProtectionProps, renderProtection } from '../props/protection.ts';
import type { ISnapshot, IVm, IVolume } from '../props/references.ts';
import type { Size } from '../props/size.ts';
import { renderTimeouts, type Timeouts } from '../props/timeouts.ts';
import { deriveNames } from '../synthesis/derive-name.ts';
import { escapeLabels } from '../synthesis/escape-template.ts';
import { LabelledConstruct } from './base/labelled-construct.ts';

/** Props of a volume. */
export interface VolumeProps extends ProtectionProps, TerraformMetaArguments {
  /** Size, in whole gibibytes. It can grow; a smaller size replaces the volume. */
  readonly size: Size;
  /**
   * Name, unique within the tenant.
   * @default - derived from the construct's path
   */
  readonly volumeName?: string;
  /**
   * Storage class. A change replaces the volume.
   * @default VolumeType.SSD
   */
  readonly type?: VolumeType;
  /**
   * Whether nodes encrypt it and its snapshots. A change replaces the volume.
   * @default false
   */
  readonly encrypted?: boolean;
  /**
   * The snapshot that it is created from.
   * @default - none: the volume is empty
   */
  readonly source?: ISnapshot;
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

/** A volume (Terraform: `novacron_storage`). */
export class Volume extends LabelledConstruct implements IVolume {
  /** The volume with this id, managed elsewhere. */
  public static fromVolumeId(scope: Construct, id: string, volumeId: string): IVolume {
    return new ImportedVolume(scope, id, volumeId);
  }

  /** The volume with this name, which Terraform looks up. */
  public static fromVolumeName(scope: Construct, id: string, volumeName: string): IVolume {
    const volume = new ImportedVolume(scope, id);
    volume.volumeId = new DataNovacronStorage(volume, 'Lookup', { name: volumeName }).id;
    return volume;
  }

  private readonly resource: Storage;
  private holder?: IVm;

  public constructor(scope: Construct, id: string, props: VolumeProps) {
    super(scope, id, props.labels);
    this.resource = new Storage(this, 'Resource', {
      name: props.volumeName ?? deriveNames(this, props),
      sizeGb: props.size.toGibibytes(),
      type: props.type?.word,
      encrypted: props.encrypted,
      sourceSnapshotId: props.source?.snapshotId,
      metadata: escapeLabels(props.labels),
      deletionProtection: renderProtection(props, () => this.resource.metadataInput),
      timeouts: renderTimeouts(props.timeouts),
      ...pickMetaArguments(props),
    });
    registerChecks(this, this.resource);
  }

  /** Id of the volume. */
  public get volumeId(): string {
    return this._refer('id');
  }

  /** Name of the volume. */
  public get volumeName(): string {
    return this._refer('name');
  }

  /** Attaches it to a VM; a volume is attached to one at a time. */
  public attachTo(vm: IVm): void {
    if (this.holder !== undefined && this.holder !== vm) {
      throw new Error(
        `${this.node.path} is attached to ${this.holder.node.path} already, and a volume can be ` +
          `attached to one VM at a time. Create another volume for ${vm.node.path}.`,
      );
    }
    this.holder = vm;
    this.resource.attachedTo = vm.vmId;
  }
}

class ImportedVolume extends Construct implements IVolume {
  public volumeId: string;

  public constructor(scope: Construct, id: string, volumeId = '') {
    super(scope, id);
    this.volumeId = volumeId;
  }
}
