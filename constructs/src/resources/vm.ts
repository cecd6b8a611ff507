import { Lazy, type TerraformMetaArguments } from 'cdktf';
import { Construct } from 'constructs';
import { registerChecks } from '../checks/register-checks.ts';
import { DataNovacronVm } from '../gen/data-novacron-vm/index.ts';
import { type VmFirewallRules, Vm as VmResource } from '../gen/vm/index.ts';
import type { TopologyLevel } from '../props/choices.ts';
import { type Peer, type Port, renderRule } from '../props/firewall.ts';
import type { CommonMachineProps } from '../props/machine-props.ts';
import { pickMetaArguments } from '../props/meta-arguments.ts';
import type { PeerOptions } from '../props/peer-rules.ts';
import { Placement } from '../props/placement.ts';
import { type ProtectionProps, renderProtection } from '../props/protection.ts';
import type { INetwork, ISecurityGroup, IVm } from '../props/references.ts';
import type { RestartWindow } from '../props/restart-window.ts';
import type { Size } from '../props/size.ts';
import { renderTimeouts } from '../props/timeouts.ts';
import { deriveNames } from '../synthesis/derive-name.ts';
import { LabelledConstruct } from './base/labelled-construct.ts';
import { findMissingNetwork, networkOf, renderMachine } from './render-machine.ts';
import { findForeignAnswerFile, refuseLiteralSecrets, renderSecrets } from './vm-secrets.ts';
import type { Volume } from './volume.ts';

/** The known attributes of a VM that is managed elsewhere. */
export interface VmAttributes {
  /** Its id. */
  readonly vmId: string;
  /** Its name. */
  readonly vmName: string;
}

/** Props of a VM. */
export interface VmProps extends CommonMachineProps, ProtectionProps, TerraformMetaArguments {
  /**
   * Number of virtual CPU cores.
   * @default - that of the template
   */
  readonly cpuCores?: number;
  /**
   * Memory of the guest, in steps of 64 MiB.
   * @default - that of the template
   */
  readonly memory?: Size;
  /**
   * Size of the root disk, in whole gibibytes. It can grow.
   * @default - that of the template
   */
  readonly disk?: Size;
  /**
   * Name, unique within the tenant.
   * @default - derived from the construct's path
   */
  readonly vmName?: string;
  /**
   * Its address in the network.
   * @default - one that NovaCron assigns
   */
  readonly ipAddress?: string;
  /**
   * Whether it is stopped. It keeps its node, its disks and its address.
   * @default false
   */
  readonly stopped?: boolean;
  /**
   * Window in which the VM may be restarted for a change that its hypervisor cannot apply live.
   * @default - at once
   */
  readonly restartWindow?: RestartWindow;
  /**
   * Any text; another one re-images the VM: its root disk is replaced by a new one from its
   * template. Its id, its address and its volumes stay.
   * @default - none
   */
  readonly reimageTrigger?: string;
  /**
   * Data for cloud-init. It is stored in the synthesised file and in the state: use
   * `secretUserData` for secrets.
   * @default - none
   */
  readonly userData?: string;
  /**
   * Data for cloud-init that is not stored in the state. It has to be a reference, such as the
   * value of a sensitive variable: a literal would be stored in the synthesised file.
   * @default - none
   */
  readonly secretUserData?: string;
  /**
   * Password of the guest's default user, not stored in the state. It has to be a reference, like
   * `secretUserData`.
   * @default - none
   */
  readonly password?: string;
  /**
   * Answer file of Windows Setup, not stored in the state. It has to be a reference, such as
   * `Fn.file(path)`, and needs the guest `windows`.
   * @default - none
   */
  readonly unattend?: string;
  /**
   * Any number; a change sends `secretUserData`, `password` and `unattend` again.
   * @default 1
   */
  readonly secretVersion?: number;
}

/** A virtual machine. NovaCron places it on a node and may move it later. */
export class Vm extends LabelledConstruct implements IVm {
  /** The VM with this id, whose name Terraform looks up. */
  public static fromVmId(scope: Construct, id: string, vmId: string): IVm {
    const vm = new ImportedVm(scope, id);
    const lookup = new DataNovacronVm(vm, 'Lookup', { id: vmId });
    return vm.know({ vmId, vmName: lookup.name });
  }

  /** The VM with this name, whose id Terraform looks up. */
  public static fromVmName(scope: Construct, id: string, vmName: string): IVm {
    const vm = new ImportedVm(scope, id);
    const lookup = new DataNovacronVm(vm, 'Lookup', { name: vmName });
    return vm.know({ vmId: lookup.id, vmName });
  }

  /** A VM whose attributes are known, so that nothing is looked up. */
  public static fromVmAttributes(scope: Construct, id: string, attributes: VmAttributes): IVm {
    return new ImportedVm(scope, id).know(attributes);
  }

  private readonly resource: VmResource;
  private readonly placement: Placement;
  private readonly rules: VmFirewallRules[] = [];
  private readonly securityGroups: string[];
  private network?: INetwork;

  public constructor(scope: Construct, id: string, props: VmProps) {
    super(scope, id, props.labels);
    refuseLiteralSecrets(this, props);
    this.placement = new Placement(props);
    this.network = props.network;
    this.securityGroups = (props.securityGroups ?? []).map((group) => group.securityGroupId);
    this.resource = new VmResource(this, 'Resource', {
      name: props.vmName ?? deriveNames(this, props),
      cpuCores: props.cpuCores,
      memoryGb: props.memory?.toGibibytes(),
      diskGb: props.disk?.toGibibytes(),
      ...renderMachine(props, this.placement),
      ipAddress: props.ipAddress,
      powerState: props.stopped === true ? 'stopped' : undefined,
      deletionProtection: renderProtection(props, () => this.resource.metadataInput),
      restartWindow: props.restartWindow,
      reimageTrigger: props.reimageTrigger,
      ...renderSecrets(props),
      timeouts: renderTimeouts(props.timeouts),
      ...pickMetaArguments(props),
    });
    registerChecks(this, this.resource, {
      placement: this.placement,
      check: () =>
        findMissingNetwork(props, this.resource.networkIdInput ?? networkOf(props.template)) ??
        findForeignAnswerFile(props, this.resource.guestOsInput),
    });
  }

  /** Id of the VM. */
  public get vmId(): string {
    return this._refer('id');
  }

  /** Name of the VM. */
  public get vmName(): string {
    return this._refer('name');
  }

  /** Address in its network, which NovaCron chooses. */
  public get ipAddress(): string {
    return this._refer('ip_address');
  }

  /** Connects its first interface to a network; `furtherNetworks` are those of further ones. */
  public connectTo(network: INetwork): void {
    if (this.network !== undefined && this.network !== network) {
      throw new Error(
        `${this.node.path} is connected to ${this.network.node.path} already. Connect it to ` +
          `${network.node.path} only, or pass a second network as \`furtherNetworks\`.`,
      );
    }
    this.network = network;
    this.resource.networkId = network.networkId;
  }

  /** Attaches a volume to it. */
  public attach(volume: Volume): void {
    volume.attachTo(this);
  }

  /** Adds it to a security group. */
  public addSecurityGroup(group: ISecurityGroup): void {
    this.securityGroups.push(group.securityGroupId);
    this.resource.securityGroups = this.securityGroups;
  }

  /** Allows ingress to it, by a rule of its own. */
  public allowFrom(peer: Peer, port: Port, description?: string): void {
    this.rules.push(renderRule('ingress', peer, port, description));
    this.resource.putFirewallRules(this.rules);
  }

  /** Allows egress from it, by a rule of its own; egress that no rule allows is then denied. */
  public allowTo(peer: Peer, port: Port, description?: string): void {
    this.rules.push(renderRule('egress', peer, port, description));
    this.resource.putFirewallRules(this.rules);
  }

  /** Keeps it near to another VM, which Terraform creates first. */
  public keepNear(other: IVm, options?: PeerOptions): void {
    this.placement.add({ kind: 'near', peer: other, name: other.vmName }, options);
    this.putPlacement();
  }

  /** Keeps it away from another VM, in any order of creation. */
  public keepAway(other: IVm, options?: PeerOptions): void {
    const name = other instanceof Vm ? other.lazyName() : other.vmName;
    this.placement.add({ kind: 'away', peer: other, name }, options);
    this.putPlacement();
  }

  /** Spreads it and VMs with the same labels evenly over nodes, racks or zones. */
  public spread(level: TopologyLevel): void {
    this.placement.spreadDomain = level.word;
    this.putPlacement();
  }

  // A literal, which makes neither VM wait for the other; an aspect may still change it.
  private lazyName(): string {
    const name = this.vmName;
    return Lazy.stringValue({ produce: () => this.resource.nameInput ?? name });
  }

  private putPlacement(): void {
    const rendered = this.placement.render();
    if (rendered !== undefined) this.resource.putPlacement(rendered);
  }
}

class ImportedVm extends Construct implements IVm {
  public vmId = '';
  public vmName = '';

  public know(attributes: VmAttributes): this {
    this.vmId = attributes.vmId;
    this.vmName = attributes.vmName;
    return this;
  }
}
