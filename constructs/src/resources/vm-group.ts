import { type TerraformMetaArguments, Token } from 'cdktf';
import { Construct } from 'constructs';
import { registerChecks } from '../checks/register-checks.ts';
import { DataNovacronVmGroup } from '../gen/data-novacron-vm-group/index.ts';
import { VmGroup as VmGroupResource, type VmGroupVmFirewallRules } from '../gen/vm-group/index.ts';
import type { TopologyLevel } from '../props/choices.ts';
import { type Peer, type Port, renderRule } from '../props/firewall.ts';
import type { ILabelled } from '../props/labelled.ts';
import type { MachineProps } from '../props/machine-props.ts';
import { pickMetaArguments } from '../props/meta-arguments.ts';
import type { PeerOptions } from '../props/peer-rules.ts';
import { Placement } from '../props/placement.ts';
import { type ProtectionProps, renderProtection } from '../props/protection.ts';
import type { INetwork, ISecurityGroup, IVm, IVmGroup } from '../props/references.ts';
import { renderScaling, type Scaling } from '../props/scaling.ts';
import { renderTimeouts } from '../props/timeouts.ts';
import { deriveNames } from '../synthesis/derive-name.ts';
import { escapeLabels } from '../synthesis/escape-template.ts';
import { ResourceConstruct } from './base/resource-construct.ts';
import { findMissingNetwork, renderMachine } from './render-machine.ts';

/** Props of a VM group. The machine props apply to each member. */
export interface VmGroupProps extends MachineProps, ProtectionProps, TerraformMetaArguments {
  /** Minimum number of members. */
  readonly minSize: number;
  /** Maximum number of members. */
  readonly maxSize: number;
  /**
   * Desired number of members. If set, `novacron group scale` is drift.
   * @default - decided by NovaCron, starting with `minSize`
   */
  readonly desiredSize?: number;
  /**
   * Automatic sizing by metrics, schedules and forecasts. Conflicts with `desiredSize`.
   * @default - NovaCron does not scale the group by itself
   */
  readonly scaling?: Scaling;
  /**
   * Name, unique within the tenant. Members are named NAME-1, NAME-2 and so on.
   * @default - derived from the construct's path
   */
  readonly vmGroupName?: string;
  /**
   * The topology level that no two members share.
   * @default - none: members may share a node
   */
  readonly separate?: TopologyLevel;
  /**
   * Number of members that are changed at a time.
   * @default 1
   */
  readonly maxUnavailable?: number;
  /**
   * Labels of the group itself; `labels` are those of its members.
   * @default - none
   */
  readonly groupLabels?: { [label: string]: string };
}

/** A group of identical VMs, scaled as one. */
export class VmGroup extends ResourceConstruct implements IVmGroup, ILabelled {
  /** The group with this id, whose name Terraform looks up. */
  public static fromVmGroupId(scope: Construct, id: string, vmGroupId: string): IVmGroup {
    const vmGroup = new ImportedVmGroup(scope, id);
    const lookup = new DataNovacronVmGroup(vmGroup, 'Lookup', { id: vmGroupId });
    return vmGroup.know({ vmGroupId, vmGroupName: lookup.name });
  }

  /** The group with this name, whose id Terraform looks up. */
  public static fromVmGroupName(scope: Construct, id: string, vmGroupName: string): IVmGroup {
    const vmGroup = new ImportedVmGroup(scope, id);
    const lookup = new DataNovacronVmGroup(vmGroup, 'Lookup', { name: vmGroupName });
    return vmGroup.know({ vmGroupId: lookup.id, vmGroupName });
  }

  private readonly resource: VmGroupResource;
  private readonly placement: Placement;
  private readonly props: VmGroupProps;
  private readonly rules: VmGroupVmFirewallRules[] = [];
  private readonly securityGroups: ISecurityGroup[];
  private network?: INetwork;
  private labels?: { [label: string]: string };

  public constructor(scope: Construct, id: string, props: VmGroupProps) {
    super(scope, id);
    this.props = props;
    this.network = props.network;
    this.labels = props.labels;
    this.securityGroups = [...(props.securityGroups ?? [])];
    this.placement = new Placement(props);
    this.resource = new VmGroupResource(this, 'Resource', {
      name: props.vmGroupName ?? deriveNames(this, props),
      minSize: props.minSize,
      maxSize: props.maxSize,
      desiredSize: props.desiredSize,
      scaling: renderScaling(props.scaling),
      antiAffinity: props.separate?.word,
      maxUnavailable: props.maxUnavailable,
      metadata: escapeLabels(props.groupLabels),
      deletionProtection: renderProtection(props, () => ({
        ...this.labels,
        ...this.resource.metadataInput,
      })),
      vm: this.renderMember(),
      timeouts: renderTimeouts(props.timeouts),
      ...pickMetaArguments(props),
    });
    registerChecks(this, this.resource, {
      placement: this.placement,
      check: () => findMissingNetwork(props, this.network?.networkId) ?? findOddSizes(props),
    });
  }

  /** Id of the group. */
  public get vmGroupId(): string {
    return this._refer('id');
  }

  /** Name of the group. */
  public get vmGroupName(): string {
    return this._refer('name');
  }

  /**
   * Connects the first interface of each member to a network; `furtherNetworks` are those of
   * further ones.
   */
  public connectTo(network: INetwork): void {
    if (this.network !== undefined && this.network !== network) {
      throw new Error(
        `${this.node.path} is connected to ${this.network.node.path} already. Connect it to ` +
          `${network.node.path} only, or pass a second network as \`furtherNetworks\`.`,
      );
    }
    this.network = network;
    this.putMember();
  }

  /** Adds the members to a security group. */
  public addSecurityGroup(group: ISecurityGroup): void {
    this.securityGroups.push(group);
    this.putMember();
  }

  /** Allows ingress to each member, by a rule of its own. */
  public allowFrom(peer: Peer, port: Port, description?: string): void {
    this.rules.push(renderRule('ingress', peer, port, description));
    this.putMember();
  }

  /** Allows egress from each member; egress that no rule allows is then denied. */
  public allowTo(peer: Peer, port: Port, description?: string): void {
    this.rules.push(renderRule('egress', peer, port, description));
    this.putMember();
  }

  /** Spreads the members evenly over nodes, racks or zones. */
  public spread(level: TopologyLevel): void {
    this.resource.spread = level.word;
  }

  /** Prevents any two members from sharing a node, a rack or a zone. */
  public keepApart(level: TopologyLevel): void {
    this.resource.antiAffinity = level.word;
  }

  /** Keeps the members near to a VM, which Terraform creates first. */
  public keepNear(other: IVm, options?: PeerOptions): void {
    this.placement.add({ kind: 'near', peer: other, name: other.vmName }, options);
    this.putMember();
  }

  /** Keeps the members away from a VM, which Terraform creates first. */
  public keepAway(other: IVm, options?: PeerOptions): void {
    this.placement.add({ kind: 'away', peer: other, name: other.vmName }, options);
    this.putMember();
  }

  public hasLabel(label: string): boolean {
    return this.labels?.[label] !== undefined;
  }

  /** Adds a label to the group and to its members. */
  public addLabel(label: string, value: string): void {
    this.labels = { ...this.labels, [label]: value };
    this.resource.metadata = {
      ...this.resource.metadataInput,
      ...escapeLabels({ [label]: value }),
    };
    this.putMember();
  }

  private renderMember() {
    const { network, labels, rules } = this;
    const isSet = this.props.securityGroups !== undefined || this.securityGroups.length > 0;
    const groups = isSet ? { securityGroups: this.securityGroups } : {};
    const { cpuCores, memory, disk } = this.props;
    const machine = {
      cpuCores,
      memoryGb: memory.toGibibytes(),
      diskGb: disk.toGibibytes(),
      ...renderMachine({ ...this.props, network, labels, ...groups }, this.placement),
    };
    return rules.length === 0 ? machine : { ...machine, firewallRules: rules };
  }

  private putMember(): void {
    this.resource.putVm(this.renderMember());
  }
}

/** Returns an error if the sizes contradict each other; otherwise undefined. */
function findOddSizes(props: VmGroupProps): string | undefined {
  const { minSize, maxSize, desiredSize, scaling } = props;
  if (scaling !== undefined && desiredSize !== undefined) {
    return (
      'has a desired size and scaling, which chooses it. Leave out `desiredSize`, or leave out ' +
      '`scaling`.'
    );
  }
  if ([minSize, maxSize, desiredSize].some((size) => Token.isUnresolved(size))) return undefined;
  const wanted = desiredSize ?? minSize;
  if (minSize <= wanted && wanted <= maxSize) return undefined;
  return (
    `has at least ${minSize} and at most ${maxSize} members` +
    `${desiredSize === undefined ? '' : ` and a desired size of ${desiredSize}`}, ` +
    'which is impossible. ' +
    'Raise `maxSize`, or lower the others.'
  );
}

class ImportedVmGroup extends Construct implements IVmGroup {
  public vmGroupId = '';
  public vmGroupName = '';

  public know(known: Pick<IVmGroup, 'vmGroupId' | 'vmGroupName'>): this {
    this.vmGroupId = known.vmGroupId;
    this.vmGroupName = known.vmGroupName;
    return this;
  }
}
