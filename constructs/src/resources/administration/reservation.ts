import type { TerraformMetaArguments } from 'cdktf';
import type { Construct } from 'constructs';
import { registerChecks } from '../../checks/register-checks.ts';
import { Reservation as ReservationResource } from '../../gen/reservation/index.ts';
import type { TopologyLevel } from '../../props/choices.ts';
import type { Duration } from '../../props/duration.ts';
import { pickMetaArguments } from '../../props/meta-arguments.ts';
import type { PeerOptions } from '../../props/peer-rules.ts';
import { Placement } from '../../props/placement.ts';
import type { PlacementProps } from '../../props/placement-props.ts';
import type { IVm } from '../../props/references.ts';
import type { Size } from '../../props/size.ts';
import { deriveNames } from '../../synthesis/derive-name.ts';
import { escapeLabels } from '../../synthesis/escape-template.ts';
import { LabelledConstruct } from '../base/labelled-construct.ts';

/** Props of a reservation. A change replaces the reservation. */
export interface ReservationProps extends PlacementProps, TerraformMetaArguments {
  /** Number of virtual CPU cores. */
  readonly cpuCores: number;
  /** Memory, in steps of 64 MiB. */
  readonly memory: Size;
  /** Size of the root disk, in whole gibibytes. */
  readonly disk: Size;
  /** Duration from its creation, in whole seconds; after that it is gone. */
  readonly duration: Duration;
  /**
   * Name, unique within the tenant.
   * @default - derived from the construct's path
   */
  readonly reservationName?: string;
  /**
   * Labels that placement rules of VMs select.
   * @default - none
   */
  readonly labels?: { [label: string]: string };
}

/** A reservation: capacity for one VM that is held on a node until a deadline. */
export class Reservation extends LabelledConstruct {
  private readonly resource: ReservationResource;
  private readonly placement: Placement;

  public constructor(scope: Construct, id: string, props: ReservationProps) {
    super(scope, id, props.labels);
    this.placement = new Placement(props);
    this.resource = new ReservationResource(this, 'Resource', {
      name: props.reservationName ?? deriveNames(this, props),
      cpuCores: props.cpuCores,
      memoryGb: props.memory.toGibibytes(),
      diskGb: props.disk.toGibibytes(),
      ttlSeconds: props.duration.toSeconds(),
      metadata: escapeLabels(props.labels),
      antiAffinity: props.antiAffinityGroup,
      placement: this.placement.render(),
      requirements: props.requirements,
      ...pickMetaArguments(props),
    });
    registerChecks(this, this.resource, { placement: this.placement });
  }

  /** Id of the reservation, which a VM is created with. */
  public get reservationId(): string {
    return this._refer('id');
  }

  /** Name of the reservation. */
  public get reservationName(): string {
    return this._refer('name');
  }

  /** Name of the node that has the capacity. */
  public get nodeName(): string {
    return this._refer('node');
  }

  /** Reserves near to a VM, which Terraform creates first. */
  public keepNear(other: IVm, options?: PeerOptions): void {
    this.placement.add({ kind: 'near', peer: other, name: other.vmName }, options);
    this.putPlacement();
  }

  /** Reserves away from a VM, which Terraform creates first. */
  public keepAway(other: IVm, options?: PeerOptions): void {
    this.placement.add({ kind: 'away', peer: other, name: other.vmName }, options);
    this.putPlacement();
  }

  /** Spreads it and VMs with the same labels evenly over nodes, racks or zones. */
  public spread(level: TopologyLevel): void {
    this.placement.spreadDomain = level.word;
    this.putPlacement();
  }

  private putPlacement(): void {
    const rendered = this.placement.render();
    if (rendered !== undefined) this.resource.putPlacement(rendered);
  }
}
